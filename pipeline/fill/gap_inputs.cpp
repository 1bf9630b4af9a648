#include "pipeline/fill/gap_inputs.hpp"

#include <algorithm>
#include <array>
#include <numbers>
#include <set>

#include "data/correction/spatial_correlation.hpp"
#include "data/dataset/missing.hpp"
#include "data/regression/time_series.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::pipeline {
namespace {

using data::missing;
using Image = std::vector<float>;

constexpr std::array<double, 3> lengths = {2, 6, 24};  // cells
constexpr size_t ratio_length = 1;                     // of these
constexpr size_t most_classes = 24;

struct Mean {
  Image value, share;  // of the cells around that have a value; NaN where none has
};

// The means over the present cells around each cell, weighted by distance.
class NeighbourMean {
 public:
  NeighbourMean(int rows, int columns, double length)
      : rows_(rows), columns_(columns), length_(length), all_(size_t(rows) * size_t(columns), 1.0) {
    data::correlate(all_, rows, columns, length);
  }

  Mean of(const Image& image, const Image& weights) const {
    std::vector<double> sum(image.size(), 0.0), weight(image.size(), 0.0);
    for (size_t i = 0; i < image.size(); ++i)
      if (!std::isnan(image[i])) weight[i] = double(weights[i]), sum[i] = weight[i] * double(image[i]);
    data::correlate(sum, rows_, columns_, length_);
    data::correlate(weight, rows_, columns_, length_);
    Mean mean{Image(image.size(), missing), Image(image.size(), 0.0f)};
    constexpr double least = 1e-6;
    for (size_t i = 0; i < image.size(); ++i)
      if (const double share = weight[i] / all_[i]; share > least)
        mean.value[i] = float(sum[i] / weight[i]), mean.share[i] = float(share);
    return mean;
  }

 private:
  int rows_, columns_;
  double length_;
  std::vector<double> all_;
};

double mean_of(std::span<const float> values) {
  double sum = 0, count = 0;
  for (const float v : values)
    if (!std::isnan(v)) sum += double(v), ++count;
  return count > 0 ? sum / count : double(missing);
}

Image difference(std::span<const float> a, const Image& b) {
  Image result(b.size());
  for (size_t i = 0; i < b.size(); ++i) result[i] = a[i] - b[i];
  return result;
}

// One cell's values in all windows.
void gather(const MapStack& maps, std::span<const float> layer, size_t cell, std::vector<float>& series) {
  series.resize(size_t(maps.windows));
  for (size_t w = 0; w < series.size(); ++w) series[w] = layer[w * maps.cells() + cell];
}

float linear_at(const MapStack& maps, std::span<const float> layer, WindowCell at, double otherwise,
                std::vector<float>& series) {
  if (maps.windows == 1) return float(otherwise);
  gather(maps, layer, at.cell, series);
  return float(data::linear_in_time(maps.days, series, size_t(at.window)));
}

// Of each cell of a window as a neighbour. Gaps lie in haze, which lowers what the map has around them.
Image neighbour_weights(const MapStack& maps, int window) {
  constexpr float hazy = 0.05f;
  Image weights(maps.cells(), 1.0f);
  for (size_t i = 0; i < weights.size(); ++i)
    if (maps.is_hazy(window, i)) weights[i] = hazy;
  return weights;
}

// All that is known of a window's cells without looking at their own values.
struct WindowImages {
  Image linear;                                // in time; the window's mean where there are no other windows
  Image climate;                               // mean of the other windows; likewise
  std::array<Mean, lengths.size()> anomalies;  // the neighbours' differences from `linear`
  Image ratio;                                 // of the neighbours' values to their `climate`
  Image weights;                               // of each cell as a neighbour
  double anomaly = 0;                          // mean difference in the whole window
  double coarse_mean = 0;
};

class Surroundings {
 public:
  Surroundings(const MapStack& maps, const data::StoredArray<float>& sif) : maps_(maps), sif_(sif) {
    for (const double length : lengths) means_.emplace_back(maps.rows, maps.columns, length);
  }

  WindowImages images_of(int window) const {
    const auto own = maps_.window(sif_.span(), window);
    WindowImages images = in_time(window, mean_of(own));
    images.weights = neighbour_weights(maps_, window);
    const Image anomaly = difference(own, images.linear);
    for (size_t k = 0; k < lengths.size(); ++k) images.anomalies[k] = means_[k].of(anomaly, images.weights);
    images.anomaly = mean_of(anomaly);
    if (std::isnan(images.anomaly)) images.anomaly = 0;
    images.ratio = ratio(own, images.climate, images.weights);
    maps_.release_window(sif_, window);
    if (maps_.coarse_sif.size() > 0) {
      images.coarse_mean = mean_of(maps_.window(maps_.coarse_sif.span(), window));
      maps_.release_window(maps_.coarse_sif, window);
    }
    return images;
  }

 private:
  WindowImages in_time(int window, double own_mean) const {
    WindowImages images;
    images.linear.resize(maps_.cells()), images.climate.resize(maps_.cells());
    constexpr int strip = 64;  // rows that are released together
    for (int first = 0; first < maps_.rows; first += strip) {
      const int count = std::min(strip, maps_.rows - first);
      parallel_for(count, [&](int64_t i) { row_in_time(window, size_t(first + i), own_mean, images); });
      for (int w = 0; w < maps_.windows; ++w)
        sif_.release(size_t(w) * maps_.cells() + size_t(first) * size_t(maps_.columns),
                     size_t(count) * size_t(maps_.columns));
    }
    return images;
  }

  void row_in_time(int window, size_t row, double own_mean, WindowImages& images) const {
    std::vector<float> series;
    for (int column = 0; column < maps_.columns; ++column) {
      const size_t cell = row * size_t(maps_.columns) + size_t(column);
      images.linear[cell] = linear_at(maps_, sif_.span(), {window, cell}, own_mean, series);
      gather(maps_, sif_.span(), cell, series);
      series[size_t(window)] = missing;
      images.climate[cell] = float(maps_.windows == 1 ? own_mean : mean_of(series));
    }
  }

  Image ratio(std::span<const float> own, const Image& climate, const Image& weights) const {
    Image values(own.begin(), own.end()), expected = climate;
    for (size_t i = 0; i < values.size(); ++i)
      if (std::isnan(values[i]) || std::isnan(expected[i])) values[i] = expected[i] = missing;
    const Mean above = means_[ratio_length].of(values, weights), below = means_[ratio_length].of(expected, weights);
    constexpr float least = 0.02f, most = 10;  // below it a ratio is noise
    Image result(values.size(), 1.0f);
    for (size_t i = 0; i < result.size(); ++i)
      if (below.value[i] > least) result[i] = std::clamp(above.value[i] / below.value[i], 0.0f, most);
    return result;
  }

  const MapStack& maps_;
  const data::StoredArray<float>& sif_;
  std::vector<NeighbourMean> means_;
};

// The mean difference, from their own interpolation in time, of the cells around whose values in the other windows are
// similar.
struct SimilarCells {
  float value = 0, share = 0;
};

class SimilarNeighbours {
 public:
  SimilarNeighbours(const MapStack& maps, std::span<const float> sif, double spread)
      : maps_(maps), sif_(sif), narrow_(square(similarity * spread)) {}

  SimilarCells of(WindowCell at, const WindowImages& images) const {
    const int row = int(at.cell / size_t(maps_.columns)), column = int(at.cell % size_t(maps_.columns));
    const auto own = maps_.window(sif_, at.window);
    double sum = 0, weights = 0, all = 0;
    for (int i = std::max(0, row - reach); i <= std::min(maps_.rows - 1, row + reach); ++i)
      for (int j = std::max(0, column - reach); j <= std::min(maps_.columns - 1, column + reach); ++j) {
        const size_t cell = size_t(i) * size_t(maps_.columns) + size_t(j);
        const double near = std::exp(-(square(i - row) + square(j - column)) / (2 * square(near_length)));
        all += near;
        const float anomaly = own[cell] - images.linear[cell];
        if (std::isnan(anomaly)) continue;
        const double weight = double(images.weights[cell]) * near * std::exp(-difference(at, cell) / (2 * narrow_));
        sum += weight * double(anomaly), weights += weight;
      }
    constexpr double least = 1e-6;
    return weights > least * all ? SimilarCells{float(sum / weights), float(weights / all)} : SimilarCells{};
  }

 private:
  static constexpr int reach = 10;            // cells
  static constexpr double near_length = 4;    // cells
  static constexpr double similarity = 0.15;  // of the maps' standard deviation
  static constexpr int windows_compared = 3;  // before, and after

  static double square(double v) { return v * v; }

  // Mean square over the nearest windows in which both have a value.
  double difference(WindowCell at, size_t cell) const {
    double sum = 0, count = 0;
    const int first = std::max(0, at.window - windows_compared);
    const int last = std::min(maps_.windows - 1, at.window + windows_compared);
    for (int w = first; w <= last; ++w) {
      if (w == at.window) continue;
      const float* map = sif_.data() + size_t(w) * maps_.cells();
      const double d = double(map[at.cell] - map[cell]);
      if (!std::isnan(d)) sum += d * d, ++count;
    }
    return count > 0 ? sum / count : 0;
  }

  const MapStack& maps_;
  std::span<const float> sif_;
  double narrow_;
};

std::vector<float> classes_of(std::span<const float> land_cover) {
  std::set<float> classes;
  for (const float c : land_cover)
    if (!std::isnan(c)) classes.insert(c);
  std::vector<float> first(classes.begin(), classes.end());
  first.resize(std::min(first.size(), most_classes));
  return first;
}

// Writes a cell's inputs one after another.
class Row {
 public:
  Row(float* values, double spread) : next_(values), spread_(spread) {}

  void number(double v) { *next_++ = std::isnan(v) ? 0.0f : float(v); }
  void sif(double v) { number(v / spread_); }
  void flag(bool v) { number(v); }

 private:
  float* next_;
  double spread_;
};

class GapInputMaker {
 public:
  GapInputMaker(const MapStack& maps, std::span<const float> sif, double spread)
      : maps_(maps), sif_(sif), spread_(spread), similar_(maps, sif, spread), classes_(classes_of(maps.land_cover)) {}

  int width() const { return fixed_inputs + int(classes_.size()); }

  SimpleEstimates make(const WindowCell& at, const WindowImages& images, float* values) const {
    const double linear = double(images.linear[at.cell]), climate = double(images.climate[at.cell]);
    const SimilarCells similar = similar_.of(at, images);
    const SimpleEstimates simple = {
        float(linear), float(climate * double(images.ratio[at.cell])),
        float(linear + (similar.share > 0 ? double(similar.value) : nearest(at.cell, images)))};
    Row row(values, spread_);
    row.sif(linear), row.sif(climate - linear), row.sif(double(simple.ratio) - linear);
    row.sif(double(simple.neighbours) - linear), row.number(similar.share);
    for (const Mean& m : images.anomalies) row.sif(double(m.value[at.cell])), row.number(m.share[at.cell]);
    row.sif(images.anomaly);
    add_times(at, linear, row);
    add_coarse(at, images, row);
    for (const float c : classes_) row.flag(maps_.land_cover[at.cell] == c);
    return simple;
  }

 private:
  static constexpr int fixed_inputs = 23;

  static double nearest(size_t cell, const WindowImages& images) {
    for (const Mean& m : images.anomalies)
      if (!std::isnan(m.value[cell])) return double(m.value[cell]);
    return images.anomaly;
  }

  // The nearest windows with a value, and where in the year and the series this one is.
  void add_times(const WindowCell& at, double linear, Row& row) const {
    constexpr double month = 30;  // days
    const double day = maps_.days[size_t(at.window)];
    const auto add = [&](int w) {
      const bool there = w >= 0 && w < maps_.windows;
      row.flag(there);
      row.sif(there ? double(sif_[size_t(w) * maps_.cells() + at.cell]) - linear : 0);
      row.number(there ? std::abs(maps_.days[size_t(w)] - day) / month : 0);
    };
    const auto present = [&](int w) { return !std::isnan(sif_[size_t(w) * maps_.cells() + at.cell]); };
    int before = at.window - 1, after = at.window + 1;
    while (before >= 0 && !present(before)) --before;
    while (after < maps_.windows && !present(after)) ++after;
    add(before), add(after);
    const double angle = 2 * std::numbers::pi * day / 365.25;
    row.number(std::cos(angle)), row.number(std::sin(angle));
    row.number(maps_.windows > 1 ? 2.0 * at.window / (maps_.windows - 1) - 1 : 0);
  }

  void add_coarse(const WindowCell& at, const WindowImages& images, Row& row) const {
    double anomaly = double(missing);
    if (maps_.coarse_sif.size() > 0) {
      std::vector<float> series;
      const double own = double(maps_.window(maps_.coarse_sif.span(), at.window)[at.cell]);
      anomaly = own - double(linear_at(maps_, maps_.coarse_sif.span(), at, images.coarse_mean, series));
    }
    row.flag(!std::isnan(anomaly)), row.sif(anomaly);
  }

  const MapStack& maps_;
  std::span<const float> sif_;
  double spread_;
  SimilarNeighbours similar_;
  std::vector<float> classes_;
};

}  // namespace

class GapSurroundings::Maker {
 public:
  Maker(const MapStack& maps, const data::StoredArray<float>& sif, double spread)
      : maps_(maps), sif_(sif), cells_(maps, sif.span(), spread), surroundings_(maps, sif) {}

  void set_window(int window) {
    images_ = {};
    images_ = surroundings_.images_of(window);
  }

  GapInputs inputs(std::span<const WindowCell> cells) const {
    constexpr size_t at_once = 1 << 14;  // cells, that are released together
    GapInputs inputs{cells_.width(), std::vector<float>(cells.size() * size_t(cells_.width())),
                     std::vector<SimpleEstimates>(cells.size())};
    for (size_t first = 0; first < cells.size(); first += at_once) {
      constexpr int64_t grain = 64;
      parallel_ranges(int64_t(std::min(at_once, cells.size() - first)), grain, [&](int64_t begin, int64_t end) {
        for (size_t i = first + size_t(begin); i < first + size_t(end); ++i)
          inputs.estimates[i] = cells_.make(cells[i], images_, inputs.values.data() + i * size_t(inputs.width));
      });
      sif_.release(), maps_.coarse_sif.release();
    }
    return inputs;
  }

 private:
  const MapStack& maps_;
  const data::StoredArray<float>& sif_;
  GapInputMaker cells_;
  Surroundings surroundings_;
  WindowImages images_;
};

GapSurroundings::GapSurroundings(const MapStack& maps, const data::StoredArray<float>& sif, double spread)
    : maker_(std::make_unique<Maker>(maps, sif, spread)) {}

GapSurroundings::~GapSurroundings() = default;

void GapSurroundings::set_window(int window) {
  maker_->set_window(window);
}

GapInputs GapSurroundings::inputs(std::span<const WindowCell> cells) const {
  return maker_->inputs(cells);
}

GapInputs gap_inputs(const MapStack& maps, const data::StoredArray<float>& sif, std::span<const WindowCell> cells,
                     double spread) {
  GapSurroundings surroundings(maps, sif, spread);
  GapInputs inputs = surroundings.inputs({});
  inputs.values.resize(cells.size() * size_t(inputs.width)), inputs.estimates.resize(cells.size());
  for (int window = 0; window < maps.windows; ++window) {
    std::vector<size_t> places;
    std::vector<WindowCell> own;
    for (size_t i = 0; i < cells.size(); ++i)
      if (cells[i].window == window) places.push_back(i), own.push_back(cells[i]);
    if (own.empty()) continue;
    surroundings.set_window(window);
    const GapInputs made = surroundings.inputs(own);
    for (size_t k = 0; k < places.size(); ++k) {
      inputs.estimates[places[k]] = made.estimates[k];
      std::copy_n(made.values.begin() + std::ptrdiff_t(k * size_t(made.width)), made.width,
                  inputs.values.begin() + std::ptrdiff_t(places[k] * size_t(made.width)));
    }
  }
  return inputs;
}

}  // namespace unetsr::pipeline
