// Names of a library's functions when its file is replaced, written to, or has
// its symbols elsewhere. The library is compiled here.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "collector/module_files.h"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "collector/debug_file.h"
#include "collector/symbolizer.h"

namespace knotestat::collector {
namespace {

namespace fs = std::filesystem;

using testing::AnyOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr char kBuildId[] = "abcdef0123456789";
constexpr char kDebugFile[] = ".build-id/ab/cdef0123456789.debug";

class ModuleFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("command -v cc objcopy strip >/dev/null") != 0)
      GTEST_SKIP() << "needs a C compiler and binutils to make a library";
    std::string name = (fs::temp_directory_path() / "module_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const {
    return (folder_ / name).string();
  }

  // Whose function inside() calls one that is not exported, `hidden`, and
  // returns an address in that.
  std::string Library(const std::string& name, const std::string& hidden,
                      const std::string& build_id = kBuildId) const {
    std::ofstream(Path("source.c"))
        << "static __attribute__((noinline, noclone)) void *" << hidden
        << "(void) { void *here; __asm__ volatile(\"lea -1(%%rip), %0\" : "
           "\"=r\"(here)); return here; }\nvoid *inside(void) { return "
        << hidden << "(); }\n";
    Run(absl::StrCat("cc -shared -fPIC -O1 -g -Wl,--build-id=0x", build_id,
                     " -o ", Path(name), " ", Path("source.c")));
    return Path(name);
  }

  // Moves the symbols of `library` to where debug files are looked for.
  void Split(const std::string& library) const {
    fs::create_directories(fs::path(Path(kDebugFile)).parent_path());
    Run(absl::StrCat("objcopy --only-keep-debug ", library, " ",
                     Path(kDebugFile)));
    Run(absl::StrCat("strip ", library));
  }

  static void Run(const std::string& command) {
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }

  static uint64_t Inside(void* library) {
    const auto inside = reinterpret_cast<void* (*)()>(dlsym(library, "inside"));
    return inside == nullptr ? 0 : reinterpret_cast<uint64_t>(inside());
  }

  fs::path folder_;
};

TEST_F(ModuleFilesTest, AReplacedFileIsNotReadForTheOneThatIsMapped) {
  const std::string path = Library("lib.so", "planted_original");
  void* library = dlopen(path.c_str(), RTLD_NOW);
  ASSERT_NE(library, nullptr) << dlerror();
  const uint64_t address = Inside(library);
  Symbolizer before;  // reads no file yet
  fs::rename(Library("new.so", "planted_impostor"), path);
  Symbolizer after;
  if (geteuid() == 0) {
    EXPECT_THAT(before.UserFrames(address), ElementsAre("planted_original"));
    EXPECT_THAT(after.UserFrames(address), ElementsAre("planted_original"));
  } else {
    EXPECT_THAT(before.UserFrames(address)[0], Not(HasSubstr("impostor")));
    EXPECT_THAT(after.UserFrames(address)[0], Not(HasSubstr("impostor")));
  }
  dlclose(library);
}

TEST_F(ModuleFilesTest, AFileThatChangedAfterItsUnloadingIsSaidToHave) {
  const std::string path = Library("lib.so", "planted_original");
  void* library = dlopen(path.c_str(), RTLD_NOW);
  ASSERT_NE(library, nullptr) << dlerror();
  const uint64_t address = Inside(library);
  Symbolizer symbolizer;
  Symbolizer unharmed;
  dlclose(library);
  EXPECT_THAT(unharmed.UserFrames(address), ElementsAre("planted_original"));
  // Into the same file, so that neither its name nor its inode tells.
  fs::copy_file(Library("new.so", "planted_impostor"), path,
                fs::copy_options::overwrite_existing);
  EXPECT_THAT(symbolizer.UserFrames(address)[0],
              HasSubstr("[unknown in lib.so (changed)+0x"));
}

TEST_F(ModuleFilesTest, OpensOnlyFiles) {
  const ModuleFiles files(
      "1000-2000 r-xp 00000000 00:00 0\n"
      "3000-4000 r-xp 00000000 00:05 1 /dev/zero (deleted)\n"
      "5000-6000 r-xp 00002000 00:05 1 /dev/null\n"
      "no mapping\n");
  EXPECT_EQ(files.Open(0x1010), -1);
  EXPECT_EQ(files.Open(0x3010), -1);
  EXPECT_EQ(files.Open(0x5010), -1);
  EXPECT_EQ(files.Open(0x7010), -1);
  EXPECT_EQ(files.Location(0x1010), "anonymous memory+0x10");
  EXPECT_EQ(files.Location(0x3010), "zero+0x10");
  EXPECT_EQ(files.Location(0x5010), "null+0x2010");
  EXPECT_EQ(files.Location(0x7010), "");
  EXPECT_EQ(files.Path(0x5010), "");
}

TEST_F(ModuleFilesTest, SymbolsMayLieInADebugFileOfTheSameBuild) {
  const std::string path = Library("lib.so", "planted_hidden");
  Split(path);
  void* library = dlopen(path.c_str(), RTLD_NOW);
  ASSERT_NE(library, nullptr) << dlerror();
  const uint64_t address = Inside(library);
  EXPECT_THAT(Symbolizer({"/nonexistent"}).UserFrames(address)[0],
              Not(HasSubstr("planted_hidden")));
  EXPECT_THAT(Symbolizer({"/nonexistent", folder_}).UserFrames(address),
              ElementsAre("planted_hidden"));
  dlclose(library);
}

TEST_F(ModuleFilesTest, ADebugFileOfAnotherBuildIsPassedOver) {
  Split(Library("other.so", "planted_impostor", "0011223344556677"));
  const std::string path = Library("lib.so", "planted_hidden");
  Run(absl::StrCat("strip ", path));
  void* library = dlopen(path.c_str(), RTLD_NOW);
  ASSERT_NE(library, nullptr) << dlerror();
  const uint64_t address = Inside(library);
  ASSERT_TRUE(fs::exists(Path(kDebugFile)));
  EXPECT_THAT(Symbolizer({folder_}).UserFrames(address)[0],
              Not(HasSubstr("planted_impostor")));
  // Damaged ones as well.
  std::ofstream(Path(kDebugFile)) << "no ELF";
  EXPECT_THAT(Symbolizer({folder_}).UserFrames(address)[0],
              Not(HasSubstr("planted")));
  dlclose(library);
}

TEST(DebugFile, IsLookedForWhereDistributionsAndPerfKeepThem) {
  const std::vector<std::string> folders = DebugFolders();
  ASSERT_FALSE(folders.empty());
  EXPECT_EQ(folders[0], "/usr/lib/debug");
  EXPECT_THAT(folders.back(), AnyOf("/usr/lib/debug", EndsWith("/.debug")));
  EXPECT_FALSE(OpenDebugFile({}, folders));
}

}  // namespace
}  // namespace knotestat::collector
