// Protocol buffers as far as a profile needs them: the encoder of their wire
// format (https://protobuf.dev/programming-guides/encoding/).
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_FLAME_PROTOBUF_TEXT_H_
#define KNOTESTAT_ANALYSIS_FLAME_PROTOBUF_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace knotestat::flame {

// One message under construction.
class ProtobufMessage {
 public:
  // A field of an integer type. 0, the default, is left out.
  void Number(uint32_t field, uint64_t value) {
    if (value == 0) return;
    Varint(field << 3);
    Varint(value);
  }
  // A string, bytes or message; an empty one is written.
  void Bytes(uint32_t field, std::string_view content) {
    Varint(field << 3 | 2);
    Varint(content.size());
    text_.append(content);
  }
  // A repeated field of an integer type, packed.
  template <class Integer>
  void Packed(uint32_t field, const std::vector<Integer>& values) {
    ProtobufMessage packed;
    for (const Integer value : values) packed.Varint(value);
    Bytes(field, packed.text());
  }
  const std::string& text() const { return text_; }

 private:
  void Varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) text_ += static_cast<char>(value | 0x80);
    text_ += static_cast<char>(value);
  }

  std::string text_;
};

}  // namespace knotestat::flame

#endif  // KNOTESTAT_ANALYSIS_FLAME_PROTOBUF_TEXT_H_
