#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/tables/table_files.hpp"

// The paper's tables: SIF and MODIS averages of one window, aggregated over 3.5 x 7 km (fine) and over 7 x 14 km
// (coarse) around the same cell centres, row by row.
namespace unetsr::data {

// Statistics of the values of one layer in one window. No value is dropped or changed.
struct LayerReport {
  std::string layer, window;
  int64_t present = 0, empty = 0;
  // Outside MOD13A2's: indices -0.2..1, reflectances 0..1, angles +-180 degrees, rank 0..3, day of the year 1..366.
  int64_t outside_valid_range = 0;
};

// Reads the tables onto the smallest grid that holds all of their cells; cells without a row are NaN. MODIS raw
// integers become physical units (indices and reflectances x 1e-4, angles x 0.01 degrees).
// Throws Error naming the file and the line: rows of a pair that do not stand on the same cell centre, a cell twice, a
// cell off the grid, values that cannot be in the stated units (an index outside -0.2..1 or a reflectance outside
// -0.2..1.6 after scaling, indices that nowhere reach 0.01, |SIF| > 30), and whatever read_table throws.
Dataset dataset_from_tables(std::span<const TablePair> pairs, std::vector<LayerReport>* report = nullptr);

}  // namespace unetsr::data
