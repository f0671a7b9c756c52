// The registry of flame graph formats. SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/format.h"

#include <algorithm>

namespace knotestat::flame {
namespace {

// Filled by static initializers, hence made on first use; read-only after.
std::vector<Format>& Registered() {
  static std::vector<Format> formats;
  return formats;
}

}  // namespace

FormatRegistration::FormatRegistration(const Format& format) {
  std::vector<Format>& formats = Registered();
  formats.insert(std::upper_bound(formats.begin(), formats.end(), format,
                                  [](const Format& a, const Format& b) {
                                    return a.name < b.name;
                                  }),
                 format);
}

const std::vector<Format>& Formats() { return Registered(); }

const Format* FindFormat(std::string_view name) {
  for (const Format& format : Formats()) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

}  // namespace knotestat::flame
