#pragma once
#include <functional>

#include "data/dataset/dataset.hpp"
#include "data/dataset/dataset_file.hpp"

namespace unetsr::data {

// A dataset of granules whose fine cells are read window by window.
struct GranuleWindows {
  Dataset coarse;                           // of all windows: the coarse layers; of the fine ones the names alone
  std::function<Dataset(int window)> read;  // both grids of one window; of the fine layers those of `coarse`
};

// The layers that baselines are made of. What they read from has to outlive them.
GranuleWindows granule_windows(const DatasetFile&);
GranuleWindows granule_windows(const Dataset&);

// One window of a dataset, without soundings.
Dataset window_of(const Dataset&, int window);

}  // namespace unetsr::data
