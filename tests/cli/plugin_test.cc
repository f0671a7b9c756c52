// Plug-ins as a user makes them: knotestat is installed, the example of the
// documentation is copied out of the tree and built against what was installed,
// and measured and checked. And plug-ins that are wrong in every way.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/plugin.h"

#include <gmock/gmock.h>

#include "tests/cli/program.h"

namespace knotestat::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class PluginTest : public CliTest {
 protected:
  void Install() {
    const Finished installed = RunOther(
        "cmake", {"--install", KNOTESTAT_BINARY_DIR, "--prefix", Path("root")});
    ASSERT_EQ(installed.code, 0) << installed.err;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(Path("root")))
      EXPECT_FALSE(std::filesystem::is_empty(entry)) << entry;
  }

  // Compiles one source against the headers of the tree.
  std::string Compile(const std::string& source) {
    WriteAll(Path("plugin.cc"), source);
    const Finished compiled =
        RunOther("g++", {"-std=gnu++20", "-O1", "-shared", "-fPIC", "-I",
                         KNOTESTAT_SOURCE_DIR, "-o", Path("plugin.so"),
                         Path("plugin.cc")});
    EXPECT_EQ(compiled.code, 0) << compiled.err;
    return Path("plugin.so");
  }

  Finished RunWith(const std::string& plugin) {
    return RunProgram({"run", "--plugin", plugin, "--no-bpf", "--cpus", "1",
                       "--seconds", "0.1", "--json"});
  }
};

TEST_F(PluginTest, TheExampleIsBuiltOutsideOfTheTreeMeasuredAndChecked) {
  Install();
  std::filesystem::copy(KNOTESTAT_SOURCE_DIR "/docs/how-to/plugin",
                        Path("mine"));
  const Finished configured =
      RunOther("cmake", {"-S", Path("mine"), "-B", Path("mine/build"),
                         "-DCMAKE_PREFIX_PATH=" + Path("root")});
  ASSERT_EQ(configured.code, 0) << configured.err;
  const Finished built = RunOther("cmake", {"--build", Path("mine/build")});
  ASSERT_EQ(built.code, 0) << built.out << built.err;
  const std::string plugin = Path("mine/build/ticket_lock.so");

  Surroundings installed;
  installed.program = Path("root/bin/knotestat");
  const Finished run =
      RunProgram({"run", "--plugin", plugin, "--strategy", "epoch,ticket_lock",
                  "--no-bpf", "--cpus", "1", "--seconds", "0.2", "--json"},
                 installed);
  ASSERT_EQ(run.code, 0) << run.err;
  const auto figures = ParseJson(run.out);
  const auto cell = CellOf(figures, "ticket_lock");
  EXPECT_EQ(cell["scope"], "global");
  EXPECT_EQ(cell["oracle"]["violations"], 0);
  EXPECT_GT(cell["klist_fini_ns"]["count"], 0);
  EXPECT_TRUE(cell["paths"]["submit"].contains("marginal_ns"));

  const Finished checked =
      RunProgram({"check", "--plugin", plugin, "--seconds", "0.02"}, installed);
  EXPECT_EQ(checked.code, 0) << checked.out;
  EXPECT_THAT(checked.out, HasSubstr("ticket_lock"));
  EXPECT_THAT(checked.out, Not(HasSubstr("epoch")));
}

// By hand, with what pkg-config says.
TEST_F(PluginTest, TheExampleIsBuiltWithPkgConfig) {
  Install();
  const Finished built = RunOther(
      "sh",
      {"-c", "export PKG_CONFIG_PATH=$(dirname $(find " + Path("root") +
                 " -name knotestat.pc)) && g++ -O2 -DNDEBUG -shared -fPIC "
                 "$(pkg-config --cflags knotestat) -o " +
                 Path("mine.so") +
                 " " KNOTESTAT_SOURCE_DIR
                 "/docs/how-to/plugin/ticket_lock.cc"});
  ASSERT_EQ(built.code, 0) << built.err;
  const Finished run = RunWith(Path("mine.so"));
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(CellOf(ParseJson(run.out), "ticket_lock")["oracle"]["violations"],
            0);
}

// The same example with its heart removed: the checker and the oracle see it.
TEST_F(PluginTest, AWrongPluginIsCaught) {
  const std::string example =
      ReadAll(KNOTESTAT_SOURCE_DIR "/docs/how-to/plugin/ticket_lock.h");
  std::string wrong = example;
  const std::string heart = "    Enter();\n    fini.Waited";
  ASSERT_THAT(wrong, HasSubstr(heart));
  wrong.replace(wrong.find(heart), heart.size(), "    fini.Waited");
  const std::string leave = "    fini.Published();\n    Leave();\n";
  ASSERT_THAT(wrong, HasSubstr(leave));
  wrong.replace(wrong.find(leave), leave.size(), "    fini.Published();\n");
  WriteAll(Path("ticket_lock.h"), wrong);
  const std::string plugin = Compile(
      ReadAll(KNOTESTAT_SOURCE_DIR "/docs/how-to/plugin/ticket_lock.cc"));
  const Finished checked =
      RunProgram({"check", "--plugin", plugin, "--program", "event"});
  EXPECT_EQ(checked.code, 3) << checked.out << checked.err;

  const Finished played = RunProgram(
      {"run", "--no-bpf", "--plugin", plugin, "--workload", "reader_inside"});
  EXPECT_EQ(played.code, 3) << played.err;
  EXPECT_THAT(played.out,
              HasSubstr("\nticket_lock BROKEN in reader_inside: 1 call after "
                        "klist_fini()\n"));
}

TEST_F(PluginTest, WhatIsNoPluginIsNamed) {
  EXPECT_THAT(RunWith(Path("missing.so")).err,
              HasSubstr("missing.so: no such plug-in"));
  WriteAll(Path("text.so"), "not an object");
  const Finished text = RunWith(Path("text.so"));
  EXPECT_EQ(text.code, 2);
  EXPECT_THAT(text.err, HasSubstr("not a plug-in that can be loaded"));
  const Finished other = RunWith(Compile("int nothing;\n"));
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("does not export knotestat_plugin"));
}

TEST_F(PluginTest, AnotherVersionIsRefused) {
  const Finished run = RunWith(
      Compile("extern \"C\" const unsigned knotestat_plugin[16] = {4711};\n"));
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("built for plug-in version 4711"));
}

TEST_F(PluginTest, OtherLayoutsAreRefused) {
  const Finished run =
      RunWith(Compile("extern \"C\" const unsigned knotestat_plugin[16] = {" +
                      std::to_string(knote::kPluginVersion) + ", 2, 3};\n"));
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("built with other headers"));
}

TEST_F(PluginTest, ACrashWhileLoadingIsASentence) {
  const Finished run = RunWith(
      Compile("#include <csignal>\n"
              "[[gnu::constructor]] void Crash() { raise(SIGSEGV); }\n"));
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err,
              HasSubstr("crashed (Segmentation fault) while it was loaded"));
}

// With a strategy that is as good as any, but for what `constructor` does.
std::string WithConstructor(const std::string& constructor,
                            const std::string& name = "mine") {
  return "#include \"knote/plugin.h\"\n"
         "#include \"knote/strategies/none/none.h\"\n"
         "template <class E> struct Mine : knote::None<E> {\n"
         "  static constexpr auto kInfo = [] {\n"
         "    auto info = knote::None<E>::kInfo;\n"
         "    info.name = \"" +
         name +
         "\";\n"
         "    return info;\n"
         "  }();\n"
         "  explicit Mine(int cpus) : knote::None<E>(cpus) {" +
         constructor +
         "}\n"
         "};\n"
         "KNOTESTAT_PLUGIN(Mine)\n";
}

TEST_F(PluginTest, ACrashInTheConstructorIsASentence) {
  const Finished run =
      RunWith(Compile("#include <cstdlib>\n" + WithConstructor("abort();")));
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(
      run.err,
      HasSubstr("crashed (Aborted) while its strategy was constructed"));
}

TEST_F(PluginTest, AnExceptionOrAnExitIsASentence) {
  EXPECT_THAT(RunWith(Compile(WithConstructor("throw 1;"))).err,
              HasSubstr("crashed (Aborted) while its strategy"));
  EXPECT_THAT(
      RunWith(Compile("#include <cstdlib>\n" + WithConstructor("_exit(7);")))
          .err,
      HasSubstr("ended the process (exit code 7) while its strategy"));
}

TEST_F(PluginTest, AnExitThatLooksLikeSuccessIsASentence) {
  const Finished constructing =
      RunWith(Compile("#include <unistd.h>\n" + WithConstructor("_exit(0);")));
  EXPECT_EQ(constructing.code, 1);
  EXPECT_THAT(constructing.err,
              HasSubstr("ended the process (exit code 0) while its strategy"));
  const Finished loading =
      RunWith(Compile("#include <unistd.h>\n"
                      "[[gnu::constructor]] void Leave() { _exit(0); }\n"));
  EXPECT_EQ(loading.code, 1);
  EXPECT_THAT(loading.err,
              HasSubstr("ended the process (exit code 0) while it was loaded"));
}

TEST_F(PluginTest, AHangIsASentence) {
  const Finished run =
      RunWith(Compile("[[gnu::constructor]] void Hang() {\n"
                      "  for (volatile int i = 0;;) i = i;\n"
                      "}\n"));
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("hung for 10 s while it was loaded"));
}

TEST_F(PluginTest, ANameThatIsTakenIsRefused) {
  const Finished run = RunWith(Compile(WithConstructor("", "epoch")));
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("there is a strategy epoch already"));
}

TEST_F(PluginTest, CheckingNeedsTheCheckersEnvironment) {
  const Finished run = RunProgram(
      {"check", "--plugin", Compile(WithConstructor("")), "--seconds", "0.01"});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("add KNOTESTAT_PLUGIN_CHECK(YourStrategy)"));
}

}  // namespace
}  // namespace knotestat::cli
