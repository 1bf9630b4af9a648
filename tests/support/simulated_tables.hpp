#pragma once
#include <cstdint>
#include <filesystem>

// A simulated scene as tables with the look of the paper's: two windows at two aggregations, gaps, empty fields,
// another order of columns in each file. Fluorescence follows NIRv with a yield that indices alone do not tell; a
// coarse cell is the average of the fine cells around it.
namespace unetsr::data {

struct SimulatedTables {
  int rows = 48, columns = 60;
  uint64_t seed = 1;
  double noise = 0.1;       // of the fine SIF, mW m-2 sr-1 nm-1
  double gap_share = 0.03;  // of the cells have no row
  double yield_range = 0;   // how far the yield (SIF over NIRv, 8 on average) goes up and down
};

// Writes four files with the paper's names. The same options write the same bytes.
void write_simulated_tables(const std::filesystem::path& directory, const SimulatedTables& = {});

}  // namespace unetsr::data
