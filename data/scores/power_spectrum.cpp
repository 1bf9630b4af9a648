#include "data/scores/power_spectrum.hpp"

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

// Both images as one complex one: the transform of a real image is even in its real and odd in its imaginary part,
// which separates the two again.
void TileSpectrum::transform(const float* a, const float* b, int64_t pitch, std::vector<double>& power_a,
                             std::vector<double>& power_b) const {
  using Complex = std::complex<double>;
  const size_t n = size_t(tile_);
  const double cells = double(n * n);
  const auto value = [&](size_t i, size_t j) {
    const int64_t cell = int64_t(i) * pitch + int64_t(j);
    return Complex(double(a[cell]), double(b[cell]));
  };
  Complex mean = 0;
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) mean += value(i, j) / cells;
  thread_local Eigen::FFT<double> fft;  // keeps its plans
  std::vector<Complex> image(n * n), line(n), transformed(n);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < n; ++j) line[j] = hann_[i] * hann_[j] * (value(i, j) - mean);
    fft.fwd(transformed, line);
    std::copy(transformed.begin(), transformed.end(), image.begin() + std::ptrdiff_t(i * n));
  }
  for (size_t j = 0; j < n; ++j) {
    for (size_t i = 0; i < n; ++i) line[i] = image[i * n + j];
    fft.fwd(transformed, line);
    for (size_t i = 0; i < n; ++i) image[i * n + j] = transformed[i];
  }
  power_a.assign(bins(), 0.0);
  power_b.assign(bins(), 0.0);
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) {
      const int bin = bin_[i * n + j];
      if (bin < 0) continue;
      const Complex z = image[i * n + j], mirrored = std::conj(image[(n - i) % n * n + (n - j) % n]);
      const double share = share_[size_t(bin)] / (cells * cells);
      power_a[size_t(bin)] += share * std::norm(0.5 * (z + mirrored));
      power_b[size_t(bin)] += share * std::norm(0.5 * (z - mirrored));
    }
}

std::vector<int64_t> whole_tiles(const Mask& cells, Shape shape, int tile) {
  const int step = tile / 2;
  std::vector<int64_t> tiles;
  for (int n = 0; n < shape.n; ++n) {
    const auto chosen = [&](int row, int column) {
      return cells[(size_t(n) * size_t(shape.h) + size_t(row)) * size_t(shape.w) + size_t(column)] != 0;
    };
    int first_row = shape.h, first_column = shape.w;
    for (int i = 0; i < shape.h; ++i)
      for (int j = 0; j < shape.w; ++j)
        if (chosen(i, j)) first_row = std::min(first_row, i), first_column = std::min(first_column, j);
    for (int row = first_row; row + tile <= shape.h; row += step)
      for (int column = first_column; column + tile <= shape.w; column += step) {
        bool whole = true;
        for (int i = 0; i < tile && whole; ++i)
          for (int j = 0; j < tile && whole; ++j) whole = chosen(row + i, column + j);
        if (whole) tiles.push_back((int64_t(n) * shape.h + row) * shape.w + column);
      }
  }
  return tiles;
}

}  // namespace unetsr::data
