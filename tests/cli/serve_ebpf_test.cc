// A run that is watched is as complete as one that is not, and certified,
// whatever its clients do.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>

#include <csignal>
#include <memory>
#include <vector>

#include "tests/cli/ebpf.h"
#include "tests/cli/server.h"

namespace knotestat::cli {
namespace {

constexpr int kDetaches = 150, kCells = 2, kRunLaunches = 2;

class ServeEbpfTest : public EbpfTest {
 protected:
  Arguments Measuring() const {
    return {"run",        "--require-bpf",
            "--cpus",     "1",
            "--strategy", "epoch",
            "--seconds",  "3",
            "--launches", std::to_string(kRunLaunches),
            "--detaches", std::to_string(kDetaches),
            "--json",     "-o",
            result_};
  }

  double Count(const std::string& sql) const { return Query(result_, sql); }

  // Every row that the plan asks for is there.
  bool IsComplete() const {
    const std::string rounds =
        "SELECT count(*) FROM (SELECT max(round) - min(round) + 1 AS wanted, "
        "count(DISTINCT round) AS found FROM blocks WHERE kind = 'mean' "
        "GROUP BY cell, launch) WHERE wanted != found";
    return Count("SELECT finished FROM context") == 1 &&
           Count("SELECT sum(finished) FROM launches") == kRunLaunches &&
           Count("SELECT count(*) FROM detaches") == kDetaches * kCells &&
           Count(rounds) == 0 &&
           Count("SELECT count(DISTINCT kind) FROM blocks") == 4;
  }

  const std::string result_ = Path("run.db");
};

TEST_F(ServeEbpfTest, ClientsThatStallTakeNothingFromARun) {
  Program run(Measuring());
  for (int attempt = 0; attempt < 1000; ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (std::filesystem::exists(result_) &&
        std::filesystem::file_size(result_) > 0)
      break;
  }
  ServerProgram server(Path("printed"), {result_, "--metrics"});
  std::vector<std::unique_ptr<HttpClient>> clients;
  // None of them ever reads; some do not even finish their request.
  for (const char* request :
       {"GET /events/run.db HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /report/run.db HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /report/run.db HTTP/1.1\r\nHost: loc"}) {
    for (int i = 0; i < 3; ++i) {
      clients.push_back(std::make_unique<HttpClient>(server.port()));
      clients.back()->Send(request);
    }
  }
  clients.resize(9);  // and some vanish
  const Finished finished = run.Wait();
  EXPECT_EQ(finished.code, 0) << finished.err;
  EXPECT_TRUE(IsComplete());
  for (const auto& cell : ParseJson(finished.out)["cells"]) {
    EXPECT_TRUE(cell["certificate"].contains("slowdown")) << cell;
    EXPECT_EQ(cell["certificate"]["events_lost"], 0) << cell;
  }
  EXPECT_EQ(server.End(SIGTERM).code, 0);
  EXPECT_FALSE(std::filesystem::exists(result_ + "-wal"));
}

// What the check above would say of a run that lost something.
TEST_F(ServeEbpfTest, ARunThatIsCutOffIsNotComplete) {
  Program run(Measuring());
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  run.Signal(SIGINT);
  if (run.Wait().code == 0) GTEST_SKIP() << "the run was over before its end";
  EXPECT_FALSE(IsComplete());
}

}  // namespace
}  // namespace knotestat::cli
