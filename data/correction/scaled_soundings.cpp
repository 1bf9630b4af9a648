#include "data/correction/scaled_soundings.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "data/correction/map_error.hpp"
#include "data/correction/row_vectors.hpp"
#include "data/correction/spatial_correlation.hpp"
#include "data/dataset/resample.hpp"
#include "kernels/cpu/clones.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

using Vector = ScaledSoundings::Vector;
using Row = RowVector<double>;

constexpr int rows_of_band = 64;
constexpr int64_t soundings_of_task = 1024;

// Adds up, in a band of rows from `first` on, what its soundings spread.
UNETSR_CLONES void spread_band(const ScaledSoundings& s, std::span<const uint32_t> own, const Vector& z, int first,
                               int last, double* band) {
  const int64_t columns = s.shape().w;
  for (const uint32_t i : own) {
    const double value = s.scale(i) * z[i];
    s.for_runs(
        i, [&](int row, int column, std::span<const float> weights) __attribute__((always_inline)) {
          if (row >= first && row <= last)
            Row::add_scaled(weights.data(), int(weights.size()), value, band + (row - first) * columns + column);
        });
  }
}

UNETSR_CLONES void gather_some(const ScaledSoundings& s, std::span<const uint32_t> own, const double* image,
                               Vector& y) {
  const int64_t columns = s.shape().w;
  for (const uint32_t i : own) {
    Row::Values sum = {};
    s.for_runs(
        i, [&](int row, int column, std::span<const float> weights) __attribute__((always_inline)) {
          Row::add_products(weights.data(), int(weights.size()), image + row * columns + column, sum);
        });
    y[i] = s.scale(i) * Row::total(sum);
  }
}

using Lanes = RowVector<float>;

// m(n) for n = -size .. size; and padding.
std::vector<float> correlations(double length, int size) {
  std::vector<float> m(size_t(2 * size + 1) + Lanes::lanes, 0.0f);
  for (int n = -size; n <= size; ++n) m[size_t(n + size)] = float(spatial_correlation(n, length));
  return m;
}

// p' C p of an image p (rows x stride, 0 behind its columns; the stride a number of vectors) and C of the correlations
// along its axes, `middle` at a distance of 0. `across`: room for another image.
UNETSR_CLONES double quadratic_form(const float* p, int rows, int columns, int stride, const float* middle,
                                    float* across) {
  using Values = Lanes::Values;
  Values sum = {};
  for (int k = 0; k < stride; k += Lanes::lanes) {
    for (int i = 0; i < rows; ++i) {
      Values own = {};
      for (int j = 0; j < columns; ++j) own += p[i * stride + j] * Lanes::load<Values>(middle + k - j);
      std::memcpy(across + i * Lanes::lanes, &own, sizeof own);
    }
    for (int i = 0; i < rows; ++i) {
      Values own = {};
      for (int j = 0; j < rows; ++j) own += middle[i - j] * Lanes::load<Values>(across + j * Lanes::lanes);
      sum += own * Lanes::load<Values>(p + i * stride + k);
    }
  }
  return double(Lanes::total(sum));
}

template <class Number>
double sum_of_products(std::span<const Number> a, std::span<const Number> b) {
  constexpr int64_t chunk = 1 << 13;
  const int64_t size = int64_t(a.size());
  std::vector<double> sums(size_t((size + chunk - 1) / chunk));
  parallel_ranges(size, chunk, [&](int64_t first, int64_t last) {
    double lanes[8] = {};
    int64_t i = first;
    for (; i + 8 <= last; i += 8)
      for (int64_t k = 0; k < 8; ++k) lanes[k] += double(a[size_t(i + k)]) * double(b[size_t(i + k)]);
    for (; i < last; ++i) lanes[0] += double(a[size_t(i)]) * double(b[size_t(i)]);
    double& sum = sums[size_t(first / chunk)];
    for (const double lane : lanes) sum += lane;
  });
  double sum = 0;
  for (const double s : sums) sum += s;
  return sum;
}

}  // namespace

// f(place, cell, weight) for the present cells of the used sounding i, by rows: `place` counted through all windows,
// `cell` in its own. The weights add up to the present share.
template <class Function>
void ScaledSoundings::for_present_cells(size_t i, const Function& f) const {
  const size_t first = size_t(window(i)) * cells();
  soundings_.for_cells(used_[i], [&](int32_t cell, float weight) {
    const size_t place = first + size_t(cell);
    if (!std::isnan(maps_[place])) f(place, cell, double(weight));
  });
}

ScaledSoundings::ScaledSoundings(const SoundingCells& soundings, const Grid& grid, std::span<const float> maps,
                                 std::span<const uint8_t> chosen)
    : soundings_(soundings),
      maps_(maps),
      windows_(int(int64_t(maps.size()) / grid.cells())),
      rows_(grid.rows),
      columns_(grid.columns),
      of_window_(size_t(windows_)) {
  choose(chosen);
  std::vector<OrderedBands::Rows> rows;
  for (size_t i = 0; i < size(); ++i) {
    rows.push_back({window(i), sounding(i).row, sounding(i).last_row});
    of_window_[size_t(window(i))].push_back(uint32_t(i));
  }
  bands_ = OrderedBands(rows, windows_, rows_, rows_of_band);
}

void ScaledSoundings::choose(std::span<const uint8_t> chosen) {
  Vector means(soundings_.size(), std::nan(""));
  parallel_ranges(int64_t(means.size()), soundings_of_task, [&](int64_t first, int64_t last) {
    for (size_t i = size_t(first); i < size_t(last); ++i)
      if (soundings_[i].error > 0 && (chosen.empty() || chosen[i]))
        means[i] = soundings_.mean(i, map(soundings_[i].window));
  });
  for (size_t i = 0; i < means.size(); ++i) {
    if (std::isnan(means[i])) continue;
    used_.push_back(i);
    residual_.push_back((double(soundings_[i].sif) - means[i]) / double(soundings_[i].error));
  }
  scale_.resize(size());
  parallel_ranges(int64_t(size()), soundings_of_task, [&](int64_t first, int64_t last) {
    for (size_t i = size_t(first); i < size_t(last); ++i) {
      double share = 0;
      for_present_cells(i, [&](size_t, int32_t, double weight) { share += weight; });
      scale_[i] = 1 / (double(sounding(i).error) * share);
    }
  });
}

void ScaledSoundings::scale_by_map(int window, Vector& image) const {
  const std::span<const float> own = map(window);
  parallel_ranges(int64_t(own.size()), 1 << 15, [&](int64_t first, int64_t last) {
    for (size_t i = size_t(first); i < size_t(last); ++i) image[i] = own[i] > 0 ? image[i] * double(own[i]) : 0;
  });
}

void ScaledSoundings::spread(int window, const Vector& z, Vector& image, bool add) const {
  const std::span<const float> own = map(window);
  parallel_for(bands_.of_window(), [&](int64_t b) {
    thread_local Vector band;
    const int first = bands_.first_row(int(b)), last = bands_.last_row(int(b));
    const size_t begin = size_t(first) * size_t(columns_), count = size_t(last - first + 1) * size_t(columns_);
    band.assign(count + padding, 0.0);
    spread_band(*this, bands_.items(window, int(b)), z, first, last, band.data());
    for (size_t i = 0; i < count; ++i) {
      const double value = own[begin + i] > 0 ? band[i] * double(own[begin + i]) : 0;
      image[begin + i] = add ? image[begin + i] + value : value;
    }
  });
}

void ScaledSoundings::gather(int window, const Vector& image_times_map, Vector& y) const {
  const std::span<const uint32_t> own = of_window(window);
  parallel_ranges(int64_t(own.size()), soundings_of_task, [&](int64_t first, int64_t last) {
    gather_some(*this, own.subspan(size_t(first), size_t(last - first)), image_times_map.data(), y);
  });
}

double ScaledSoundings::mean_of_present(size_t i, std::span<const float> images) const {
  double sum = 0, share = 0;
  for_present_cells(
      i, [&](size_t place, int32_t, double weight) { sum += weight * double(images[place]), share += weight; });
  return sum / share;
}

double ScaledSoundings::mean_under(std::span<const float> images) const {
  Vector means(size());
  parallel_ranges(int64_t(size()), soundings_of_task, [&](int64_t first, int64_t last) {
    for (size_t i = size_t(first); i < size_t(last); ++i) means[i] = mean_of_present(i, images);
  });
  double all = 0;
  for (const double mean : means) all += mean / double(size());
  return all;
}

// The correlation is exact on any image: that of the footprint's own cells is enough.
std::vector<Vector> ScaledSoundings::variances(const std::vector<double>& lengths) const {
  const int most = std::max(rows_, columns_);
  std::vector<std::vector<float>> tables;
  for (const double length : lengths) tables.push_back(correlations(length, most));
  std::vector<Vector> variances(lengths.size(), Vector(size()));
  parallel_ranges(int64_t(size()), soundings_of_task, [&](int64_t first, int64_t last) {
    std::vector<float> own, across;
    for (size_t i = size_t(first); i < size_t(last); ++i) {
      const SoundingCells::Sounding& s = sounding(i);
      const int rows = s.last_row - s.row + 1, columns = s.last_column - s.column + 1,
                stride = (columns + Lanes::lanes - 1) / Lanes::lanes * Lanes::lanes;
      own.assign(size_t(rows * stride), 0.0f), across.resize(size_t(rows * Lanes::lanes));
      const std::span<const float> map_there = map(s.window);
      for_runs(i, [&](int row, int column, std::span<const float> weights) {
        const float* values = &map_there[size_t(row) * size_t(columns_) + size_t(column)];
        float* to = &own[size_t((row - s.row) * stride + column - s.column)];
        for (size_t k = 0; k < weights.size(); ++k) to[k] = values[k] > 0 ? weights[k] * values[k] : 0;
      });
      for (size_t k = 0; k < lengths.size(); ++k)
        variances[k][i] = scale_[i] * scale_[i] *
                          quadratic_form(own.data(), rows, columns, stride, &tables[k][size_t(most)], across.data());
    }
  });
  return variances;
}

Vector ScaledSoundings::residual_of_noise(const Vector& z, int factor) const {
  const Shape blocks = block_shape(shape(), factor);
  Vector sum(size_t(blocks.size()), 0.0), covered(sum);
  for (size_t i = 0; i < size(); ++i) {
    const SoundingCells::Sounding& s = sounding(i);
    soundings_.for_cells(used_[i], [&](int32_t cell, float weight) {
      const size_t block =
          size_t((s.window * blocks.h + cell / columns_ / factor) * blocks.w + cell % columns_ / factor);
      const double overlap = double(weight) * double(s.area);
      sum[block] += overlap * double(s.error) * z[i];
      covered[block] += overlap;
    });
  }
  std::vector<float> coarse(sum.size(), 0.0f);
  for (size_t b = 0; b < coarse.size(); ++b)
    if (covered[b] > 0) coarse[b] = float(sum[b] / covered[b]);
  const std::vector<float> fine = refine(coarse, shape(), factor, Interpolation::bilinear);
  Vector residual = z;
  parallel_ranges(int64_t(size()), soundings_of_task, [&](int64_t first, int64_t last) {
    for (size_t i = size_t(first); i < size_t(last); ++i) {
      double mean = 0;
      for_present_cells(i, [&](size_t place, int32_t, double weight) { mean += weight * double(fine[place]); });
      residual[i] -= scale_[i] * mean;
    }
  });
  return residual;
}

double dot(std::span<const double> a, std::span<const double> b) {
  return sum_of_products(a, b);
}

double dot(std::span<const float> a, std::span<const float> b) {
  return sum_of_products(a, b);
}

}  // namespace unetsr::data
