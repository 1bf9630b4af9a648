#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace unetsr::data {

// The two tables of one window.
struct TablePair {
  std::filesystem::path fine, coarse;
};

// Pairs the files *3.5x7km*.csv and *7x14km*.csv of a directory by what follows in their names, in the order of their
// first days (then by label). Throws Error naming a file without its twin, or the directory if there is none.
std::vector<TablePair> find_table_pairs(const std::filesystem::path& directory);

// "25_MAY_09_JUNE" of SIF_MODIS_Integrated_3.5x7km_25_MAY_09_JUNE.csv; the file's stem where there is no such part.
// The tables do not state the year.
std::string window_label(const std::filesystem::path& file);

}  // namespace unetsr::data
