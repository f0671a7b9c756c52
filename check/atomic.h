// std::atomic's interface, with every operation a step of the engine.
//
// Where an operation stands in the source is a default argument, so that the
// code under check is the code that runs on the machine.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_ATOMIC_H_
#define KNOTESTAT_CHECK_ATOMIC_H_

#include <bit>
#include <cstring>
#include <type_traits>

#include "check/engine.h"

namespace knotestat::check {

template <class T>
class Atomic {
  static_assert(sizeof(T) <= 8 && std::is_trivially_copyable_v<T>);
  using Where = std::source_location;
  using Order = std::memory_order;

 public:
  Atomic() = default;
  Atomic(T value) { cell_.bits = Bits(value); }
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;

  T load(Order order = Order::seq_cst, Where where = Where::current()) const {
    return Of(engine().Load(cell_, order, where));
  }
  void store(T value, Order order = Order::seq_cst,
             Where where = Where::current()) {
    engine().Store(cell_, Bits(value), order, where);
  }
  T exchange(T value, Order order = Order::seq_cst,
             Where where = Where::current()) {
    return Of(engine().Update(
        cell_, [](uint64_t, uint64_t to) { return to; }, Bits(value), order,
        where));
  }
  bool compare_exchange_strong(T& expected, T desired, Order success,
                               Order failure, Where where = Where::current()) {
    uint64_t bits = Bits(expected);
    const bool exchanged = engine().CompareExchange(cell_, bits, Bits(desired),
                                                    success, failure, where);
    expected = Of(bits);
    return exchanged;
  }
  bool compare_exchange_strong(T& expected, T desired,
                               Order order = Order::seq_cst,
                               Where where = Where::current()) {
    return compare_exchange_strong(expected, desired, order, FailureOf(order),
                                   where);
  }
  // Never fails spuriously here.
  bool compare_exchange_weak(T& expected, T desired, Order success,
                             Order failure, Where where = Where::current()) {
    return compare_exchange_strong(expected, desired, success, failure, where);
  }
  bool compare_exchange_weak(T& expected, T desired,
                             Order order = Order::seq_cst,
                             Where where = Where::current()) {
    return compare_exchange_strong(expected, desired, order, where);
  }

  T fetch_add(T operand, Order order = Order::seq_cst,
              Where where = Where::current()) {
    return Fetch([](T a, T b) { return static_cast<T>(a + b); }, operand, order,
                 where);
  }
  T fetch_sub(T operand, Order order = Order::seq_cst,
              Where where = Where::current()) {
    return Fetch([](T a, T b) { return static_cast<T>(a - b); }, operand, order,
                 where);
  }
  T fetch_or(T operand, Order order = Order::seq_cst,
             Where where = Where::current()) {
    return Fetch([](T a, T b) { return static_cast<T>(a | b); }, operand, order,
                 where);
  }
  T fetch_and(T operand, Order order = Order::seq_cst,
              Where where = Where::current()) {
    return Fetch([](T a, T b) { return static_cast<T>(a & b); }, operand, order,
                 where);
  }

  Cell& cell() { return cell_; }
  const Cell& cell() const { return cell_; }

 private:
  static Engine& engine() { return *Engine::current(); }

  static uint64_t Bits(T value) {
    uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof(T));
    return bits;
  }
  static T Of(uint64_t bits) {
    T value;
    std::memcpy(&value, &bits, sizeof(T));
    return value;
  }
  static Order FailureOf(Order order) {
    return order == Order::acq_rel   ? Order::acquire
           : order == Order::release ? Order::relaxed
                                     : order;
  }

  template <class Function>
  T Fetch(Function, T operand, Order order, const Where& where) {
    return Of(engine().Update(
        cell_,
        [](uint64_t bits, uint64_t argument) {
          return Bits(Function()(Of(bits), Of(argument)));
        },
        Bits(operand), order, where));
  }

  Cell cell_;
};

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_ATOMIC_H_
