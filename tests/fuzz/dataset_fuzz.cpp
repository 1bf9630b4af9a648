// Datasets.
#include <cstring>

#include "data/dataset/dataset_file.hpp"
#include "input.hpp"

namespace {

using namespace unetsr;

bool same(const std::vector<data::Layer>& a, const std::vector<data::Layer>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (a[i].name != b[i].name || a[i].units != b[i].units || a[i].values.size() != b[i].values.size() ||
        std::memcmp(a[i].values.data(), b[i].values.data(), a[i].values.size() * sizeof(float)) != 0)
      return false;
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto path = fuzz::file_of(data, size, "scene.h5");
  fuzz::refused_or_read([&] {
    const data::Dataset dataset = data::read_dataset(path);
    fuzz::require(!dataset.windows.empty() && dataset.grid.rows > 0 && dataset.grid.columns > 0, "an empty dataset");
    for (const data::Layer& layer : dataset.layers)
      fuzz::require(int64_t(layer.values.size()) == dataset.shape().size(), "a layer of another size");
    fuzz::require(dataset.soundings.latitudes.size() == dataset.soundings.size() &&
                      dataset.soundings.time.size() == dataset.soundings.size(),
                  "uneven soundings");
    const auto copy = fuzz::folder() / "again.h5";
    data::write_dataset(copy, dataset);
    const data::Dataset again = data::read_dataset(copy);
    fuzz::require(again.grid == dataset.grid && again.windows == dataset.windows &&
                      again.coarse_factor == dataset.coarse_factor && same(again.layers, dataset.layers) &&
                      same(again.coarse_layers, dataset.coarse_layers) &&
                      again.soundings.sif.size() == dataset.soundings.sif.size(),
                  "a dataset that comes back otherwise");
  });
  return 0;
}
