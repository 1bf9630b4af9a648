#include "kernels/suggestion.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace unetsr {
namespace {

// Levenshtein's.
size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t(0));
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string did_you_mean(std::string_view text, std::span<const std::string> known) {
  const std::string* nearest = nullptr;
  size_t least = text.size() / 3 + 1;  // a third of the letters may be wrong
  for (const std::string& name : known) {
    const size_t edits = edits_between(text, name);
    if (edits < least || (edits == least && !nearest && edits < name.size())) nearest = &name, least = edits;
  }
  return nearest ? "; did you mean " + *nearest : "";
}

std::string one_of(std::span<const std::string> names) {
  std::string list;
  for (size_t i = 0; i < names.size(); ++i) list += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
  return list;
}

}  // namespace unetsr
