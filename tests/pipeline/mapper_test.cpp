#include "pipeline/maps/mapper.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/dataset/scales.hpp"
#include "files.hpp"
#include "kernels/random.hpp"
#include "nn/trainer.hpp"
#include "pipeline/train/finished_run.hpp"
#include "sanitized.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

const std::vector<std::string> features = {"sif", "ndvi",      "nirv",     "ndvi_coarse", "nirv_coarse",
                                           "lbp", "nirv_mean", "sif_mean", "ndvi@-1",     "sif@+1"};

data::Layer noisy_layer(const std::string& name, const data::Grid& grid, int windows, Random& random, double gaps) {
  data::Layer layer{name, "1", "", {}};
  for (int64_t i = 0; i < windows * grid.cells(); ++i)
    layer.values.push_back(random.uniform() < gaps ? std::numeric_limits<float>::quiet_NaN()
                                                   : float(0.5 + 0.3 * random.uniform()));
  return layer;
}

data::Dataset granules(int rows, int columns, int factor) {
  data::Dataset dataset;
  dataset.grid = {rows, columns, 0, 1000, 0, -1000, "EPSG:5070"};
  dataset.windows = {"2020-06-09", "2020-06-25"};
  dataset.coarse_factor = factor;
  Random random(11, 0);
  for (const char* name : {"ndvi", "nir", "sif_fine"})
    dataset.layers.push_back(noisy_layer(name, dataset.grid, 2, random, 0.02));
  for (const char* name : {"sif", "ndvi", "nir"})
    dataset.coarse_layers.push_back(noisy_layer(name, data::coarsened(dataset.grid, factor), 2, random, 0.05));
  return dataset;
}

nn::Execution on_cpu(bool exact) {
  nn::Execution execution;
  execution.exact = exact;
  return execution;
}

// What training and evaluation make of the whole image, and the mapper for the same.
struct Fixture {
  data::Dataset whole;
  HonestProtocol protocol;
  nn::ModelSpec spec;
  nn::Trainer trainer;
  Mapper mapper;

  Fixture(const data::Dataset& dataset, const std::string& model, bool exact = true)
      : whole(dataset.coarse_factor > 0 ? data::fine_scale(dataset) : dataset),
        protocol(whole, {features, "columns:0/4", 8, 0.1, 1}),
        spec(nn::model_spec(model, protocol.channels())),
        trainer(spec, 3, on_cpu(exact)) {
    mapper = {features,
              protocol.scaling(),
              protocol.target_spread(),
              predictor_of(trainer),
              image_sizes(spec),
              data::coarse_layer,
              1,
              {},
              (nn::receptive_field(spec) - 1) / 2};
  }
  Fixture(const Fixture&) = delete;

  std::vector<float> image() const { return protocol.predict(mapper.predictor, mapper.sizes); }
};

std::vector<float> in_blocks(const Mapper& mapper, const data::DatasetFile& file, int side) {
  const data::Grid& grid = file.description().grid;
  std::vector<float> image(size_t(file.description().shape().size()));
  for (int window = 0; window < int(file.description().windows.size()); ++window)
    for (int row = 0; row < grid.rows; row += side)
      for (int column = 0; column < grid.columns; column += side) {
        const data::Part part = {row, column, std::min(side, grid.rows - row), std::min(side, grid.columns - column)};
        const std::vector<float> block = mapper.map(file, window, part);
        REQUIRE(int64_t(block.size()) == int64_t(part.rows) * part.columns);
        for (int i = 0; i < part.rows; ++i)
          std::copy_n(block.begin() + std::ptrdiff_t(i) * part.columns, part.columns,
                      image.begin() + (std::ptrdiff_t(window) * grid.rows + row + i) * grid.columns + column);
      }
  return image;
}

// The largest difference in units of the target's spread; infinite where only one of both is missing.
double difference(const std::vector<float>& a, const std::vector<float>& b, double spread) {
  double largest = 0;
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) && std::isnan(b[i])) continue;
    const double d = std::abs(double(a[i]) - double(b[i])) / spread;
    largest = std::isnan(d) ? std::numeric_limits<double>::infinity() : std::max(largest, d);
  }
  return largest;
}

void check_blocks(const data::Dataset& dataset, const std::string& model, const std::vector<int>& sides,
                  bool exact = true) {
  CAPTURE(model);
  const test::TemporaryDirectory directory;
  data::write_dataset(directory / "d.h5", dataset);
  const data::DatasetFile file(directory / "d.h5");
  const Fixture fixture(dataset, model, exact);
  const std::vector<float> image = fixture.image();
  REQUIRE(std::count_if(image.begin(), image.end(), [](float v) { return std::isnan(v); }) > 0);
  for (const int side : sides) {
    CAPTURE(side);
    CHECK(difference(in_blocks(fixture.mapper, file, side), image, fixture.protocol.target_spread()) <
          (exact ? 1e-7 : 1e-5));
  }
}

}  // namespace

TEST_CASE("blocks of any size make the map of the whole image: odd sizes, odd coarse cells, gaps") {
  check_blocks(granules(75, 89, 3), "unet:widths=8-8-8,bottleneck=8", {23, 1000});
  check_blocks(granules(61, 53, 3), "unet:widths=4-8,bottleneck=8,upsampling=bilinear", {25});
  check_blocks(granules(70, 64, 4), "unet:widths=4-8,bottleneck=8,kernel=5", {32, 7});
  check_blocks(granules(61, 53, 3), "unet-dense:widths=4-8,bottleneck=8,gates=yes,season=yes", {25});
  check_blocks(granules(61, 53, 3), "unet-residual:widths=4-8,bottleneck=8", {25});
  if (!test::address_sanitizer) check_blocks(granules(47, 41, 3), "sifnet", {24, 1000});  // sifnet-small, but wider
  check_blocks(granules(75, 89, 5), "sifnet-small", {23});
  check_blocks(granules(75, 89, 3), "paper-cnn:patch=16", {16, 1000});
}

TEST_CASE("Winograd's tiles lie elsewhere in a block than in the image: its own rounding remains") {
  check_blocks(granules(61, 53, 3), "unet:widths=4-8,bottleneck=8", {25}, false);
}

TEST_CASE("an image wide enough for blocks that see no border") {
  check_blocks(granules(130, 310, 3), "unet:widths=4-4,bottleneck=4", {40});
  check_blocks(granules(40, 310, 1), "unet:widths=4-4-4-4,bottleneck=4", {64});
}

TEST_CASE("a dataset of tables, whose layers are all on one grid") {
  data::Dataset dataset = data::fine_scale(granules(45, 39, 3));
  check_blocks(dataset, "unet:widths=8-8,bottleneck=8", {16, 19});
}

TEST_CASE("a margin smaller than the reach leaves seams") {
  const data::Dataset dataset = granules(75, 89, 3);
  const test::TemporaryDirectory directory;
  data::write_dataset(directory / "d.h5", dataset);
  const data::DatasetFile file(directory / "d.h5");
  Fixture fixture(dataset, "unet:widths=8-8,bottleneck=8");
  fixture.mapper.radius = 0;
  CHECK(difference(in_blocks(fixture.mapper, file, 16), fixture.image(), fixture.protocol.target_spread()) > 1e-3);
}

TEST_CASE("parts of an image that a network has to see") {
  const ImageSizes pooled{8, 0}, patches{1, 16};
  CHECK(part_to_see({40, 40, 8, 8}, 100, 200, pooled, 5) == data::Part{32, 32, 24, 24});
  CHECK(part_to_see({0, 90, 100, 7}, 100, 97, pooled, 5) == data::Part{0, 80, 100, 17});
  CHECK(part_to_see({3, 9, 1, 1}, 100, 100, {1, 0}, 3) == data::Part{0, 6, 7, 7});
  CHECK(part_to_see({20, 20, 2, 2}, 100, 100, patches, 0) == data::Part{8, 8, 28, 28});
  CHECK(part_to_see({35, 0, 2, 37}, 37, 37, patches, 0) == data::Part{20, 0, 17, 37});
  CHECK_THROWS_NAMING(UsageError, part_to_see({0, 0, 8, 8}, 8, 40, patches, 0), "16");
}

TEST_CASE("features that the dataset lacks, or that no part of a window gives, are named") {
  const test::TemporaryDirectory directory;
  data::write_dataset(directory / "d.h5", granules(12, 12, 3));
  const data::DatasetFile file(directory / "d.h5");
  Mapper mapper;
  mapper.features = {"sif", "kndvi", "cos_sza"};
  CHECK_THROWS_NAMING(UsageError, mapper.require_features(file), "'cos_sza'", "nirv_coarse");
  mapper.features = {"sif", "lbp_paper"};
  CHECK_THROWS_NAMING(UsageError, mapper.require_features(file), "'lbp_paper'", "window");
  mapper.features = {"sif", "lbp", "nirv_coarse"};
  CHECK_NOTHROW(mapper.require_features(file));
}
