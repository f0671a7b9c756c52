// SPDX-License-Identifier: BSD-2-Clause
#include "collector/frame_name.h"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"

namespace knotestat::collector {
namespace {

constexpr size_t kLongestArguments = 40;
constexpr std::string_view kAnonymous = "(anonymous namespace)";
constexpr std::string_view kOperator = "operator";

// The position after the bracket that closes the one at `open`; the end of the
// text if none does. All kinds of brackets nest; "->" and the operators in
// front of their parameters ("operator>(") do not close anything.
size_t AfterClosing(std::string_view text, size_t open) {
  int depth = 0;
  for (size_t i = open; i < text.size(); i++) {
    const char c = text[i];
    if (text.substr(i).starts_with(kOperator) && i + 8 < text.size()) {
      i += kOperator.size();
      while (i + 1 < text.size() &&
             std::string_view("<>=-").find(text[i + 1]) != text.npos) {
        i++;
      }
      continue;
    }
    if (c == '<' || c == '(' || c == '{' || c == '[') depth++;
    const bool arrow = c == '>' && i > 0 && text[i - 1] == '-';
    if ((c == '>' && !arrow) || c == ')' || c == '}' || c == ']') depth--;
    if (depth == 0) return i + 1;
  }
  return text.size();
}

// What is between the brackets at `begin` and before `end`.
std::string_view Inside(std::string_view text, size_t begin, size_t end) {
  return text.substr(begin + 1, end - begin >= 2 ? end - begin - 2 : 0);
}

// Splits at commas outside of brackets.
std::vector<std::string_view> SplitArguments(std::string_view text) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '<' || c == '(' || c == '{' || c == '[') {
      i = AfterClosing(text, i);
    } else if (c == ',') {
      parts.push_back(text.substr(begin, i - begin));
      begin = ++i;
    } else {
      i++;
    }
  }
  parts.push_back(text.substr(begin));
  return parts;
}

// "{lambda(int)#1}" without its parameters; other braces as they are.
std::string ShortBraces(std::string_view braces) {
  const size_t open = braces.find('(');
  if (open == braces.npos) return std::string(braces);
  const size_t after = AfterClosing(braces, open);
  return std::string(braces.substr(0, open)) +
         std::string(braces.substr(after));
}

// A template argument: its last name, without namespaces and arguments.
std::string ShortArgument(std::string_view argument) {
  std::string name;
  for (size_t i = 0; i < argument.size();) {
    const char c = argument[i];
    if (c == '<' || c == '[') {
      i = AfterClosing(argument, i);
    } else if (c == '(') {
      const size_t after = AfterClosing(argument, i);
      // "(Color)1": a value of an enumeration keeps its type.
      if (name.empty() && after < argument.size()) {
        name = "(" + ShortArgument(Inside(argument, i, after)) + ")";
      }
      i = after;
    } else if (c == '{') {
      const size_t after = AfterClosing(argument, i);
      name += ShortBraces(argument.substr(i, after - i));
      i = after;
    } else if (argument.substr(i).starts_with("::")) {
      name.clear();
      i += 2;
    } else {
      name += c;
      i++;
    }
  }
  absl::StripAsciiWhitespace(&name);
  return name;
}

std::string ShortArguments(std::string_view inside) {
  std::vector<std::string> arguments;
  for (std::string_view argument : SplitArguments(inside)) {
    arguments.push_back(ShortArgument(argument));
  }
  const std::string joined = absl::StrJoin(arguments, ",");
  return joined.size() > kLongestArguments ? "<...>" : "<" + joined + ">";
}

// The operator's own characters after "operator", e.g. "<<" or "()".
size_t OperatorLength(std::string_view rest) {
  if (rest.starts_with("()") || rest.starts_with("[]")) return 2;
  size_t length = 0;
  while (length < rest.size() &&
         std::string_view("<>=!+-*/%^&|~,").find(rest[length]) != rest.npos) {
    length++;
  }
  // In "operator<<int>" only the first belongs to the operator.
  if (rest.starts_with("<") && length == 2 && rest[1] == '<' &&
      rest.find('>') != rest.npos && rest.substr(2, 1) != "(" &&
      rest.substr(2, 1) != " ") {
    return 1;
  }
  return length;
}

class Shortener {
 public:
  explicit Shortener(std::string_view text) : text_(text) {}

  std::string Run() {
    while (position_ < text_.size() && Step()) {
    }
    return name_;
  }

 private:
  // Consumes the next piece. False: the rest says nothing.
  bool Step() {
    const std::string_view rest = text_.substr(position_);
    const char c = rest[0];
    if (rest.starts_with(kAnonymous)) return Copy(kAnonymous, "(anonymous)");
    if (rest.starts_with(kOperator) && AtNameStart()) return Operator();
    if (c == '<') {
      const size_t after = AfterClosing(text_, position_);
      name_ += ShortArguments(Inside(text_, position_, after));
      position_ = after;
    } else if (c == '{') {
      const size_t after = AfterClosing(text_, position_);
      name_ += ShortBraces(text_.substr(position_, after - position_));
      position_ = after;
    } else if (c == '(' || c == '[') {  // parameters, or an ABI tag
      position_ = AfterClosing(text_, position_);
      parameters_seen_ |= c == '(';
    } else if (c == ' ') {
      return Space();
    } else {
      name_ += c;
      position_++;
    }
    return true;
  }

  bool Copy(std::string_view piece, std::string_view as) {
    name_ += as;
    position_ += piece.size();
    return true;
  }

  bool AtNameStart() const {
    return name_.empty() || name_.back() == ':' ||
           (position_ > 0 && text_[position_ - 1] == ' ');
  }

  // Keeps "operator" and what belongs to it, conversions included.
  bool Operator() {
    Copy(kOperator, kOperator);
    const std::string_view rest = text_.substr(position_);
    if (rest.starts_with(" ")) {  // operator bool, operator new[]
      const size_t end = std::min(rest.find('('), rest.size());
      return Copy(rest.substr(0, end), rest.substr(0, end));
    }
    const size_t length = OperatorLength(rest);
    Copy(rest.substr(0, length), rest.substr(0, length));
    if (text_.substr(position_).starts_with(" <")) position_++;
    return true;
  }

  // After the parameters come qualifiers, which may be followed by "::" and a
  // local name; before them, what we have is the return type.
  bool Space() {
    const std::string_view rest = text_.substr(position_);
    if (rest.starts_with(" [clone")) return false;
    for (std::string_view qualifier : {" const", " volatile", " &&", " &"}) {
      if (parameters_seen_ && rest.starts_with(qualifier)) {
        return Copy(qualifier, "");
      }
    }
    if (parameters_seen_ && !name_.starts_with("decltype")) return false;
    name_.clear();
    parameters_seen_ = false;
    position_++;
    return true;
  }

  const std::string_view text_;
  size_t position_ = 0;
  std::string name_;
  bool parameters_seen_ = false;
};

}  // namespace

std::string ShortName(std::string_view demangled) {
  std::string name = Shortener(demangled).Run();
  return name.empty() ? std::string(demangled) : name;
}

std::string ReadableName(const char* symbol) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> demangled(
      abi::__cxa_demangle(symbol, nullptr, nullptr, &status), &std::free);
  return status == 0 ? ShortName(demangled.get()) : std::string(symbol);
}

std::string FoldedName(std::string_view name) {
  std::string safe(name);
  const bool unknown = name.starts_with("[unknown in ");
  for (char& c : safe) {
    if (c == ';') c = ':';
    if (unknown && c == ' ') continue;
    if (absl::ascii_isspace(static_cast<unsigned char>(c))) c = '_';
  }
  return safe;
}

}  // namespace knotestat::collector
