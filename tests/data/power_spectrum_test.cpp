#include "data/scores/power_spectrum.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "kernels/random.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

std::vector<double> power_of(const TileSpectrum& spectrum, const std::vector<float>& tile) {
  // Beside another image, that must not matter.
  const std::vector<float> other(tile.rbegin(), tile.rend());
  std::vector<double> power, same, others;
  spectrum.transform(tile.data(), other.data(), spectrum.tile(), power, others);
  spectrum.transform(other.data(), tile.data(), spectrum.tile(), others, same);
  for (size_t k = 0; k < power.size(); ++k) CHECK(power[k] == doctest::Approx(same[k]));
  return power;
}

std::vector<float> wave(int tile, double down, double across) {
  std::vector<float> values;
  for (int i = 0; i < tile; ++i)
    for (int j = 0; j < tile; ++j)
      values.push_back(float(3 + std::cos(2 * std::numbers::pi * (down * i + across * j) / tile)));
  return values;
}

size_t peak(const std::vector<double>& power) {
  return size_t(std::max_element(power.begin(), power.end()) - power.begin());
}

}  // namespace

TEST_CASE("a wave stands at its wavelength, in any direction") {
  const TileSpectrum spectrum(32, {1, 1});
  CHECK(spectrum.wavelengths_km()[0] == 32);
  CHECK(spectrum.wavelengths_km()[15] == 2);
  for (const auto& [down, across] : {std::pair(0, 8), std::pair(8, 0), std::pair(6, 6)}) {
    const std::vector<double> power = power_of(spectrum, wave(32, down, across));
    CHECK(peak(power) == 7);  // 8 cycles, and sqrt(72)
    CHECK(power[0] < 1e-6 * power[7]);
    CHECK(power[15] < 1e-6 * power[7]);
  }
  // A constant has none.
  for (const double p : power_of(spectrum, std::vector<float>(32 * 32, 5.0f))) CHECK(p < 1e-20);
}

TEST_CASE("cells twice as high as wide: waves of one length on the ground share a bin") {
  const TileSpectrum spectrum(32, {1, 2});
  CHECK(spectrum.wavelengths_km()[0] == 64);
  CHECK(peak(power_of(spectrum, wave(32, 8, 0))) == 7);
  CHECK(peak(power_of(spectrum, wave(32, 0, 4))) == 7);
}

TEST_CASE("white noise is flat, of its variance over the cells; a mean over 3 x 3 cells lacks what is short") {
  constexpr int tile = 16, columns = 400;
  Random random(1);
  std::vector<float> noise, smooth;
  for (int i = 0; i < columns * columns; ++i) noise.push_back(float(2 + 0.5 * random.normal()));
  smooth = noise;
  for (int i = 1; i + 1 < columns; ++i)
    for (int j = 1; j + 1 < columns; ++j) {
      float sum = 0;
      for (int k = 0; k < 9; ++k) sum += noise[size_t((i + k / 3 - 1) * columns + j + k % 3 - 1)];
      smooth[size_t(i * columns + j)] = sum / 9;
    }
  const TileSpectrum spectrum(tile, {1, 1});
  std::vector<double> mean(8), mean_smooth(8), power, power_smooth;
  Mask cells(noise.size(), 1);
  for (int i = 0; i < columns; ++i) cells[size_t(i)] = cells[size_t(i * columns)] = 0;
  cells[size_t(40 * columns + 40)] = 0;
  const std::vector<int64_t> tiles = whole_tiles(cells, {1, columns, columns, 1}, tile);
  CHECK(tiles.size() == 48 * 48 - 4);  // steps of 8 from row and column 1 on; four hold the missing cell
  for (const int64_t first : tiles) {
    spectrum.transform(&noise[size_t(first)], &smooth[size_t(first)], columns, power, power_smooth);
    for (size_t k = 0; k < 8; ++k) mean[k] += power[k], mean_smooth[k] += power_smooth[k];
  }
  for (size_t k = 1; k < 8; ++k)
    CHECK(mean[k] / double(tiles.size()) == doctest::Approx(0.25 / (tile * tile)).epsilon(0.05));
  CHECK(mean_smooth[7] / mean[7] < 0.1);
  CHECK(mean_smooth[1] / mean[1] > 0.5);
}

TEST_CASE("the sides of a cell on the ground") {
  Grid grid{3, 4, -100, 0.1, 59, 1, "EPSG:4326"};  // the middle row at 60 degrees
  CHECK(cell_size_km(grid).height == doctest::Approx(111.195).epsilon(1e-4));
  CHECK(cell_size_km(grid).width == doctest::Approx(5.55975).epsilon(1e-4));
  grid = {3, 4, 0, 926.625433, 0, -926.625433, "ESRI:53008"};
  CHECK(cell_size_km(grid).height == doctest::Approx(0.926625));
}
