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

constexpr int rows_of_band = 64, least_bands = 4;
constexpr int64_t soundings_of_task = 1024;
constexpr size_t soundings_of_batch = 1 << 17;  // that are released together

// Adds up, in a band of rows from `first` on, what its soundings spread.
template <class Number>
[[gnu::always_inline]] inline void spread_rows(const ScaledSoundings& s, std::span<const uint32_t> own, const double* z,
                                               int first, int last, Number* band) {
  const int64_t columns = s.shape().w;
  for (const uint32_t i : own) {
    const Number value = Number(s.scale(i) * z[i]);
    s.for_runs(
        i, [&](int row, int column, std::span<const float> weights) __attribute__((always_inline)) {
          if (row >= first && row <= last)
            RowVector<Number>::add_scaled(weights.data(), int(weights.size()), value,
                                          band + (row - first) * columns + column);
        });
  }
}
UNETSR_CLONES void spread_band(const ScaledSoundings& s, std::span<const uint32_t> own, const double* z, int first,
                               int last, double* band) {
  spread_rows(s, own, z, first, last, band);
}
UNETSR_CLONES void spread_band(const ScaledSoundings& s, std::span<const uint32_t> own, const double* z, int first,
                               int last, float* band) {
  spread_rows(s, own, z, first, last, band);
}

template <class Number>
[[gnu::always_inline]] inline void gather_rows(const ScaledSoundings& s, std::span<const uint32_t> own,
                                               const Number* image, double* y) {
  using Row = RowVector<Number>;
  const int64_t columns = s.shape().w;
  for (const uint32_t i : own) {
    typename Row::Values sum = {};
    s.for_runs(
        i, [&](int row, int column, std::span<const float> weights) __attribute__((always_inline)) {
          Row::add_products(weights.data(), int(weights.size()), image + row * columns + column, sum);
        });
    y[i] = s.scale(i) * double(Row::total(sum));
  }
}
UNETSR_CLONES void gather_some(const ScaledSoundings& s, std::span<const uint32_t> own, const double* image,
                               double* y) {
  gather_rows(s, own, image, y);
}
UNETSR_CLONES void gather_some(const ScaledSoundings& s, std::span<const uint32_t> own, const float* image, double* y) {
  gather_rows(s, own, image, y);
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

// f(i) of all soundings in parallel, some at a time; done(first, last) after these.
template <class Function, class Done>
void in_batches(size_t size, const Function& f, const Done& done) {
  for (size_t first = 0; first < size; first += soundings_of_batch) {
    const size_t last = std::min(size, first + soundings_of_batch);
    parallel_ranges(int64_t(last - first), soundings_of_task, [&](int64_t begin, int64_t end) {
      for (size_t i = first + size_t(begin); i < first + size_t(end); ++i) f(i);
    });
    done(first, last);
  }
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

ScaledSoundings::ScaledSoundings(const SoundingCells& soundings, const Grid& grid, StoredSpan<const float> maps,
                                 std::span<const uint8_t> chosen)
    : soundings_(soundings),
      maps_(maps),
      windows_(int(int64_t(maps.size()) / grid.cells())),
      rows_(grid.rows),
      columns_(grid.columns),
      of_window_(size_t(windows_)) {
  choose(chosen);
  for (size_t i = 0; i < size(); ++i) of_window_[size_t(window(i))].push_back(uint32_t(i));
  const auto rows_of = [&](size_t i) -> OrderedBands::Rows {
    return {window(i), sounding(i).row, sounding(i).last_row};
  };
  bands_ = OrderedBands(size(), rows_of, windows_, rows_, rows_of_band);
  release(0, size());
}

void ScaledSoundings::choose(std::span<const uint8_t> chosen) {
  used_.reserve(soundings_.size()), residual_.reserve(soundings_.size()), scale_.reserve(soundings_.size());
  Vector means(std::min(soundings_.size(), soundings_of_batch));
  const auto find_mean = [&](size_t i) {
    const bool use = soundings_[i].error > 0 && (chosen.empty() || chosen[i]);
    means[i % soundings_of_batch] = use ? soundings_.mean(i, map(soundings_[i].window)) : std::nan("");
  };
  in_batches(soundings_.size(), find_mean, [&](size_t first, size_t last) {
    for (size_t i = first; i < last; ++i) {
      const double mean = means[i % soundings_of_batch];
      if (std::isnan(mean)) continue;
      used_.push_back(uint32_t(i));
      residual_.push_back((double(soundings_[i].sif) - mean) / double(soundings_[i].error));
    }
    const size_t known = scale_.size();
    scale_.resize(size());
    parallel_ranges(int64_t(size() - known), soundings_of_task, [&](int64_t begin, int64_t end) {
      for (size_t i = known + size_t(begin); i < known + size_t(end); ++i) {
        double share = 0;
        for_present_cells(i, [&](size_t, int32_t, double weight) { share += weight; });
        scale_[i] = 1 / (double(sounding(i).error) * share);
      }
    });
    release_known(first, last);
  });
}

void ScaledSoundings::release_known(size_t first, size_t last) const {
  if (first >= last) return;
  const auto [from, to] = std::minmax({soundings_[first].window, soundings_[last - 1].window});
  for (int window = from; window <= to; ++window) release_map(window);
  soundings_.release(first, last);
}

void ScaledSoundings::release(size_t first, size_t last) const {
  if (first < last) release_known(used_[first], used_[last - 1] + size_t(1));
}

void ScaledSoundings::release_window(int window) const {
  const std::span<const uint32_t> own = of_window(window);
  if (!own.empty()) release(own.front(), own.back() + size_t(1));
  release_map(window);
}

void ScaledSoundings::scale_by_map(int window, Vector& image) const {
  const std::span<const float> own = map(window);
  parallel_ranges(int64_t(own.size()), 1 << 15, [&](int64_t first, int64_t last) {
    for (size_t i = size_t(first); i < size_t(last); ++i) image[i] = own[i] > 0 ? image[i] * double(own[i]) : 0;
  });
}

template <class Number>
void ScaledSoundings::spread(int window, std::span<const double> z, std::vector<Number>& image, bool add) const {
  const std::span<const float> own = map(window);
  const int at_once = std::max(least_bands, 2 * threads());  // that are released together
  for (int begin = 0; begin < bands_.of_window(); begin += at_once) {
    parallel_for(std::min(at_once, bands_.of_window() - begin), [&](int64_t b) {
      thread_local std::vector<Number> band;
      const int k = begin + int(b), first = bands_.first_row(k), last = bands_.last_row(k);
      const size_t start = size_t(first) * size_t(columns_), count = size_t(last - first + 1) * size_t(columns_);
      band.assign(count + padding, Number(0));
      spread_band(*this, bands_.items(window, k), z.data(), first, last, band.data());
      for (size_t i = 0; i < count; ++i) {
        const Number value = own[start + i] > 0 ? band[i] * Number(own[start + i]) : 0;
        image[start + i] = add ? image[start + i] + value : value;
      }
    });
    release_window(window);
  }
}

template <class Number>
void ScaledSoundings::gather(int window, const std::vector<Number>& image_times_map, std::span<double> y) const {
  const std::span<const uint32_t> all = of_window(window);
  for (size_t begin = 0; begin < all.size(); begin += soundings_of_batch) {
    const std::span<const uint32_t> own = all.subspan(begin, std::min(soundings_of_batch, all.size() - begin));
    parallel_ranges(int64_t(own.size()), soundings_of_task, [&](int64_t first, int64_t last) {
      gather_some(*this, own.subspan(size_t(first), size_t(last - first)), image_times_map.data(), y.data());
    });
    release(own.front(), own.back() + size_t(1));
  }
  release_map(window);
}

template void ScaledSoundings::spread(int, std::span<const double>, std::vector<double>&, bool) const;
template void ScaledSoundings::spread(int, std::span<const double>, std::vector<float>&, bool) const;
template void ScaledSoundings::gather(int, const std::vector<double>&, std::span<double>) const;
template void ScaledSoundings::gather(int, const std::vector<float>&, std::span<double>) const;

double ScaledSoundings::mean_of_present(size_t i, StoredSpan<const float> images) const {
  double sum = 0, share = 0;
  for_present_cells(
      i, [&](size_t place, int32_t, double weight) { sum += weight * double(images[place]), share += weight; });
  return sum / share;
}

double ScaledSoundings::mean_under(StoredSpan<const float> images) const {
  double all = 0;
  Vector means(std::min(size(), soundings_of_batch));
  const auto find_mean = [&](size_t i) { means[i % soundings_of_batch] = mean_of_present(i, images); };
  in_batches(size(), find_mean, [&](size_t first, size_t last) {
    for (size_t i = first; i < last; ++i) all += means[i % soundings_of_batch] / double(size());
    const auto [from, to] = std::minmax({window(first), window(last - 1)});
    for (int w = from; w <= to; ++w) images.release(size_t(w) * cells(), cells());
    release(first, last);
  });
  return all;
}

// The correlation is exact on any image: that of the footprint's own cells is enough.
std::vector<StoredArray<double>> ScaledSoundings::variances(const std::vector<double>& lengths,
                                                            const ArrayStore& store) const {
  const int most = std::max(rows_, columns_);
  std::vector<std::vector<float>> tables;
  for (const double length : lengths) tables.push_back(correlations(length, most));
  std::vector<StoredArray<double>> variances(lengths.size(), StoredArray<double>(store));
  for (StoredArray<double>& own : variances) own.assign_zeros(size());
  const auto find_variances = [&](size_t i) {
    thread_local std::vector<float> own, across;
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
  };
  in_batches(size(), find_variances, [&](size_t first, size_t last) {
    for (const StoredArray<double>& own : variances) own.release(first, last - first);
    release(first, last);
  });
  return variances;
}

Vector ScaledSoundings::residual_of_noise(std::span<const double> z, int factor) const {
  const Shape image{1, rows_, columns_, 1}, blocks = block_shape(image, factor);
  Vector residual(z.begin(), z.end()), sum, covered;
  for (int w = 0; w < windows_; ++w) {
    sum.assign(size_t(blocks.size()), 0.0), covered = sum;
    for (const uint32_t i : of_window(w)) {
      const SoundingCells::Sounding& s = sounding(i);
      soundings_.for_cells(used_[i], [&](int32_t cell, float weight) {
        const size_t block = size_t((cell / columns_ / factor) * blocks.w + cell % columns_ / factor);
        const double overlap = double(weight) * double(s.area);
        sum[block] += overlap * double(s.error) * z[i];
        covered[block] += overlap;
      });
    }
    std::vector<float> coarse(sum.size(), 0.0f);
    for (size_t b = 0; b < coarse.size(); ++b)
      if (covered[b] > 0) coarse[b] = float(sum[b] / covered[b]);
    const std::vector<float> fine = refine(coarse, image, factor, Interpolation::bilinear);
    const std::span<const uint32_t> own = of_window(w);
    parallel_ranges(int64_t(own.size()), soundings_of_task, [&](int64_t first, int64_t last) {
      for (const uint32_t i : own.subspan(size_t(first), size_t(last - first))) {
        double mean = 0;
        for_present_cells(i, [&](size_t, int32_t cell, double weight) { mean += weight * double(fine[size_t(cell)]); });
        residual[i] -= scale_[i] * mean;
      }
    });
    release_window(w);
  }
  return residual;
}

double dot(std::span<const double> a, std::span<const double> b) {
  return sum_of_products(a, b);
}

double dot(std::span<const float> a, std::span<const float> b) {
  return sum_of_products(a, b);
}

}  // namespace unetsr::data
