#pragma once
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

namespace unetsr::data {

// A column to look for: its possible names, best first; upper and lower case do not matter.
struct TableColumn {
  std::vector<std::string> names;
};

// Numbers of a CSV file, column by column.
struct Table {
  std::filesystem::path file;
  std::vector<std::vector<double>> columns;  // in the order asked for; an empty field is NaN
  std::vector<int64_t> lines;                // the line each row starts on, counted from 1

  int64_t rows() const { return int64_t(lines.size()); }
};

// Reads the wanted columns of a CSV file with a header line, in whatever order they stand; other columns may hold
// anything. Fields may be quoted; LF, CRLF and a UTF-8 byte order mark are accepted.
// Throws Error naming file, line and column: a column that is not there or there twice, a field that is not a number, a
// row with too few or too many fields, a file without rows.
Table read_table(const std::filesystem::path& file, std::span<const TableColumn> wanted);

}  // namespace unetsr::data
