#include "data/scaled_soundings.hpp"

#include <cmath>

#include "data/resample.hpp"
#include "data/spatial_correlation.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {

// f(cell, weight) for the cells of the chosen sounding i, by rows; the weights add up to the present share.
template <class Function>
void ScaledSoundings::for_present_cells(size_t i, const Function& f) const {
  const auto cells = soundings_.cells(chosen_[i]);
  const auto weights = soundings_.weights(chosen_[i]);
  for (size_t k = 0; k < cells.size(); ++k)
    if (present_[size_t(cells[k])]) f(cells[k], double(weights[k]));
}

ScaledSoundings::ScaledSoundings(const SoundingCells& soundings, int window, const Grid& grid,
                                 std::span<const float> map)
    : soundings_(soundings), rows_(grid.rows), columns_(grid.columns), present_(map.size()) {
  for (size_t p = 0; p < map.size(); ++p) present_[p] = !std::isnan(map[p]);
  for (size_t i = 0; i < soundings.size(); ++i) {
    const double error = double(soundings[i].error);
    if (soundings[i].window != window || !(error > 0)) continue;
    const double mean = soundings.mean(i, map);
    if (std::isnan(mean)) continue;
    chosen_.push_back(i);
    double share = 0;
    for_present_cells(chosen_.size() - 1, [&](int32_t, double weight) { share += weight; });
    scale_.push_back(1 / (error * share));
    residual_.push_back((double(soundings[i].sif) - mean) / error);
  }
}

template <class Number>
void ScaledSoundings::means(const std::vector<Number>& image, Vector& y) const {
  y.resize(size());
  parallel_ranges(int64_t(size()), 1024, [&](int64_t first, int64_t last) {
    for (size_t i = size_t(first); i < size_t(last); ++i) {
      double sum = 0;
      for_present_cells(i, [&](int32_t cell, double weight) { sum += weight * double(image[size_t(cell)]); });
      y[i] = scale_[i] * sum;
    }
  });
}

void ScaledSoundings::spread(const Vector& z, double length, Vector& image) const {
  image.assign(present_.size(), 0.0);
  for (size_t i = 0; i < size(); ++i) {
    const double value = scale_[i] * z[i];
    for_present_cells(i, [&](int32_t cell, double weight) { image[size_t(cell)] += weight * value; });
  }
  correlate(image, rows_, columns_, length);
}

void ScaledSoundings::covary(const Vector& z, double length, Vector& image, Vector& y) const {
  spread(z, length, image);
  means(image, y);
}

// correlate() is exact on any image: that of the footprint's own cells is enough.
ScaledSoundings::Vector ScaledSoundings::variances(double length) const {
  Vector result(size());
  parallel_ranges(int64_t(size()), 256, [&](int64_t first, int64_t last) {
    Vector image;
    for (size_t i = size_t(first); i < size_t(last); ++i) {
      const SoundingCells::Sounding& s = soundings_[chosen_[i]];
      const int rows = s.last_row - s.row + 1, columns = s.last_column - s.column + 1;
      const auto place = [&](int32_t cell) {
        return size_t((cell / columns_ - s.row) * columns + cell % columns_ - s.column);
      };
      image.assign(size_t(rows * columns), 0.0);
      for_present_cells(i, [&](int32_t cell, double weight) { image[place(cell)] = weight; });
      correlate(image, rows, columns, length);
      double sum = 0;
      for_present_cells(i, [&](int32_t cell, double weight) { sum += weight * image[place(cell)]; });
      result[i] = scale_[i] * scale_[i] * sum;
    }
  });
  return result;
}

ScaledSoundings::Vector ScaledSoundings::residual_of_noise(const Vector& z, int factor) const {
  const Shape shape = {1, rows_, columns_, 1}, blocks = block_shape(shape, factor);
  Vector sum(size_t(blocks.size()), 0.0), covered(sum);
  for (size_t i = 0; i < size(); ++i) {
    const SoundingCells::Sounding& s = soundings_[chosen_[i]];
    const auto cells = soundings_.cells(chosen_[i]);
    const auto weights = soundings_.weights(chosen_[i]);
    for (size_t k = 0; k < cells.size(); ++k) {
      const size_t block = size_t(cells[k] / columns_ / factor * blocks.w + cells[k] % columns_ / factor);
      const double overlap = double(weights[k]) * double(s.area);
      sum[block] += overlap * double(s.error) * z[i];
      covered[block] += overlap;
    }
  }
  std::vector<float> coarse(sum.size(), 0.0f);
  for (size_t b = 0; b < coarse.size(); ++b)
    if (covered[b] > 0) coarse[b] = float(sum[b] / covered[b]);
  Vector residual;
  means(refine(coarse, shape, factor, Interpolation::bilinear), residual);
  for (size_t i = 0; i < size(); ++i) residual[i] = z[i] - residual[i];
  return residual;
}

double dot(const ScaledSoundings::Vector& a, const ScaledSoundings::Vector& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace unetsr::data
