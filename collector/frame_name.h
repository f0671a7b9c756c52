// Names of functions, made short and safe enough for flame graphs.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_FRAME_NAME_H_
#define KNOTESTAT_COLLECTOR_FRAME_NAME_H_

#include <string>
#include <string_view>

namespace knotestat::collector {

// Shortens a demangled C++ name (as by __cxa_demangle):
//  - return type, parameters, qualifiers and [clone ...] are dropped;
//  - of template arguments only the outermost level stays, each without its
//    namespaces and own arguments; together longer than 40 characters they
//    become <...>;
//  - an anonymous namespace is (anonymous), a lambda {lambda#N}.
// E.g. "int knote::Scan<knote::Epoch<knote::HwEnv> >(knote::Kqueue&, int)"
// becomes "knote::Scan<Epoch>". Any other string stays more or less as it is.
std::string ShortName(std::string_view demangled);

// Demangles `symbol` if it is a mangled C++ name, and shortens it.
std::string ReadableName(const char* symbol);

// `name` as a frame of a folded stack: ';' becomes ':', whitespace '_'. Only
// "[unknown in FILE+OFFSET]" keeps its blanks, so that it is spelled the same
// everywhere; a count follows the last blank of a line, so that is no matter.
std::string FoldedName(std::string_view name);

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_FRAME_NAME_H_
