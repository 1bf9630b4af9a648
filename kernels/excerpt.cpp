#include "kernels/excerpt.hpp"

#include <algorithm>

namespace unetsr {
namespace {

// Of the character that begins a text; 0: it is none of UTF-8.
size_t length_of_character(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const size_t length = byte(0) < 0x80 ? 1 : byte(0) < 0xc2 ? 0 : byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
  if (length > text.size() || byte(0) > 0xf4) return 0;
  for (size_t i = 1; i < length; ++i)
    if (byte(i) < 0x80 || byte(i) > 0xbf) return 0;
  return length;
}

bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  return first < 0x20 || first == 0x7f || (first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0);
}

}  // namespace

std::string excerpt(std::string_view text, size_t most) {
  std::string shown;
  while (!text.empty()) {
    const size_t length = length_of_character(text);
    const std::string_view character = text.substr(0, std::max<size_t>(length, 1));
    const std::string_view printable = length == 0 ? "?" : is_control(character) ? " " : character;
    if (shown.size() + printable.size() > most) return shown + "...";
    shown += printable;
    text.remove_prefix(character.size());
  }
  return shown;
}

std::string list_of_names(std::span<const std::string> names) {
  constexpr size_t most = 1000;
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (text.size() > most) return text + ", ...";
    text += (i ? ", " : "") + excerpt(names[i]);
  }
  return text;
}

}  // namespace unetsr
