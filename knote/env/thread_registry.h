// The records of all threads that use a strategy, as its writers see them.
//
// Records are never freed before the registry, only handed to the next thread
// that comes: a writer may walk the list at any time without a lock, and
// memory is bounded by the largest number of threads at one time.
//
// Ordering
//  T1  Join() links a record with release; a writer's First() acquires, so it
//      sees records initialized.
//  T2  Leave() gives a record back with release; the next Join() claims it
//      with acquire, so its owner sees all that the last one did.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_ENV_THREAD_REGISTRY_H_
#define KNOTESTAT_KNOTE_ENV_THREAD_REGISTRY_H_

#include <atomic>

namespace knote {

// `Record` is default-constructible and must be idle whenever its thread
// leaves. All functions are thread-safe.
template <class Env, class Record>
class ThreadRegistry {
 public:
  // Aligned so that neighbours share neither a line nor a prefetched pair.
  struct alignas(128) Node : Env::Object {
    Record record;
    Node* next = nullptr;
    typename Env::template Atomic<bool> taken{true};
    typename Env::LastCpu last_cpu;  // of the thread that has it
  };

  ThreadRegistry() = default;
  ThreadRegistry(const ThreadRegistry&) = delete;
  ThreadRegistry& operator=(const ThreadRegistry&) = delete;
  ~ThreadRegistry() {
    for (Node* node = head_.load(std::memory_order_relaxed); node != nullptr;) {
      Node* next = node->next;
      delete node;
      node = next;
    }
  }

  // A record for the calling thread.
  Node* Join() {
    for (Node* node = First(); node != nullptr; node = node->next) {
      bool taken = false;
      if (!node->taken.load(std::memory_order_relaxed) &&
          node->taken.compare_exchange_strong(taken, true,
                                              std::memory_order_acquire,  // T2
                                              std::memory_order_relaxed)) {
        node->last_cpu.Publish();
        return node;
      }
    }
    Node* node = new Node;
    node->last_cpu.Publish();
    node->next = head_.load(std::memory_order_relaxed);
    while (!head_.compare_exchange_weak(node->next, node,
                                        std::memory_order_release,  // T1
                                        std::memory_order_relaxed)) {
    }
    return node;
  }

  // Gives the record back; its thread is outside of every section.
  void Leave(Node* node) {
    node->last_cpu.Withdraw();
    node->taken.store(false, std::memory_order_release);  // T2
  }

  // The newest record; follow `next` to see all.
  Node* First() const {
    return head_.load(std::memory_order_acquire);  // T1
  }

 private:
  typename Env::template Atomic<Node*> head_{nullptr};
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_ENV_THREAD_REGISTRY_H_
