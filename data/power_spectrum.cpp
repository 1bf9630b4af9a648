#include "data/power_spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <unsupported/Eigen/FFT>

namespace unetsr::data {

CellSize cell_size_km(const Grid& grid) {
  const double x = std::abs(grid.x_step), y = std::abs(grid.y_step);
  if (grid.crs != "EPSG:4326") return {x / 1000, y / 1000};
  constexpr double km_per_degree = 6371.0088 * std::numbers::pi / 180;
  const double middle = grid.y_origin + grid.y_step * (grid.rows - 1) / 2;
  return {x * km_per_degree * std::cos(middle * std::numbers::pi / 180), y * km_per_degree};
}

TileSpectrum::TileSpectrum(int tile, const CellSize& size)
    : tile_(tile),
      longer_(std::max(size.width, size.height)),
      bin_(size_t(tile) * size_t(tile), -1),
      share_(size_t(tile / 2), 0.0) {
  double squares = 0;
  for (int i = 0; i < tile; ++i) {
    hann_.push_back(0.5 - 0.5 * std::cos(2 * std::numbers::pi * (i + 0.5) / tile));
    squares += hann_.back() * hann_.back() / tile;
  }
  for (double& w : hann_) w /= std::sqrt(squares);
  const auto cycles = [&](int i) { return i <= tile / 2 ? i : i - tile; };
  for (int i = 0; i < tile; ++i)
    for (int j = 0; j < tile; ++j) {
      const double k = longer_ * std::hypot(cycles(i) / size.height, cycles(j) / size.width);
      const int bin = int(std::lround(k)) - 1;
      if (bin < 0 || bin >= tile / 2) continue;
      bin_[size_t(i * tile + j)] = bin;
      share_[size_t(bin)] += 1;
    }
  for (double& s : share_) s = 1 / s;
}

std::vector<double> TileSpectrum::wavelengths_km() const {
  std::vector<double> km;
  for (size_t k = 1; k <= bins(); ++k) km.push_back(longer_ * tile_ / double(k));
  return km;
}

void TileSpectrum::transform(const float* image, int64_t pitch, std::vector<double>& power) const {
  using Complex = std::complex<double>;
  const size_t n = size_t(tile_);
  double mean = 0;
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) mean += double(image[int64_t(i) * pitch + int64_t(j)]);
  mean /= double(n * n);
  Eigen::FFT<double> fft;
  std::vector<Complex> rows(n * n), line(n), transformed(n);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < n; ++j)
      line[j] = hann_[i] * hann_[j] * (double(image[int64_t(i) * pitch + int64_t(j)]) - mean);
    fft.fwd(transformed, line);
    std::copy(transformed.begin(), transformed.end(), rows.begin() + std::ptrdiff_t(i * n));
  }
  power.assign(bins(), 0.0);
  const double cells = double(n * n);
  for (size_t j = 0; j < n; ++j) {
    for (size_t i = 0; i < n; ++i) line[i] = rows[i * n + j];
    fft.fwd(transformed, line);
    for (size_t i = 0; i < n; ++i)
      if (const int bin = bin_[i * n + j]; bin >= 0)
        power[size_t(bin)] += share_[size_t(bin)] * std::norm(transformed[i]) / (cells * cells);
  }
}

void for_each_tile(const Mask& cells, Shape shape, int tile, const std::function<void(int64_t first_cell)>& visit) {
  const int step = tile / 2;
  for (int n = 0; n < shape.n; ++n)
    for (int row = 0; row + tile <= shape.h; row += step)
      for (int column = 0; column + tile <= shape.w; column += step) {
        const int64_t first = (int64_t(n) * shape.h + row) * shape.w + column;
        bool whole = true;
        for (int i = 0; i < tile && whole; ++i) {
          const auto begin = cells.begin() + std::ptrdiff_t(first + int64_t(i) * shape.w);
          whole = std::all_of(begin, begin + tile, [](uint8_t chosen) { return chosen != 0; });
        }
        if (whole) visit(first);
      }
}

}  // namespace unetsr::data
