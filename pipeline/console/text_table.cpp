#include "pipeline/console/text_table.hpp"

#include <algorithm>
#include <numeric>

namespace unetsr::pipeline {
namespace {

constexpr size_t least_width = 12;
const std::string gap = "  ";

// "a-very-long-name" as "a-ver..name"
std::string shortened(const std::string& text, size_t width) {
  if (text.size() <= width) return text;
  const size_t kept = width - 2, end = kept / 2;
  return text.substr(0, kept - end) + ".." + text.substr(text.size() - end);
}

}  // namespace

TextTable::TextTable(std::vector<std::string> header, std::vector<size_t> left) : left_(header.size(), false) {
  if (!left_.empty()) left_[0] = true;
  for (const size_t column : left) left_.at(column) = true;
  rows_.push_back(std::move(header));
}

std::string TextTable::text(size_t width) const {
  std::vector<size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  const auto whole = [&] {
    return std::accumulate(widths.begin(), widths.end(), size_t(0)) + gap.size() * (widths.size() - 1);
  };
  while (whole() > width) {
    size_t widest = widths.size();
    for (size_t i = 0; i < widths.size(); ++i)
      if (is_left(i) && widths[i] > least_width && (widest == widths.size() || widths[i] > widths[widest])) widest = i;
    if (widest == widths.size()) break;
    --widths[widest];
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string entry = is_left(i) ? shortened(row[i], widths[i]) : row[i];
      const std::string padding(widths[i] - entry.size(), ' ');
      line += (i == 0 ? "" : gap) + (is_left(i) ? entry + padding : padding + entry);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace unetsr::pipeline
