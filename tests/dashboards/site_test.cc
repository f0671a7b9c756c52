// The server's answers while a run is written, asked for by several at once.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/serve/site.h"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "record/store.h"

namespace knotestat::dashboards {
namespace {

using testing::HasSubstr;

class SiteTest : public testing::Test {
 protected:
  SiteTest() {
    std::string folder = testing::TempDir() + "knotestat-site-XXXXXX";
    folder_ = mkdtemp(folder.data());
    auto writer = record::Writer::Create(folder_ / "run.db", {});
    EXPECT_TRUE(writer.ok()) << writer.status();
    writer_ = *std::move(writer);
    record::Cell cell;
    cell.id = 1;
    EXPECT_TRUE(writer_->AddCell(cell).ok());
    Renderers renderers;
    renderers.report = [this](const record::Run& run) {
      if (++made_ == 1) std::this_thread::sleep_for(first_takes_);
      return absl::StatusOr<std::string>(
          (run.finished ? "finished " : "going on ") +
          std::to_string(run.rows.blocks.size()));
    };
    renderers.metrics = renderers.report;
    renderers.compare = [](const record::Run&, const record::Run&) {
      return ComparisonTable();
    };
    site_ = std::make_unique<Site>(*Catalog::Open(folder_), renderers);
  }
  ~SiteTest() override {
    writer_.reset();
    std::filesystem::remove_all(folder_);
  }

  void Store() {
    record::Batch batch;
    batch.blocks.push_back(
        {1, 0, record::BlockKind::kMean, "scan", 0, 1000, 1e6, 0, ""});
    batch.detaches.push_back({1, 0, 1, 1, 1, 1, 1, 1, 0});
    EXPECT_TRUE(writer_->Commit(batch).ok());
  }

  HttpResponse Ask(const std::string& path) {
    return site_->Answer({path, {}});
  }

  std::filesystem::path folder_;
  std::unique_ptr<record::Writer> writer_;
  std::unique_ptr<Site> site_;
  std::atomic<int> made_ = 0;
  std::chrono::seconds first_takes_{0};
};

TEST_F(SiteTest, ManyAskWhileARunIsWritten) {
  std::atomic<bool> over = false;
  std::vector<std::thread> clients;
  for (int client = 0; client < 4; ++client) {
    clients.emplace_back([&] {
      while (!over) {
        for (const char* path :
             {"/", "/run/run.db", "/report/run.db", "/metrics"})
          EXPECT_EQ(Ask(path).status, 200) << path;
        const HttpResponse stream = Ask("/events/run.db");
        EXPECT_THAT(stream.events().value_or(""), HasSubstr("\"stored\""));
      }
    });
  }
  for (int i = 0; i < 40; ++i) Store();
  over = true;
  for (std::thread& client : clients) client.join();
}

// Between its creation and its first row a result file cannot be read.
TEST_F(SiteTest, AFileThatIsBeingCreatedIsWaitedFor) {
  const std::filesystem::path file = folder_ / "new.db";
  const auto other = folder_ / "whole";
  std::filesystem::copy_file(folder_ / "run.db", other);
  std::ofstream(file).close();
  std::thread run([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    std::filesystem::rename(other, file);
  });
  EXPECT_EQ(Ask("/run/new.db").status, 200);
  run.join();

  // The control: nobody goes on with it.
  const auto empty = folder_ / "empty.db";
  std::ofstream(empty).close();
  EXPECT_EQ(Ask("/run/empty.db").status, 500);
  EXPECT_THAT(Ask("/run/empty.db").body, HasSubstr("is empty"));
}

TEST_F(SiteTest, AnUnfinishedRunIsNotRenderedForEachWhoAsks) {
  for (int i = 0; i < 10; ++i) {
    Store();
    EXPECT_THAT(Ask("/report/run.db").body, HasSubstr("going on 1"));
  }
  EXPECT_EQ(made_, 1);
}

TEST_F(SiteTest, AFinishedOneIsShownWithAllThatItHoldsWithoutWaiting) {
  // An unfinished one would rest for a minute now.
  first_takes_ = std::chrono::seconds(3);
  Store();
  EXPECT_EQ(Ask("/report/run.db").body, "going on 1");
  Store();
  ASSERT_TRUE(writer_->Finish().ok());
  writer_.reset();
  std::string body;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(40);
  while (body != "finished 2" && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    body = Ask("/report/run.db").body;
  }
  EXPECT_EQ(body, "finished 2");
  const int made = made_;
  EXPECT_EQ(Ask("/report/run.db").body, "finished 2");
  EXPECT_EQ(made_, made) << "nothing has changed";
}

}  // namespace
}  // namespace knotestat::dashboards
