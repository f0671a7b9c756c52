// The scheduling half of Engine: whose step is next, and when nobody's is.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <utility>

#include "check/engine.h"
#include "check/resident_memory.h"

namespace knotestat::check {
namespace {

constexpr size_t kThreadStack = size_t{128} << 10;
constexpr size_t kHarnessStack = size_t{512} << 10;

}  // namespace

Engine::Engine(size_t memory)
    : budget_(memory, OutOfMemory, this),
      heap_(budget_),
      memory_(budget_),
      harness_(kHarnessStack),
      places_(Counted<Place>(budget_)),
      futexes_(Counted<std::pair<const void*, uint16_t>>(budget_)),
      names_(Counted<Range>(budget_)),
      choices_(Counted<Choice>(budget_)),
      story_(Counted<Step>(budget_)),
      sites_(Counted<SeenSite>(budget_)) {
  resident_before_ = ResidentMemory();
  budget_.Take(sizeof(Engine) + kHarnessStack);
  for (Thread& thread : threads_) {
    thread.fiber = std::make_unique<Fiber>(kThreadStack);
    budget_.Take(kThreadStack);
  }
}

Engine::~Engine() = default;

Outcome Engine::Execute(const Program& program, const Settings& settings,
                        Chooser& chooser) {
  settings_ = settings;
  chooser_ = &chooser;
  program_ = &program;
  outcome_ = {};
  heap_.Reset();
  thread_count_ = 0;
  running_ = false;
  ++run_;
  steps_ = 0;
  alone_ = 0;
  writes_ = 0;
  now_ = 0;
  restarts_ = 0;
  fingerprint_ = 2166136261u;
  next_object_ = kFirstObject;
  places_.clear();
  futexes_.clear();
  names_.clear();
  choices_.clear();
  story_.clear();
  budget_.Return(std::exchange(story_text_, 0));
  sites_.clear();
  memory_.Begin(settings.model, kMaxThreads);
  chooser.Begin();
  current_engine = this;
  harness_.Restart(HarnessEntry, this);
  Fiber::Switch(main_, harness_);
  current_engine = nullptr;
  outcome_.steps = steps_;
  return std::move(outcome_);
}

void Engine::Trim() {
  heap_.Trim();
  memory_.Trim();
  Forget(places_);
  Forget(futexes_);
  Forget(names_);
  Forget(choices_);
  Forget(story_);
  budget_.Return(std::exchange(story_text_, 0));
  Forget(sites_);
}

size_t Engine::Growth() const {
  const size_t now = ResidentMemory();
  return now > resident_before_ ? now - resident_before_ : 0;
}

void Engine::OutOfMemory(void* engine) {
  auto& self = *static_cast<Engine*>(engine);
  if (current_engine != &self) return;
  self.GiveUp("more than " + std::to_string(self.budget_.limit() >> 20) +
              " MiB (--memory)");
}

void Engine::HarnessEntry(void* engine) {
  auto& self = *static_cast<Engine*>(engine);
  (*self.program_)(self);
  self.Leave();
}

void Engine::Leave() {
  Fiber abandoned;
  Fiber::Switch(abandoned, main_);
  __builtin_trap();
}

void Engine::Report(FindingKind kind, std::string text) {
  outcome_.finding = {kind, std::move(text)};
  Leave();
}

void Engine::ReportAlone() {
  Report(FindingKind::kUnboundedWait,
         "set-up or tear-down, which runs alone, spins: no thread is left that "
         "could do what it waits for");
}

void Engine::GiveUp(std::string beyond) {
  outcome_.beyond = std::move(beyond);
  Leave();
}

void Engine::Add(std::string_view name, void (*body)(void*), void* argument) {
  if (thread_count_ == kMaxThreads) GiveUp("more than 6 threads");
  Thread& thread = threads_[static_cast<size_t>(thread_count_++)];
  thread.name = name;
  thread.body = body;
  thread.argument = argument;
  thread.state = State::kReady;
  thread.cpu = -1;
  thread.last_step = 0;
  thread.futex = nullptr;
}

void Engine::ThreadEntry(void* engine) {
  auto& self = *static_cast<Engine*>(engine);
  Thread& me = self.threads_[static_cast<size_t>(self.self_)];
  me.body(me.argument);
  me.state = State::kDone;
  if (self.starting_) {  // it had no step at all
    Fiber::Switch(*me.fiber, self.harness_);
  }
  self.Dispatch();
  __builtin_trap();
}

void Engine::Run() {
  running_ = true;
  starting_ = true;
  // Each thread runs up to its first step, which then is pending.
  for (self_ = 0; self_ < thread_count_; ++self_) {
    Thread& thread = threads_[static_cast<size_t>(self_)];
    thread.fiber->Restart(ThreadEntry, this);
    Fiber::Switch(harness_, *thread.fiber);
  }
  starting_ = false;
  self_ = 0;
  const Proc first = Next();
  if (first >= 0) {
    self_ = first;
    Fiber::Switch(harness_, *threads_[static_cast<size_t>(first)].fiber);
  }
  running_ = false;
}

Operation& Engine::Prepare(OperationKind kind, std::memory_order order,
                           const Where& where) {
  Operation& operation = threads_[static_cast<size_t>(self_)].next;
  operation.kind = kind;
  operation.drains = false;
  operation.access_count = 0;
  operation.order = order;
  operation.where = where;
  return operation;
}

void Engine::Schedule() {
  Thread& me = threads_[static_cast<size_t>(self_)];
  if (starting_) {
    Fiber::Switch(*me.fiber, harness_);
  } else {
    Dispatch();
  }
}

// Returns when it is the calling thread's turn.
void Engine::Dispatch() {
  const int mine = self_;
  const Proc next = Next();
  if (next == mine) return;
  Thread& me = threads_[static_cast<size_t>(mine)];
  if (next < 0) {  // all are done
    Fiber::Switch(*me.fiber, harness_);
    __builtin_trap();
  }
  self_ = next;
  Fiber::Switch(*me.fiber, *threads_[static_cast<size_t>(next)].fiber);
}

// The thread whose step is next, or -1 if all are done. Takes the steps of
// store buffers itself.
Proc Engine::Next() {
  for (;;) {
    ProcSet enabled = Enabled();
    if (enabled == 0) {
      bool waiting = false, yielded = false;
      for (int t = 0; t < thread_count_; ++t) {
        Thread& thread = threads_[static_cast<size_t>(t)];
        waiting |= thread.state != State::kDone;
        if (thread.state != State::kYielded) continue;
        yielded = true;
        thread.writes_at_yield = writes_ - 1;
      }
      if (!waiting) return -1;
      if (!yielded) ReportStuck();
      continue;
    }
    const Proc proc = chooser_->PickProc(*this, enabled, self_);
    if (proc == Chooser::kPrune) {
      outcome_.pruned = true;
      Leave();
    }
    const int count = CountOf(enabled);
    if (count > 1) {
      choices_.push_back({static_cast<uint8_t>(count),
                          static_cast<uint8_t>(IndexOf(enabled, self_, proc))});
    }
    CountStep(proc, NextOf(proc));
    if (!IsBuffer(proc)) return proc;
    TakeFlush(ThreadOf(proc));
  }
}

int Engine::Candidate(int count) {
  if (count <= 1) return 0;
  const int chosen = chooser_->PickValue(count);
  choices_.push_back(
      {static_cast<uint8_t>(count), static_cast<uint8_t>(chosen)});
  return chosen;
}

void Engine::CountStep(Proc proc, const Operation& operation) {
  fingerprint_ =
      (fingerprint_ ^ (static_cast<uint32_t>(proc) |
                       static_cast<uint32_t>(operation.kind) << 4 |
                       static_cast<uint32_t>(operation.where.line()) << 9)) *
      16777619u;
  ++steps_;
  if (!IsBuffer(proc)) threads_[static_cast<size_t>(proc)].last_step = steps_;
  if (steps_ < settings_.max_steps) return;
  // Did every thread that could go on get its turns?
  for (int t = 0; t < thread_count_; ++t) {
    const Thread& thread = threads_[static_cast<size_t>(t)];
    if (thread.state == State::kReady && ThreadEnabled(t) &&
        thread.last_step < steps_ / 2) {
      outcome_.truncated = true;
      Leave();
    }
  }
  std::string text = "after " + std::to_string(steps_) +
                     " steps, in which every thread got its turns:";
  for (int t = 0; t < thread_count_; ++t) {
    if (threads_[static_cast<size_t>(t)].state != State::kDone)
      text += "\n  " + ThreadName(t) + " is at " +
              ShortName(Site(threads_[static_cast<size_t>(t)].next.where));
  }
  Report(FindingKind::kUnboundedWait, std::move(text));
}

ProcSet Engine::Enabled() const {
  ProcSet enabled = 0;
  for (int t = 0; t < thread_count_; ++t) {
    if (ThreadEnabled(t)) enabled |= Only(t);
    if (settings_.model == Model::kTso && !memory_.BufferEmpty(t))
      enabled |= Only(BufferOf(t));
  }
  return enabled;
}

bool Engine::ThreadEnabled(int t) const {
  const Thread& thread = threads_[static_cast<size_t>(t)];
  switch (thread.state) {
    case State::kDone:
      return false;
    case State::kAsleep:
      return thread.timed;
    case State::kWoken:
      return true;
    case State::kYielded:
      return writes_ != thread.writes_at_yield;
    case State::kReady:
      break;
  }
  if (settings_.model != Model::kTso) return true;
  const Operation& next = thread.next;
  if (next.drains && !memory_.BufferEmpty(t)) return false;
  if (IsHeavyFence(next.kind)) {
    for (int u = 0; u < thread_count_; ++u) {
      if (u != t && memory_.AwaitsFlush(u)) return false;
    }
  } else if (next.kind == OperationKind::kPercpuAdd) {
    // A thread that moves to another CPU passes a barrier; so does the one
    // that ran on this CPU before.
    if (thread.cpu != next.cpu && !memory_.BufferEmpty(t)) return false;
    for (int u = 0; u < thread_count_; ++u) {
      if (u != t && memory_.Buffers(u, next.location)) return false;
    }
  }
  return true;
}

const Operation& Engine::NextOf(Proc proc) const {
  if (!IsBuffer(proc)) return threads_[static_cast<size_t>(proc)].next;
  const int thread = ThreadOf(proc);
  const auto& store = memory_.Head(thread);
  const Place& place = places_[store.location];
  Operation& flush = flushes_[static_cast<size_t>(thread)];
  flush = {};
  flush.kind = OperationKind::kFlush;
  flush.location = store.location;
  flush.stored_at = store.step;
  flush.Add(place.object, true);
  if (place.heap_object >= 0)
    flush.Add(heap_.at(place.heap_object).object, false);
  return flush;
}

void Engine::TakeFlush(int thread) {
  const auto store = memory_.Head(thread);
  const int runner = self_;
  self_ = thread;
  Tell(OperationKind::kFlush, store.location, store.bits, 0,
       {thread, store.step}, std::memory_order_relaxed, {});
  CheckPlace(store.location, {}, true);
  self_ = runner;
  memory_.Flush(thread);
  ++writes_;
}

void Engine::ReportStuck() {
  std::string text;
  bool lost = false;
  for (int t = 0; t < thread_count_; ++t) {
    const Thread& thread = threads_[static_cast<size_t>(t)];
    if (thread.state != State::kAsleep) continue;
    lost |= static_cast<uint32_t>(memory_.Newest(thread.futex_location).bits) !=
            thread.futex_expected;
    text += (text.empty() ? "" : "\n  ") + DescribeWait(t);
  }
  Report(lost ? FindingKind::kLostWakeup : FindingKind::kDeadlock,
         std::move(text));
}

std::string Engine::DescribeWait(int t) const {
  const Thread& thread = threads_[static_cast<size_t>(t)];
  const Value& value = memory_.Newest(thread.futex_location);
  std::string text = ThreadName(t) + " sleeps on " +
                     Describe(thread.futex_location) + " at " +
                     ShortName(Site(thread.next.where)) + " while it is " +
                     std::to_string(thread.futex_expected);
  const auto bits = static_cast<uint32_t>(value.bits);
  if (bits != thread.futex_expected)
    text += "; it is " + std::to_string(bits) + " by now";
  const Origin change = ChangedFor(t);
  if (change.thread < 0) return text;
  const State state = threads_[static_cast<size_t>(change.thread)].state;
  text += "; last changed by " + ThreadName(change.thread);
  if (settings_.tell) text += " at #" + std::to_string(change.step);
  if (change.thread != t)
    text += state == State::kDone ? ", which has ended" : ", which sleeps, too";
  return text;
}

// Who has changed the word that `sleeper` sleeps on, last of the others if the
// story tells: sleepers themselves leave a mark in a lock, and its holder is
// the one to look for.
Origin Engine::ChangedFor(int sleeper) const {
  using enum OperationKind;
  const int word = threads_[static_cast<size_t>(sleeper)].futex_location;
  for (size_t i = story_.size(); i-- > 0;) {
    const Step& step = story_[i];
    const bool changes =
        step.kind == kStore ||
        ((step.kind == kUpdate || step.kind == kCompareExchange) &&
         step.stored != step.value);
    if (changes && step.location == word && step.thread != sleeper)
      return {step.thread, static_cast<int>(i)};
  }
  return memory_.Newest(word).origin;
}

std::string Engine::ThreadName(int thread) const {
  return thread < 0 ? "set-up"
                    : std::string(threads_[static_cast<size_t>(thread)].name);
}

}  // namespace knotestat::check
