#include "data/dataset/dataset_header.hpp"

namespace unetsr::data {

Dataset header_of(const Dataset& dataset) {
  Dataset header;
  header.grid = dataset.grid, header.coarse_factor = dataset.coarse_factor;
  header.windows = dataset.windows, header.window_days = dataset.window_days;
  header.sif = dataset.sif;
  return header;
}

Dataset header_of(const Dataset& dataset, int window) {
  Dataset header = header_of(dataset);
  header.windows = {dataset.windows.at(size_t(window))};
  return header;
}

}  // namespace unetsr::data
