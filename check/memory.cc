// SPDX-License-Identifier: BSD-2-Clause
#include "check/memory.h"

namespace knotestat::check {

std::string_view NameOf(Model model) {
  return model == Model::kTso ? "tso" : "ra";
}

void Memory::Begin(Model model, int threads) {
  model_ = model;
  thread_count_ = threads;
  locations_.clear();
  message_count_ = 0;
  view_count_ = View::kThreads;
  sc_.Clear();
  for (int t = 0; t < threads; ++t) {
    threads_[t].current.Clear();
    threads_[t].acquired.Clear();
    threads_[t].released.Clear();
    threads_[t].sealed.Clear();
    threads_[t].epoch = 0;
    buffers_[t].begin = buffers_[t].end = 0;
  }
}

void Memory::Trim() {
  Forget(locations_);
  Forget(messages_);
}

int Memory::AddLocation(uint64_t initial) {
  if (locations_.size() >= kMaxObjects) return -1;
  Location& location = locations_.emplace_back();
  location.initial.bits = location.newest.bits = initial;
  return static_cast<int>(locations_.size()) - 1;
}

// --- TSO ------------------------------------------------------------------

void Memory::Push(int thread, int location, uint64_t bits, int step) {
  Ring& ring = buffers_[thread];
  // Real buffers are finite, too; this one is larger than they are.
  if (ring.Full()) Flush(thread);
  ring.At(ring.end++) = {static_cast<uint16_t>(location), false, step, bits};
}

bool Memory::AwaitsFlush(int thread) const {
  const Ring& ring = Buffer(thread);
  for (int i = ring.begin; i < ring.end; ++i) {
    if (ring.At(i).sealed) return true;
  }
  return false;
}

bool Memory::Buffers(int thread, int location) const {
  const Ring& ring = Buffer(thread);
  for (int i = ring.begin; i < ring.end; ++i) {
    if (ring.At(i).location == location) return true;
  }
  return false;
}

void Memory::Flush(int thread) {
  const BufferedStore& store = Buffer(thread).Front();
  Of(store.location).newest = {store.bits, {thread, store.step}};
  ++buffers_[thread].begin;
}

// --- RA -------------------------------------------------------------------

uint16_t Memory::OldestReadable(const Thread& me, const Location& location,
                                std::memory_order order) const {
  const uint16_t seen = me.current.Get(location.view);
  return order == std::memory_order_seq_cst && location.sc_timestamp > seen
             ? location.sc_timestamp
             : seen;
}

int Memory::Candidates(int thread, int location_number,
                       std::memory_order order) const {
  const Location& location = Of(location_number);
  if (model_ == Model::kTso || location.message < 0) return 1;
  const uint16_t oldest = OldestReadable(threads_[thread], location, order);
  return messages_[static_cast<size_t>(location.message)].timestamp - oldest +
         1;
}

void Memory::Read(Thread& me, const Location& location, const Message* message,
                  std::memory_order order) {
  if (message == nullptr) return;
  me.current.Raise(location.view, message->timestamp);
  me.acquired.Raise(location.view, message->timestamp);
  me.acquired.Join(message->view);
  if (Acquires(order)) me.current.Join(message->view);
}

Value Memory::Load(int thread, int location_number, std::memory_order order,
                   int candidate) {
  const Location& location = Of(location_number);
  if (model_ == Model::kTso) {
    const Ring& ring = Buffer(thread);
    for (int i = ring.end - 1; i >= ring.begin; --i) {
      if (ring.At(i).location == location_number)
        return {ring.At(i).bits, {thread, ring.At(i).step}};
    }
    return location.newest;
  }
  int index = location.message;
  for (; candidate > 0; --candidate)
    index = messages_[static_cast<size_t>(index)].previous;
  const Message* message =
      index < 0 ? nullptr : &messages_[static_cast<size_t>(index)];
  Read(threads_[thread], location, message, order);
  return message == nullptr ? location.initial : message->value;
}

void Memory::Append(int thread, int location_number, uint64_t bits,
                    std::memory_order order, int step, bool update) {
  Location& location = Of(location_number);
  Thread& me = threads_[thread];
  if (location.view < 0) {
    location.view = view_count_;
    if (view_count_ + 1 < View::kSize) ++view_count_;
  }
  if (message_count_ == messages_.size()) messages_.emplace_back();
  Message& message = messages_[message_count_];
  const Message* before = location.message < 0 ? nullptr : &Of(location);
  message.value = {bits, {thread, step}};
  message.timestamp =
      static_cast<uint16_t>((before == nullptr ? 0 : before->timestamp) + 1);
  message.previous = location.message;
  me.current.Set(location.view, message.timestamp);
  me.acquired.Raise(location.view, message.timestamp);
  message.view = Releases(order) ? me.current : me.released;
  message.view.Raise(location.view, message.timestamp);
  // A read-modify-write continues the release sequence that it is part of.
  if (update && before != nullptr) message.view.Join(before->view);
  location.message = static_cast<int>(message_count_++);
  location.newest = message.value;
  if (order == std::memory_order_seq_cst)
    location.sc_timestamp = message.timestamp;
}

// --- both -----------------------------------------------------------------

void Memory::Store(int thread, int location, uint64_t bits,
                   std::memory_order order, int step) {
  if (model_ == Model::kReleaseAcquire)
    return Append(thread, location, bits, order, step, false);
  Push(thread, location, bits, step);
  if (order == std::memory_order_seq_cst) {  // compiled to xchg
    while (!BufferEmpty(thread)) Flush(thread);
  }
}

Value Memory::ReadNewest(int thread, int location_number,
                         std::memory_order order) {
  const Location& location = Of(location_number);
  if (model_ == Model::kReleaseAcquire && location.message >= 0)
    Read(threads_[thread], location, &Of(location), order);
  return location.newest;
}

void Memory::FinishUpdate(int thread, int location, uint64_t bits,
                          std::memory_order order, int step) {
  if (model_ == Model::kReleaseAcquire)
    return Append(thread, location, bits, order, step, true);
  Of(location).newest = {bits, {thread, step}};
}

Value Memory::KernelRead(int thread, int location) {
  return ReadNewest(thread, location, std::memory_order_relaxed);
}

Value Memory::PercpuAdd(int thread, int location, bool releases, int step) {
  const auto order =
      releases ? std::memory_order_release : std::memory_order_relaxed;
  if (model_ == Model::kReleaseAcquire) {
    const Value before = ReadNewest(thread, location, order);
    Append(thread, location, before.bits + 1, order, step, true);
    return before;
  }
  const Value before = Load(thread, location, order, 0);
  Push(thread, location, before.bits + 1, step);
  return before;
}

void Memory::ThreadFence(int thread, std::memory_order order) {
  if (model_ == Model::kTso) return;  // the buffer is empty already
  Thread& me = threads_[thread];
  if (Acquires(order)) me.current = me.acquired;
  if (order == std::memory_order_seq_cst) {
    me.current.Join(sc_);
    me.acquired.Join(sc_);
    sc_ = me.current;
  }
  if (Releases(order)) me.released = me.current;
  Seal(thread);
}

void Memory::HeavyFence(int thread) {
  if (model_ == Model::kTso) return;
  Thread& me = threads_[thread];
  // What the others have done and the compiler cannot have delayed.
  ThreadFence(thread, std::memory_order_seq_cst);
  const View before = me.current;
  for (int t = 0; t < thread_count_; ++t) {
    if (t == thread) continue;
    me.current.Join(threads_[t].sealed);
    // The others pass a barrier between the caller's two.
    threads_[t].current.Join(before);
    threads_[t].acquired.Join(before);
    threads_[t].sealed.Join(before);
  }
  me.acquired.Join(me.current);
  sc_ = me.current;
  me.released = me.current;
  Seal(thread);
}

void Memory::Seal(int thread) {
  if (model_ == Model::kReleaseAcquire) {
    threads_[thread].sealed = threads_[thread].current;
    return;
  }
  Ring& ring = buffers_[thread];
  for (int i = ring.end - 1; i >= ring.begin && !ring.At(i).sealed; --i)
    ring.At(i).sealed = true;
}

uint16_t Memory::Tick(int thread) {
  Thread& me = threads_[thread];
  me.current.Set(thread, ++me.epoch);
  me.acquired.Raise(thread, me.epoch);
  return me.epoch;
}

void Memory::JoinAll(int thread) {
  for (int t = 0; t < thread_count_; ++t)
    threads_[thread].current.Join(threads_[t].current);
}

}  // namespace knotestat::check
