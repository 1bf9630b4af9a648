#pragma once
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace unetsr::pipeline {

// A table of words and numbers in columns, for the terminal. The first column and those of `left` are aligned left,
// others right.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header, std::vector<size_t> left = {});
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  // One line a row. Where it is wider than `width` columns, the middle of the longest entries of columns that are
  // aligned left is replaced by "..", down to 12 characters; numbers stay whole.
  std::string text(size_t width = std::numeric_limits<size_t>::max()) const;

 private:
  bool is_left(size_t column) const { return column < left_.size() && left_[column]; }

  std::vector<std::vector<std::string>> rows_;
  std::vector<bool> left_;
};

}  // namespace unetsr::pipeline
