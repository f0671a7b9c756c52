// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/stage.h"

#include <algorithm>
#include <utility>

namespace knote::truth {

Stage::Stage(netbsd::System& system, const StrategyInfo& info,
             ParameterValues values)
    : system_(system), info_(info), set_(std::move(values)) {}

Stage::~Stage() = default;

int64_t Stage::Value(const Parameter& parameter) {
  const auto set = set_.find(parameter.name);
  const int64_t value = set == set_.end() ? parameter.usual : set->second;
  const std::lock_guard lock(mutex_);
  asked_.insert_or_assign(std::string(parameter.name), value);
  return value;
}

ParameterValues Stage::values() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

Device& Stage::AddDevice(std::string name) {
  const std::lock_guard lock(mutex_);
  return devices_.emplace_back(std::move(name), sightings_);
}

Actor& Stage::Start(std::string name, std::function<void(Actor&)> part,
                    Actor* sibling) {
  std::unique_lock lock(mutex_);
  Actor& actor = actors_.emplace_back(*this, std::move(name), sibling);
  const auto& kept = parts_.emplace_back(std::move(part));
  actor.worker_ = std::thread([&actor, &kept] { actor.Run(kept); });
  curtain_.wait(lock, [&] { return there_ == actors_.size(); });
  return actor;
}

void Stage::Join() {
  std::vector<std::thread*> workers;
  {
    const std::lock_guard lock(mutex_);
    called_ = actors_.size();
    for (Actor& actor : actors_) workers.push_back(&actor.worker_);
  }
  curtain_.notify_all();
  for (std::thread* worker : workers) {
    if (worker->joinable()) worker->join();
  }
}

void Stage::AwaitCurtain() {
  std::unique_lock lock(mutex_);
  const size_t position = ++there_;
  curtain_.notify_all();
  curtain_.wait(lock, [&] { return called_ >= position; });
}

void Stage::Wrong(std::string what) {
  const std::lock_guard lock(mutex_);
  wrongs_.push_back(std::move(what));
}

void Stage::Note(std::string what) {
  const std::lock_guard lock(mutex_);
  notes_.push_back(std::move(what));
}

void Stage::Measured(Figure figure) {
  const std::lock_guard lock(mutex_);
  figures_.push_back(std::move(figure));
}

std::vector<std::string> Stage::wrongs() const {
  const std::lock_guard lock(mutex_);
  return wrongs_;
}

std::vector<std::string> Stage::notes() const {
  const std::lock_guard lock(mutex_);
  return notes_;
}

std::vector<Figure> Stage::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

std::vector<ActorState> Stage::States() const {
  const std::lock_guard lock(mutex_);
  std::vector<ActorState> states;
  for (const Actor& actor : actors_) states.push_back(actor.State());
  return states;
}

bool Stage::WriterWaits() const {
  const std::lock_guard lock(mutex_);
  return std::any_of(actors_.begin(), actors_.end(), [](const Actor& actor) {
    return actor.Inside(Doing::kKlistFini);
  });
}

}  // namespace knote::truth
