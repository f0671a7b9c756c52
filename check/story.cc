// SPDX-License-Identifier: BSD-2-Clause
#include "check/story.h"

#include <cstdio>

#include "check/finding.h"

namespace knotestat::check {
namespace {

std::string Number(uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof(text), value < 4096 ? "%llu" : "0x%llx",
                static_cast<unsigned long long>(value));
  return text;
}

bool Reads(OperationKind kind) {
  return kind == OperationKind::kLoad || kind == OperationKind::kUpdate ||
         kind == OperationKind::kCompareExchange ||
         kind == OperationKind::kPercpuAdd || kind == OperationKind::kFutexWait;
}

// "-> 3 (stored by #12)".
std::string Effect(const Step& step) {
  using enum OperationKind;
  switch (step.kind) {
    case kStore:
    case kFlush:
      return "= " + Number(step.value);
    case kUpdate:
    case kCompareExchange:
    case kPercpuAdd:
      return Number(step.value) +
             (step.stored == step.value && step.kind == kCompareExchange
                  ? " (differs)"
                  : " -> " + Number(step.stored));
    case kLoad:
    case kFutexWait:
      return "is " + Number(step.value);
    default:
      return "";
  }
}

std::string Padded(std::string text, size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

}  // namespace

std::string ShortName(const Site& site) {
  const std::string_view file = site.file;
  const size_t slash = file.rfind('/');
  return std::string(slash == file.npos ? file : file.substr(slash + 1)) + ":" +
         std::to_string(site.line);
}

std::string Tell(std::span<const Step> steps) {
  std::string text;
  for (size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    std::string what(NameOf(step.kind));
    if (step.kind <= OperationKind::kCompareExchange)
      what += " " + std::string(NameOf(step.order));
    std::string line = Padded("#" + std::to_string(i), 5) +
                       Padded(step.thread_name, 12) + Padded(what, 26) +
                       step.place;
    const std::string effect = Effect(step);
    if (!effect.empty()) line += " " + effect;
    if (Reads(step.kind)) {
      line += step.origin.step < 0
                  ? " (initial)"
                  : " (stored at #" + std::to_string(step.origin.step) + ")";
    }
    if (step.kind == OperationKind::kFlush)
      line += " (stored at #" + std::to_string(step.origin.step) + ")";
    if (!step.note.empty()) line += ", " + step.note;
    if (step.site.line != 0)
      line = Padded(line, 82) + "  " + ShortName(step.site);
    text += line + "\n";
  }
  return text;
}

std::string_view NameOf(OperationKind kind) {
  using enum OperationKind;
  switch (kind) {
    case kLoad:
      return "load";
    case kStore:
      return "store";
    case kUpdate:
      return "update";
    case kCompareExchange:
      return "compare-exchange";
    case kPercpuAdd:
      return "per-CPU add";
    case kThreadFence:
      return "fence";
    case kLightFence:
      return "light fence";
    case kHeavyFence:
      return "heavy fence";
    case kRestartFence:
      return "restart fence";
    case kFutexWait:
      return "futex wait";
    case kFutexReturn:
      return "goes on";
    case kFutexWake:
      return "futex wake";
    case kYield:
      return "yield";
    case kFree:
      return "free";
    case kFlush:
      return "store becomes visible";
    case kPlainRead:
      return "plain read";
    case kPlainWrite:
      return "plain write";
  }
  return "";
}

std::string_view NameOf(std::memory_order order) {
  switch (order) {
    case std::memory_order_relaxed:
      return "relaxed";
    case std::memory_order_acquire:
      return "acquire";
    case std::memory_order_release:
      return "release";
    case std::memory_order_acq_rel:
      return "acq_rel";
    default:
      return "seq_cst";
  }
}

std::string_view NameOf(FindingKind kind) {
  using enum FindingKind;
  switch (kind) {
    case kNone:
      return "nothing";
    case kUseAfterFree:
      return "use after free";
    case kUnorderedFree:
      return "unordered free";
    case kDriverGone:
      return "call into a driver that is gone";
    case kDoubleDetach:
      return "double detach";
    case kDoubleFree:
      return "double free";
    case kLeak:
      return "leak";
    case kDeadlock:
      return "deadlock";
    case kLostWakeup:
      return "lost wake-up";
    case kUnboundedWait:
      return "unbounded wait";
    case kDataRace:
      return "data race";
    case kUnpublished:
      return "use before publication";
    case kBrokenInvariant:
      return "broken invariant";
    case kCrash:
      return "wild pointer";
  }
  return "";
}

std::string_view NameOf(MutationKind kind) {
  using enum MutationKind;
  switch (kind) {
    case kNone:
      return "none";
    case kDropFence:
      return "fence dropped";
    case kDropRestart:
      return "restart dropped";
    case kDropAcquire:
      return "acquire dropped";
    case kDropRelease:
      return "release dropped";
    case kDropSeqCst:
      return "seq_cst weakened";
    case kDropWake:
      return "wake dropped";
    case kSplitUpdate:
      return "update split";
    case kStaleCpu:
      return "stale CPU number";
    case kIgnoreLoad:
      return "check left out";
  }
  return "";
}

}  // namespace knotestat::check
