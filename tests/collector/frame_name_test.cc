// Shortening function names, on names as the demangler prints them.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "collector/frame_name.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace knotestat::collector {
namespace {

TEST(FrameName, Shortens) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"main", "main"},
      {"memcpy", "memcpy"},
      {"knote::Kqueue::Scan(int, unsigned long)", "knote::Kqueue::Scan"},
      {"knote::Kqueue::empty() const", "knote::Kqueue::empty"},
      {"bool knote::filter_event<knote::strategies::Epoch<knote::HwEnv> >("
       "knote::Knote*, long)",
       "knote::filter_event<Epoch>"},
      {"knote::Kqueue<knote::Psref<knote::HwEnv>, 3ul>::Scan(int)",
       "knote::Kqueue<Psref,3ul>::Scan"},
      {"std::vector<int, std::allocator<int> >& f<int>()", "f<int>"},
      {"knote::(anonymous namespace)::Burn(int)", "knote::(anonymous)::Burn"},
      {"(anonymous namespace)::Burn()", "(anonymous)::Burn"},
      {"auto f(int)::{lambda(int, char)#2}::operator()(int, char) const",
       "f::{lambda#2}::operator()"},
      {"void Run<f()::{lambda(int)#1}>(f()::{lambda(int)#1}&&)",
       "Run<{lambda#1}>"},
      {"std::ostream& operator<< <char>(std::ostream&, char)",
       "operator<<<char>"},
      {"bool a::operator<(a::B const&, a::B const&)", "a::operator<"},
      {"a::B::operator->() const", "a::B::operator->"},
      {"a::B::operator bool() const", "a::B::operator bool"},
      {"operator new(unsigned long)", "operator new"},
      {"a::B::operator()(int)", "a::B::operator()"},
      {"a::B::~B()", "a::B::~B"},
      {"void f<(Color)1>()", "f<(Color)1>"},
      {"void f<void (*)(int)>(void (*)(int))", "f<void>"},
      {"void f<a::B const*, std::string>()", "f<B const*,string>"},
      {"f(int) [clone .cold]", "f"},
      {"f[abi:cxx11](int)", "f"},
      {"decltype(auto) f<int>(int)", "f<int>"},
      {"void f<aaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbb>()",
       "f<...>"},
      {"std::thread::_State_impl<std::thread::_Invoker<std::tuple<void (*)(int)"
       ", int> > >::_M_run()",
       "std::thread::_State_impl<_Invoker>::_M_run"},
  };
  for (const auto& [demangled, expected] : cases) {
    EXPECT_EQ(ShortName(demangled), expected) << demangled;
  }
}

TEST(FrameName, SurvivesNonsense) {
  for (const char* text :
       {"",         "<",        ">",          "(",
        ")",        "operator", "operator<",  "a<b",
        "a(b",      "::",       " ",          "a b c",
        "{",        "f<>",      "f<,>",       "(anonymous namespace)",
        "->",       "[clone",   "f() [clone", "operator ",
        "decltype", "f() const"}) {
    const std::string shortened = ShortName(text);
    EXPECT_EQ(shortened.empty(), std::string(text).empty()) << text;
  }
}

TEST(FrameName, DemanglesOnlyMangledNames) {
  EXPECT_EQ(ReadableName("_ZN5knote4ScanIiEEvT_"), "knote::Scan<int>");
  EXPECT_EQ(ReadableName("clock_gettime"), "clock_gettime");
  EXPECT_EQ(ReadableName("_Znonsense"), "_Znonsense");
}

TEST(FrameName, FoldedNamesHaveNeitherSeparatorNorWhitespace) {
  EXPECT_EQ(FoldedName("a::operator bool"), "a::operator_bool");
  EXPECT_EQ(FoldedName("odd;\tname\n"), "odd:_name_");
  EXPECT_EQ(FoldedName("[unknown in a file;\n+0x12]"),
            "[unknown in a file:_+0x12]");
}

}  // namespace
}  // namespace knotestat::collector
