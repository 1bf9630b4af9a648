#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace unetsr {

// A text of a file, cut for a message: `most` bytes at most, cut between characters and with "..." behind it where
// there are more; control characters are blanks, bytes that are not UTF-8 question marks.
std::string excerpt(std::string_view text, size_t most = 80);

// Names, an excerpt of each, with commas between; "..." in place of those beyond the first thousand bytes.
std::string list_of_names(std::span<const std::string> names);

}  // namespace unetsr
