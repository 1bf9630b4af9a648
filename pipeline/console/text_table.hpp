#pragma once
#include <string>
#include <vector>

namespace unetsr::pipeline {

// A table of words and numbers in columns, for the terminal. The first column is aligned left, others right.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header) { rows_.push_back(std::move(header)); }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  // One line a row.
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace unetsr::pipeline
