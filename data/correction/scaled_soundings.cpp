#include "data/correction/scaled_soundings.hpp"

#include <algorithm>
#include <cmath>

#include "data/correction/map_error.hpp"
#include "data/correction/spatial_correlation.hpp"
#include "data/dataset/resample.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {

// f(place, cell, weight) for the cells of the used sounding i, by rows: `place` counted through all windows, `cell` in
// its own. The weights of the present cells add up to the present share.
template <class Function>
void ScaledSoundings::for_cells(size_t i, const Function& f) const {
  const auto cells = soundings_.cells(used_[i]);
  const auto weights = soundings_.weights(used_[i]);
  const size_t window = size_t(soundings_[used_[i]].window) * size_t(soundings_.cells_of_window());
  for (size_t k = 0; k < cells.size(); ++k) f(window + size_t(cells[k]), cells[k], double(weights[k]));
}

template <class Function>
void ScaledSoundings::for_present_cells(size_t i, const Function& f) const {
  for_cells(i, [&](size_t place, int32_t cell, double weight) {
    if (!std::isnan(maps_[place])) f(place, cell, weight);
  });
}

ScaledSoundings::ScaledSoundings(const SoundingCells& soundings, const Grid& grid, std::span<const float> maps,
                                 std::span<const uint8_t> chosen)
    : soundings_(soundings),
      maps_(maps),
      windows_(int(int64_t(maps.size()) / grid.cells())),
      rows_(grid.rows),
      columns_(grid.columns) {
  const size_t cells = size_t(grid.cells());
  for (size_t i = 0; i < soundings.size(); ++i) {
    const double error = double(soundings[i].error);
    if (!(error > 0) || (!chosen.empty() && !chosen[i])) continue;
    const double mean = soundings.mean(i, maps.subspan(size_t(soundings[i].window) * cells, cells));
    if (std::isnan(mean)) continue;
    used_.push_back(i);
    double share = 0;
    for_present_cells(used_.size() - 1, [&](size_t, int32_t, double weight) { share += weight; });
    scale_.push_back(1 / (error * share));
    residual_.push_back((double(soundings[i].sif) - mean) / error);
  }
}

void ScaledSoundings::scale_by_maps(Vector& image) const {
  parallel_ranges(int64_t(image.size()), 1 << 16, [&](int64_t first, int64_t last) {
    for (size_t i = size_t(first); i < size_t(last); ++i) image[i] = maps_[i] > 0 ? image[i] * double(maps_[i]) : 0;
  });
}

void ScaledSoundings::spread(const Vector& z, Vector& image) const {
  image.assign(maps_.size(), 0.0);
  for (size_t i = 0; i < size(); ++i) {
    const double value = scale_[i] * z[i];
    for_cells(i, [&](size_t place, int32_t, double weight) { image[place] += weight * value; });
  }
  scale_by_maps(image);
}

void ScaledSoundings::gather(Vector& image, Vector& y) const {
  scale_by_maps(image);
  y.resize(size());
  parallel_ranges(int64_t(size()), 1024, [&](int64_t first, int64_t last) {
    for (size_t i = size_t(first); i < size_t(last); ++i) {
      double sum = 0;
      for_cells(i, [&](size_t place, int32_t, double weight) { sum += weight * image[place]; });
      y[i] = scale_[i] * sum;
    }
  });
}

double ScaledSoundings::mean_under(std::span<const float> image) const {
  double all = 0;
  for (size_t i = 0; i < size(); ++i) {
    double sum = 0, share = 0;
    for_present_cells(
        i, [&](size_t place, int32_t, double weight) { sum += weight * double(image[place]), share += weight; });
    all += sum / share / double(size());
  }
  return all;
}

// correlate() is exact on any image: that of the footprint's own cells is enough.
ScaledSoundings::Vector ScaledSoundings::variances(double length) const {
  Vector result(size());
  parallel_ranges(int64_t(size()), 256, [&](int64_t first, int64_t last) {
    Vector own, image;
    for (size_t i = size_t(first); i < size_t(last); ++i) {
      const SoundingCells::Sounding& s = soundings_[used_[i]];
      const int rows = s.last_row - s.row + 1, columns = s.last_column - s.column + 1;
      own.assign(size_t(rows * columns), 0.0);
      for_present_cells(i, [&](size_t place, int32_t cell, double weight) {
        own[size_t((cell / columns_ - s.row) * columns + cell % columns_ - s.column)] =
            weight * positive(double(maps_[place]));
      });
      image = own;
      correlate(image, rows, columns, length);
      result[i] = scale_[i] * scale_[i] * dot(own, image);
    }
  });
  return result;
}

ScaledSoundings::Vector ScaledSoundings::residual_of_noise(const Vector& z, int factor) const {
  const Shape blocks = block_shape(shape(), factor);
  Vector sum(size_t(blocks.size()), 0.0), covered(sum);
  for (size_t i = 0; i < size(); ++i) {
    const SoundingCells::Sounding& s = soundings_[used_[i]];
    const auto cells = soundings_.cells(used_[i]);
    const auto weights = soundings_.weights(used_[i]);
    for (size_t k = 0; k < cells.size(); ++k) {
      const size_t block =
          size_t((s.window * blocks.h + cells[k] / columns_ / factor) * blocks.w + cells[k] % columns_ / factor);
      const double overlap = double(weights[k]) * double(s.area);
      sum[block] += overlap * double(s.error) * z[i];
      covered[block] += overlap;
    }
  }
  std::vector<float> coarse(sum.size(), 0.0f);
  for (size_t b = 0; b < coarse.size(); ++b)
    if (covered[b] > 0) coarse[b] = float(sum[b] / covered[b]);
  const std::vector<float> fine = refine(coarse, shape(), factor, Interpolation::bilinear);
  Vector residual = z;
  parallel_ranges(int64_t(size()), 1024, [&](int64_t first, int64_t last) {
    for (size_t i = size_t(first); i < size_t(last); ++i) {
      double mean = 0;
      for_present_cells(i, [&](size_t place, int32_t, double weight) { mean += weight * double(fine[place]); });
      residual[i] -= scale_[i] * mean;
    }
  });
  return residual;
}

double dot(const ScaledSoundings::Vector& a, const ScaledSoundings::Vector& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace unetsr::data
