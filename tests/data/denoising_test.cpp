#include "data/features/denoising.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();
constexpr int side = 80;
const std::vector<std::string> bands = {"red", "nir", "blue", "mir"};

// Fields of a crop and of a wood, the crop more or less green from field to field and greener in the second window.
struct Land {
  Dataset clean, noisy;

  explicit Land(double noise, int windows = 2) {
    for (Dataset* d : {&clean, &noisy}) {
      d->grid.rows = d->grid.columns = side;
      for (int w = 0; w < windows; ++w) d->windows.push_back(std::to_string(w));
    }
    Random random(11);
    std::vector<double> green;
    for (int field = 0; field < (side / 5 + 1) * (side / 5 + 1); ++field) green.push_back(random.uniform(0.1, 0.9));
    for (const std::string& band : bands) {
      Layer layer{band, "1", band, {}};
      for (int w = 0; w < windows; ++w)
        for (int i = 0; i < side; ++i)
          for (int j = 0; j < side; ++j) {
            const bool wood = (i / 20 + j / 20) % 2;
            const double g = wood ? 0.8 : std::min(green[size_t(i / 5 * (side / 5) + j / 5)] + 0.1 * w, 1.0);
            const double leaves = band == "red"    ? 0.03
                                  : band == "nir"  ? (wood ? 0.33 : 0.46)
                                  : band == "blue" ? 0.02
                                                   : 0.1;
            const double ground = band == "red" ? 0.11 : band == "nir" ? 0.19 : band == "blue" ? 0.06 : 0.27;
            layer.values.push_back(float(g * leaves + (1 - g) * ground));
          }
      clean.add(layer);
      for (float& v : layer.values) v *= float(std::exp(noise * random.normal()));
      noisy.add(layer);
    }
  }
};

double log_error(const Dataset& clean, const std::string& band, const std::vector<float>& values) {
  double sum = 0;
  for (size_t i = 0; i < values.size(); ++i) sum += std::pow(std::log(values[i] / clean.values(band)[i]), 2);
  return std::sqrt(sum / double(values.size()));
}

// The noisy land, some of its windows missing.
Dataset clouds(int first_window, int last_window) {
  Dataset dataset = Land(0.03).noisy;
  for (Layer& layer : dataset.layers)
    std::fill(layer.values.begin() + first_window * side * side, layer.values.begin() + last_window * side * side,
              missing);
  return dataset;
}

struct DenoisedBands {
  std::vector<Layer> layers;
  std::vector<double> noise;
};

// All of a dataset, block by block.
DenoisedBands denoise_bands(const Dataset& dataset, int block = 256) {
  BandSource source{
      FileBlocks(dataset.grid, block), dataset.grid.rows, dataset.grid.columns, int(dataset.windows.size()), {}, {}};
  if (dataset.has("red") && dataset.has("nir")) source.names = bands;
  source.read = [&](size_t band, int window, const Part& part, float* values) {
    const float* from = dataset.values(bands[band]).data() + window * dataset.grid.cells();
    for (int row = part.row; row < part.row + part.rows; ++row)
      for (int column = part.column; column < part.column + part.columns; ++column)
        *values++ = from[row * dataset.grid.columns + column];
  };
  const BandDenoising denoising(source);
  DenoisedBands result{{}, denoising.noise()};
  if (denoising.noise().empty()) return result;
  for (const std::string& name : source.names)
    result.layers.push_back({name + denoised_suffix, "", "", std::vector<float>(size_t(dataset.shape().size()))});
  for (int64_t b = 0; b < source.blocks.count(); ++b) {
    const BandDenoising::Block own(denoising, b);
    const Part part = source.blocks.part(b);
    for (int w = 0; w < source.windows; ++w) {
      const auto images = own.window(w);
      for (size_t i = 0; i < images.size(); ++i)
        for (int row = 0; row < part.rows; ++row)
          std::copy_n(images[i].begin() + row * part.columns, part.columns,
                      result.layers[i].values.begin() + w * dataset.grid.cells() +
                          (part.row + row) * dataset.grid.columns + part.column);
    }
  }
  return result;
}

}  // namespace

TEST_CASE("Blocks have no seams, whatever their size") {
  const Dataset dataset = [] {
    Dataset some = clouds(0, 0);
    for (size_t i = 0; i < some.layers.size(); ++i)  // holes that lie otherwise in each band, and a missing corner
      for (size_t k = i; k < some.layers[i].values.size(); k += 37 + 11 * i) some.layers[i].values[k] = missing;
    for (Layer& layer : some.layers)
      for (int row = 0; row < 25; ++row) std::fill_n(layer.values.begin() + row * side, 30, missing);
    return some;
  }();
  const DenoisedBands one = denoise_bands(dataset);
  for (const int block : {16, 33}) {
    const DenoisedBands many = denoise_bands(dataset, block);
    for (size_t b = 0; b < bands.size(); ++b) {
      CHECK(many.noise[b] == doctest::Approx(one.noise[b]).epsilon(1e-9));
      for (size_t i = 0; i < one.layers[b].values.size(); ++i) {
        const float x = one.layers[b].values[i], y = many.layers[b].values[i];
        REQUIRE(std::isnan(x) == std::isnan(y));
        if (!std::isnan(x)) REQUIRE(std::abs(x - y) <= 1e-6f * x);
      }
    }
  }
}

TEST_CASE("Tells the noise of each band and removes most of it") {
  const Land land(0.03);
  const DenoisedBands result = denoise_bands(land.noisy);
  REQUIRE(result.layers.size() == 4);
  for (size_t b = 0; b < 4; ++b) {
    INFO(bands[b]);
    CHECK(result.layers[b].name == bands[b] + "_denoised");
    CHECK(result.noise[b] == doctest::Approx(0.03).epsilon(0.25));
    CHECK(log_error(land.clean, bands[b], result.layers[b].values) < 0.018);
  }
}

TEST_CASE("Leaves clean bands as they are, borders of fields too") {
  const Land land(0);
  const DenoisedBands result = denoise_bands(land.noisy);
  for (size_t b = 0; b < 4; ++b) CHECK(log_error(land.clean, bands[b], result.layers[b].values) < 0.01);
}

TEST_CASE("One window alone") {
  const Land land(0.03, 1);
  const DenoisedBands result = denoise_bands(land.noisy);
  REQUIRE(result.layers.size() == 4);
  for (size_t b = 0; b < 4; ++b) CHECK(log_error(land.clean, bands[b], result.layers[b].values) < 0.024);
}

TEST_CASE("What is missing stays missing, and is no reason for more to be") {
  Land land(0.03);
  const size_t window = size_t(side * side);
  for (Layer& layer : land.noisy.layers)
    for (int i = 0; i < side; ++i)
      for (int j = 0; j < side; ++j) {
        if (i < 10) layer.values[window + size_t(i * side + j)] = missing;                 // the other window alone
        if (i > 70 && (i != 75 || j != 40)) layer.values[size_t(i * side + j)] = missing;  // a pixel on its own
      }
  const DenoisedBands result = denoise_bands(land.noisy);
  REQUIRE(result.layers.size() == 4);
  for (size_t b = 0; b < 4; ++b) {
    const auto& seen = land.noisy.values(bands[b]);
    const auto& values = result.layers[b].values;
    for (size_t i = 0; i < values.size(); ++i) REQUIRE(std::isnan(values[i]) == std::isnan(seen[i]));
    CHECK(values[75 * side + 40] == seen[75 * side + 40]);
    double own = 0, raw = 0;
    for (size_t i = 0; i < size_t(10 * side); ++i) {
      own += std::pow(std::log(values[i] / land.clean.values(bands[b])[i]), 2);
      raw += std::pow(std::log(seen[i] / land.clean.values(bands[b])[i]), 2);
    }
    CHECK(own < 0.6 * raw);
  }
}

TEST_CASE("The same at any number of threads") {
  const Land land(0.03);
  set_threads(1);
  const DenoisedBands one = denoise_bands(land.noisy);
  set_threads(2);
  const DenoisedBands two = denoise_bands(land.noisy);
  set_threads(0);
  for (size_t b = 0; b < 4; ++b) CHECK(one.layers[b].values == two.layers[b].values);
}

TEST_CASE("Without red or near infrared, or with too few pixels, there is nothing") {
  Dataset dataset = Land(0.03).noisy;
  std::erase_if(dataset.layers, [](const Layer& layer) { return layer.name == "nir"; });
  CHECK(denoise_bands(dataset).layers.empty());
  CHECK(denoise_bands(clouds(0, 2)).layers.empty());
}

TEST_CASE("A window under clouds stays as it is, and the other one tells its noise alone") {
  const Dataset dataset = clouds(1, 2);
  const DenoisedBands result = denoise_bands(dataset);
  REQUIRE(result.layers.size() == 4);
  const Land clean(0.03);
  for (size_t b = 0; b < 4; ++b) {
    CHECK(result.noise[b] == doctest::Approx(0.03).epsilon(0.4));
    const std::vector<float> first(result.layers[b].values.begin(), result.layers[b].values.begin() + side * side);
    CHECK(log_error(clean.clean, bands[b], first) < 0.024);
    for (size_t i = side * side; i < result.layers[b].values.size(); ++i)
      REQUIRE(std::isnan(result.layers[b].values[i]));
  }
}
