// SPDX-License-Identifier: BSD-2-Clause
#include "tests/cli/program.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pty.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

namespace knotestat::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience(120);
constexpr uid_t kNobody = 65534;

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

Pipe MakePipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  return {ends[0], ends[1]};
}

Pipe MakeTerminal() {
  Pipe terminal;
  if (openpty(&terminal.read_end, &terminal.write_end, nullptr, nullptr,
              nullptr) != 0)
    std::abort();
  fcntl(terminal.read_end, F_SETFD, FD_CLOEXEC);
  fcntl(terminal.write_end, F_SETFD, FD_CLOEXEC);
  return terminal;
}

[[noreturn]] void Become(const Arguments& arguments,
                         const Surroundings& surroundings, int out, int err) {
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  if (surroundings.terminal) setenv("TERM", "xterm", 1);
  if (surroundings.before) surroundings.before();
  std::vector<char*> argv = {const_cast<char*>(surroundings.program.c_str())};
  for (const std::string& argument : arguments)
    argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  _exit(127);
}

// Appends what is there; false at the end.
bool ReadSome(int file, std::string& text) {
  std::array<char, 65536> buffer;
  const ssize_t count = read(file, buffer.data(), buffer.size());
  // A terminal whose last writer has gone says EIO.
  if (count <= 0) return count < 0 && errno == EINTR;
  text.append(buffer.data(), static_cast<size_t>(count));
  return true;
}

int CodeOf(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Program::Program(const Arguments& arguments, const Surroundings& surroundings) {
  const Pipe out = surroundings.terminal ? MakeTerminal() : MakePipe();
  const Pipe err = surroundings.terminal ? out : MakePipe();
  pid_ = fork();
  if (pid_ == 0) Become(arguments, surroundings, out.write_end, err.write_end);
  close(out.write_end);
  out_ = out.read_end;
  if (!surroundings.terminal) {
    close(err.write_end);
    err_ = err.read_end;
  }
}

Program::~Program() {
  if (pid_ <= 0) return;
  Signal(SIGKILL);
  Wait();
}

void Program::Signal(int signal) const {
  if (pid_ > 0) kill(pid_, signal);
}

void Program::Type(const std::string& keys) const {
  EXPECT_EQ(write(out_, keys.data(), keys.size()),
            static_cast<ssize_t>(keys.size()));
}

Finished Program::Wait() {
  Finished finished;
  const auto end = Clock::now() + kPatience;
  while (out_ >= 0 || err_ >= 0) {
    std::array<pollfd, 2> files = {pollfd{out_, POLLIN, 0},
                                   pollfd{err_, POLLIN, 0}};
    poll(files.data(), files.size(), 1000);
    if (Clock::now() > end) Signal(SIGKILL);
    if (files[0].revents != 0 && !ReadSome(out_, finished.out)) {
      close(out_);
      out_ = -1;
    }
    if (files[1].revents != 0 && !ReadSome(err_, finished.err)) {
      close(err_);
      err_ = -1;
    }
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  finished.code = CodeOf(status);
  return finished;
}

Finished RunProgram(const Arguments& arguments,
                    const Surroundings& surroundings) {
  return Program(arguments, surroundings).Wait();
}

Finished RunOther(const std::string& program, const Arguments& arguments) {
  return RunProgram(arguments, {.before = nullptr, .program = program});
}

CliTest::CliTest() {
  std::string folder = testing::TempDir() + "knotestat-cli-XXXXXX";
  folder_ = mkdtemp(folder.data());
  std::filesystem::permissions(folder_, std::filesystem::perms(0755));
}

CliTest::~CliTest() { std::filesystem::remove_all(folder_); }

std::string CliTest::MakeResult(const std::string& name,
                                const Arguments& more) {
  Arguments arguments = {"run",       "--no-bpf", "--cpus", "1",
                         "--seconds", "0.1",      "-o",     Path(name)};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Finished run = RunProgram(arguments);
  EXPECT_EQ(run.code, 0) << run.err;
  return Path(name);
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void WriteAll(const std::string& path, std::string_view content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

nlohmann::json ParseJson(const std::string& text) {
  auto value = nlohmann::json::parse(text, nullptr, false);
  EXPECT_FALSE(value.is_discarded()) << text;
  return value.is_discarded() ? nlohmann::json() : value;
}

nlohmann::json CellOf(const nlohmann::json& figures,
                      const std::string& strategy) {
  for (const auto& cell : figures["cells"]) {
    if (cell["strategy"] == strategy) return cell;
  }
  ADD_FAILURE() << "no cell of " << strategy;
  return nlohmann::json::object();
}

double Query(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open_v2(path.c_str(), &database,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, nullptr),
            SQLITE_OK);
  sqlite3_busy_timeout(database, 5000);
  sqlite3_stmt* statement = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr),
            SQLITE_OK)
      << sqlite3_errmsg(database);
  double value = 0;
  const int stepped = sqlite3_step(statement);
  if (stepped == SQLITE_ROW) value = sqlite3_column_double(statement, 0);
  EXPECT_TRUE(stepped == SQLITE_ROW || stepped == SQLITE_DONE)
      << sqlite3_errmsg(database);
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return value;
}

void BecomeNobody() {
  if (setgroups(0, nullptr) != 0 || setresgid(kNobody, kNobody, kNobody) != 0 ||
      setresuid(kNobody, kNobody, kNobody) != 0)
    _exit(126);
}

}  // namespace knotestat::cli
