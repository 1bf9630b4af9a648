#pragma once
#include <filesystem>
#include <vector>

#include "pipeline/console/progress.hpp"

// Makes a Dataset of pairs of tables, one pair a window, and prints its contents: cells, missing values, and each
// band's correlation with SIF at 740 nm.
namespace unetsr::pipeline {

struct TableOptions {
  std::vector<std::filesystem::path> fine, coarse;  // the first of each are one window, and so on
  std::filesystem::path out;
  bool overwrite = false;
};

// Throws UsageError if the tables are not in pairs; what dataset_from_tables throws if they cannot be read.
void prepare_tables(const TableOptions&, const Output&);

}  // namespace unetsr::pipeline
