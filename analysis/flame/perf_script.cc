// Format: builtin-script.c of Linux' tools/perf. A header is
//   COMM TID [CPU] TIME: PERIOD EVENT: ...
// where all but COMM may be missing, and a frame
//   <white space> ADDRESS SYMBOL+0xOFFSET (FILE)
// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/perf_script.h"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"

namespace knotestat::flame {
namespace {

constexpr std::string_view kBlank = " \t";

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlank);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

std::vector<std::string_view> WordsOf(std::string_view line) {
  std::vector<std::string_view> words;
  while (!(line = Trimmed(line)).empty()) {
    words.push_back(line.substr(0, line.find_first_of(kBlank)));
    line.remove_prefix(words.back().size());
  }
  return words;
}

bool AllOf(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == text.npos;
}

bool IsNumber(std::string_view text) { return AllOf(text, "0123456789"); }

// "1234.567890:"
bool IsTime(std::string_view word) {
  const size_t point = word.find('.');
  return word.ends_with(':') && point != word.npos &&
         IsNumber(word.substr(0, point)) &&
         IsNumber(word.substr(point + 1, word.size() - point - 2));
}

// "1234" or "1234/1235"
bool IsThread(std::string_view word) {
  const size_t slash = word.find('/');
  return slash == word.npos ? IsNumber(word)
                            : IsNumber(word.substr(0, slash)) &&
                                  IsNumber(word.substr(slash + 1));
}

// The position of the bracket that the last one closes; npos if none does.
size_t OpeningOfLast(std::string_view text) {
  int depth = 0;
  for (size_t i = text.size(); i-- > 0;) {
    if (text[i] == ')') ++depth;
    if (text[i] == '(' && --depth == 0) return i;
  }
  return text.npos;
}

bool IsKernel(std::string_view file) {
  if (!file.starts_with("[") || file.starts_with("[v")) return false;
  constexpr std::string_view kOthers[] = {"[unknown]", "[heap]", "[stack]",
                                          "[anon]",    "[JIT]",  "[bpf]"};
  return std::find(std::begin(kOthers), std::end(kOthers), file) ==
             std::end(kOthers) &&
         !file.starts_with("[JIT]") && !file.starts_with("[anon");
}

std::string Demangled(std::string_view symbol) {
  std::string name(symbol);
  if (!name.starts_with("_Z")) return name;
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> demangled(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 ? demangled.get() : name;
}

std::string_view WithoutOffset(std::string_view symbol) {
  const size_t plus = symbol.rfind("+0x");
  if (plus == symbol.npos || plus == 0) return symbol;
  return AllOf(symbol.substr(plus + 3), "0123456789abcdef")
             ? symbol.substr(0, plus)
             : symbol;
}

// The name of a frame, or nothing if the line is none.
std::optional<std::string> FrameOf(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
  const size_t end = line.find_first_of(kBlank);
  const std::string_view address = line.substr(0, end);
  if (end == line.npos || !AllOf(address, "0123456789abcdef"))
    return std::nullopt;
  line = Trimmed(line.substr(end));
  std::string_view file;
  if (line.ends_with(')')) {
    const size_t open = OpeningOfLast(line);
    if (open == line.npos || (open > 0 && line[open - 1] != ' '))
      return std::nullopt;
    file = line.substr(open + 1, line.size() - open - 2);
    line = Trimmed(line.substr(0, open));
  }
  const std::string_view symbol = WithoutOffset(line);
  if (symbol.empty() || symbol == "[unknown]") {
    if (file.empty() || file == "[unknown]") return "[unknown]";
    const size_t slash = file.rfind('/');
    return absl::StrCat(
        "[unknown in ",
        std::string(slash == file.npos ? file : file.substr(slash + 1)), "+0x",
        std::string(address), "]");
  }
  return Demangled(symbol) + (IsKernel(file) ? "_[k]" : "");
}

// What a header says. Views refer to it.
struct Header {
  std::string_view thread;  // its name
  std::string_view event;   // empty: not printed
  std::string_view rest;    // behind the event
};

Header HeaderOf(std::string_view line) {
  const auto from = [&](std::string_view word) {
    return static_cast<size_t>(word.data() - line.data());
  };
  const std::vector<std::string_view> words = WordsOf(line);
  size_t time = words.size(), thread = words.size();
  for (size_t i = 1; i < words.size() && time == words.size(); ++i) {
    if (IsTime(words[i])) time = i;
  }
  for (size_t i = 1; i < time && thread == words.size(); ++i) {
    if (IsThread(words[i])) thread = i;
  }
  Header header;
  const size_t name_end = std::min(thread, time);
  header.thread = Trimmed(line.substr(
      0, name_end < words.size() ? from(words[name_end]) : line.size()));
  size_t event = time + 1;
  if (event < words.size() && IsNumber(words[event])) ++event;  // the period
  if (event < words.size() && words[event].ends_with(':')) {
    header.event = words[event];
    header.rest = line.substr(from(words[event]) + words[event].size());
    header.event.remove_suffix(1);
  }
  return header;
}

void AppendFrameName(std::string_view name, std::string* out) {
  for (const char c : name) *out += c == ';' ? ':' : c;
}

bool HasTime(std::string_view line) {
  for (const std::string_view word : WordsOf(line)) {
    if (IsTime(word)) return true;
  }
  return false;
}

}  // namespace

void PerfScriptParser::Begin(std::string_view line) {
  const Header header = HeaderOf(line);
  in_sample_ = true;
  if (event_.empty()) event_ = std::string(header.event);
  wanted_ = header.event == event_;
  if (!wanted_ && others_++ == 0) other_event_ = std::string(header.event);
  thread_.clear();
  AppendFrameName(header.thread, &thread_);
  frames_.clear();
  // Without a call chain the address is in the same line.
  if (const auto frame = FrameOf(header.rest)) {
    frames_ = ";";
    AppendFrameName(*frame, &frames_);
  }
}

absl::Status PerfScriptParser::End() {
  if (!std::exchange(in_sample_, false) || !wanted_) return absl::OkStatus();
  if (!tree_->Add(thread_ + frames_, 1))
    return absl::OutOfRangeError("the number of samples exceeds 64 bits");
  return absl::OkStatus();
}

absl::Status PerfScriptParser::Line(std::string_view line) {
  ++line_;
  if (line.find_first_not_of(kBlank) == line.npos) return End();
  if (line.starts_with('#')) return absl::OkStatus();
  const bool indented = kBlank.find(line[0]) != kBlank.npos;
  if (indented && in_sample_) {
    if (const auto frame = FrameOf(line)) {
      std::string grown = ";";
      AppendFrameName(*frame, &grown);
      frames_.insert(0, grown);
      return absl::OkStatus();
    }
  }
  if (indented && !HasTime(line)) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", line_,
                     ": neither a sample's header nor a frame of it; "
                     "expected what `perf script` prints without options"));
  }
  absl::Status status = End();
  Begin(line);
  return status;
}

absl::Status PerfScriptParser::Feed(std::string_view piece) {
  return lines_.Feed(piece,
                     [this](std::string_view line) { return Line(line); });
}

absl::Status PerfScriptParser::Finish() {
  absl::Status status =
      lines_.Finish([this](std::string_view line) { return Line(line); });
  return status.ok() ? End() : status;
}

std::string PerfScriptParser::Note() const {
  if (others_ == 0) return "";
  return absl::StrCat("the samples of the event ", event_, " are drawn, ",
                      others_, " of others, such as ", other_event_,
                      ", are not");
}

bool LooksLikePerfScript(std::string_view text) {
  // Whole lines: what `text` ends in may be cut.
  bool header = false;
  for (size_t end; (end = text.find('\n')) != text.npos;
       text.remove_prefix(end + 1)) {
    const std::string_view line = text.substr(0, end);
    if (line.starts_with('#') || line.find_first_not_of(kBlank) == line.npos)
      continue;
    const bool indented = kBlank.find(line[0]) != kBlank.npos;
    if (header) return (indented && FrameOf(line)) || HasTime(line);
    if (!HeaderOf(line).event.empty()) return true;
    header = true;
    if (indented) return false;
    const std::string_view last = line.substr(line.find_last_of(kBlank) + 1);
    if (line.find(';') != line.npos && IsNumber(last)) return false;
    if (IsNumber(last) && line.find_first_of(kBlank) == line.npos) return false;
  }
  return false;
}

}  // namespace knotestat::flame
