// Tables of the paper: the input is both tables of a window.
#include <cmath>

#include "data/tables/table_pair.hpp"
#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const auto table = fuzz::file_of(data, size, "table.csv");
  fuzz::refused_or_read([&] {
    const data::Dataset dataset = data::dataset_from_tables(std::vector{data::TablePair{table, table}});
    fuzz::require(dataset.windows.size() == 1 && dataset.grid.rows > 0 && dataset.grid.columns > 0, "an empty dataset");
    fuzz::require(std::isfinite(dataset.grid.x(0)) && std::abs(dataset.grid.y(dataset.grid.rows - 1)) < 91,
                  "a grid beyond the poles");
    for (const data::Layer& layer : dataset.layers) {
      fuzz::require(int64_t(layer.values.size()) == dataset.shape().size(), "a layer of another size");
      for (const float v : layer.values) fuzz::require(!std::isinf(v), "an infinite value");
    }
    for (const float v : dataset.values(data::target_layer))
      fuzz::require(!(std::abs(v) > 30.001f), "an impossible SIF");
  });
  return 0;
}
