// std::source_location for clang-tidy: libstdc++ 12 defines it only for
// compilers newer than clang 14. Nothing is ever run with this one.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CMAKE_TIDY_SOURCE_LOCATION_H_
#define KNOTESTAT_CMAKE_TIDY_SOURCE_LOCATION_H_

#include <source_location>

#if !defined(__cpp_lib_source_location)
namespace std {

struct source_location {
  static constexpr source_location current(
      const char* file = __builtin_FILE(),
      const char* function = __builtin_FUNCTION(),
      unsigned line = __builtin_LINE(), unsigned column = __builtin_COLUMN()) {
    source_location here;
    here.file_ = file;
    here.function_ = function;
    here.line_ = line;
    here.column_ = column;
    return here;
  }
  constexpr const char* file_name() const { return file_; }
  constexpr const char* function_name() const { return function_; }
  constexpr unsigned line() const { return line_; }
  constexpr unsigned column() const { return column_; }

 private:
  const char* file_ = "";
  const char* function_ = "";
  unsigned line_ = 0, column_ = 0;
};

}  // namespace std
#endif

#endif  // KNOTESTAT_CMAKE_TIDY_SOURCE_LOCATION_H_
