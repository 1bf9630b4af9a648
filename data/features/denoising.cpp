#include "data/features/denoising.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>

#include "data/dataset/missing.hpp"
#include "data/features/gaussian_mixture.hpp"
#include "data/features/mixture_panel.hpp"
#include "data/features/present_means.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

using Eigen::Index, Eigen::MatrixXd, Eigen::VectorXd;
using Plane = std::vector<float>;

constexpr float least_reflectance = 1e-3f;
constexpr int most_kinds = 16, most_samples = 6000, samples_of_a_kind = 300;
constexpr double least_share = 0.03;  // of a kind of land from which noise is estimated
constexpr int64_t rows_at_once = 8;

Plane logarithms(std::span<const float> band) {
  Plane logs(band.size());
  parallel_ranges(int64_t(band.size()), 1 << 14, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const float v = band[size_t(i)];
      logs[size_t(i)] = std::log(std::isnan(v) ? v : std::max(v, least_reflectance));
    }
  });
  return logs;
}

// Of each pixel the mean of the windows but one.
Plane mean_of_others(const Plane& band, size_t windows, size_t but, size_t cells) {
  Plane mean(cells, 0);
  parallel_ranges(int64_t(cells), 1 << 14, [&](int64_t begin, int64_t end) {
    std::vector<float> counts(size_t(end - begin), 0);
    for (size_t w = 0; w < windows; ++w)
      if (w != but) add_present(band.data() + w * cells + begin, end - begin, mean.data() + begin, counts.data());
    for (int64_t i = begin; i < end; ++i) mean[size_t(i)] /= counts[size_t(i - begin)];  // 0 / 0 is missing
  });
  return mean;
}

// The variables of the pixels of one window: all bands, the other windows' means of them, then the eight neighbours'
// means of both.
class Pixels {
 public:
  // logs: of each band all windows.
  Pixels(const std::vector<Plane>& logs, const Dataset& dataset, size_t window, bool others)
      : rows_(dataset.grid.rows), columns_(dataset.grid.columns), bands_(int(logs.size())) {
    const size_t cells = size_t(dataset.grid.cells());
    for (const Plane& band : logs)
      planes_.emplace_back(band.data() + window * cells, band.data() + (window + 1) * cells);
    if (!others) return;
    for (const Plane& band : logs) planes_.push_back(mean_of_others(band, dataset.windows.size(), window, cells));
  }

  int rows() const { return rows_; }
  int columns() const { return columns_; }
  int bands() const { return bands_; }
  int variables() const { return 2 * int(planes_.size()); }
  // Of the window itself alone: its bands and their neighbours.
  std::vector<int> own_variables() const {
    std::vector<int> own(size_t(2 * bands_));
    for (int b = 0; b < bands_; ++b) own[size_t(b)] = b, own[size_t(bands_ + b)] = int(planes_.size()) + b;
    return own;
  }

  // A row's pixels, as (variables, columns).
  void read_row(int row, std::vector<double>& values) const {
    values.resize(size_t(variables()) * size_t(columns_));
    const size_t planes = planes_.size(), columns = size_t(columns_);
    for (size_t p = 0; p < planes; ++p) {
      const auto line = [&](int i) { return i >= 0 && i < rows_ ? planes_[p].data() + cell(i, 0) : nullptr; };
      std::copy_n(line(row), columns, values.data() + p * columns);
      mean_neighbours(line(row - 1), line(row), line(row + 1), columns_, values.data() + (planes + p) * columns);
    }
  }

  template <class Row>
  void see(int row, int column, Row&& pixel) const {
    for (size_t p = 0; p < planes_.size(); ++p) {
      pixel[Index(p)] = double(planes_[p][cell(row, column)]);
      pixel[Index(planes_.size() + p)] = neighbours(planes_[p], row, column);
    }
  }

 private:
  size_t cell(int row, int column) const { return size_t(row) * size_t(columns_) + size_t(column); }
  double neighbours(const Plane& plane, int row, int column) const {
    double sum = 0, count = 0;
    for (int i = std::max(row - 1, 0); i <= std::min(row + 1, rows_ - 1); ++i)
      for (int j = std::max(column - 1, 0); j <= std::min(column + 1, columns_ - 1); ++j)
        if (const float v = plane[cell(i, j)]; !std::isnan(v) && (i != row || j != column)) sum += double(v), ++count;
    return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
  }

  int rows_, columns_, bands_;
  std::vector<Plane> planes_;
};

// The columns of a row's pixels whose variables, from `first` of each half on `count` of them, are all there.
std::vector<int> present(const std::vector<double>& values, int columns, int count) {
  const size_t half = values.size() / size_t(columns) / 2;
  std::vector<double> check(size_t(columns), 0);  // becomes NaN
  for (const size_t start : {size_t(0), half})
    for (size_t v = start; v < start + size_t(count); ++v)
      for (size_t j = 0; j < size_t(columns); ++j) check[j] += 0 * values[v * size_t(columns) + j];
  std::vector<int> found;
  for (int j = 0; j < columns; ++j)
    if (check[size_t(j)] == 0) found.push_back(j);
  return found;
}

// Rows of pixels whose variables are all present: all of them where they are few, else drawn with replacement.
MatrixXd samples_of(const Pixels& pixels, uint64_t stream) {
  std::vector<std::vector<int>> columns(size_t(pixels.rows()));
  parallel_ranges(pixels.rows(), rows_at_once, [&](int64_t first, int64_t last) {
    std::vector<double> values;
    for (int64_t i = first; i < last; ++i) {
      pixels.read_row(int(i), values);
      columns[size_t(i)] = present(values, pixels.columns(), pixels.variables() / 2);
    }
  });
  std::vector<std::pair<int, int>> whole;
  for (int i = 0; i < pixels.rows(); ++i)
    for (const int j : columns[size_t(i)]) whole.emplace_back(i, j);
  const bool all = whole.size() <= size_t(most_samples);
  MatrixXd samples(all ? Index(whole.size()) : Index(most_samples), pixels.variables());
  Random random(0, stream);
  for (Index s = 0; s < samples.rows(); ++s) {
    const auto [i, j] = whole[all ? size_t(s) : random.below(uint32_t(whole.size()))];
    pixels.see(i, j, samples.row(s));
  }
  return samples;
}

// The variance of each band that the other variables leave unexplained.
VectorXd unexplained(const GaussianMixture::Component& kind, int bands) {
  return kind.covariance.inverse().diagonal().head(bands).cwiseInverse();
}

VectorXd noise_variance(const GaussianMixture& land, int bands) {
  double largest = 0;
  for (const auto& kind : land.components) largest = std::max(largest, kind.share);
  VectorXd least = VectorXd::Constant(bands, std::numeric_limits<double>::infinity());
  for (const auto& kind : land.components)
    if (kind.share >= std::min(least_share, largest)) least = least.cwiseMin(unexplained(kind, bands));
  return least;
}

// The bands without noise, given all variables of `land`, of which the bands are the first.
class Filter {
 public:
  Filter(const GaussianMixture& land, const VectorXd& noise) : densities_(land), bands_(int(noise.size())) {
    const VectorXd root = noise.cwiseSqrt();
    for (const auto& kind : land.components) {
      const MatrixXd inverse = kind.covariance.inverse();
      // Of all bands together no more noise than leaves their signals a covariance.
      const MatrixXd relative = root.asDiagonal() * inverse.topLeftCorner(bands_, bands_) * root.asDiagonal();
      const double most = relative.selfadjointView<Eigen::Lower>().eigenvalues().maxCoeff();
      MatrixXd signal = kind.covariance.topRows(bands_);
      signal.diagonal() -= noise / std::max(1.0, most);
      gains_.emplace_back(signal * inverse);
      offsets_.emplace_back(kind.mean.head(bands_) - gains_.back() * kind.mean);
    }
  }

  // panel: (variables, panel_samples); bands: (bands, panel_samples). likely: room.
  void operator()(const double* panel, std::vector<double>& likely, double* bands) const {
    std::array<double, panel_samples> largest, sums;
    likely.resize(gains_.size() * panel_samples);
    densities_(panel, likely.data());
    normalise_panel(densities_.components(), likely.data(), largest.data(), sums.data());
    std::fill_n(bands, bands_ * panel_samples, 0.0);
    for (size_t k = 0; k < gains_.size(); ++k) {
      const double* own = likely.data() + k * panel_samples;
      if (std::all_of(own, own + panel_samples, [](double share) { return share == 0; })) continue;
      add_linear(gains_[k].data(), offsets_[k].data(), bands_, int(gains_[k].cols()), panel, own, bands);
    }
  }

 private:
  using Gains = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  PanelDensities densities_;
  int bands_;
  std::vector<Gains> gains_;
  std::vector<VectorXd> offsets_;
};

// Where other windows are missing, their variables are omitted.
class Denoiser {
 public:
  Denoiser(const Pixels& pixels, const GaussianMixture& land, const VectorXd& noise)
      : pixels_(pixels), whole_(land, noise), alone_(land.of(pixels.own_variables()), noise) {}

  // Writes the bands of these rows, each (rows, columns).
  void rows(int first, int last, const std::vector<float*>& bands) const {
    std::vector<int> all(size_t(pixels_.variables()));
    std::iota(all.begin(), all.end(), 0);
    const std::vector<int> own = pixels_.own_variables();
    std::vector<double> values;
    for (int row = first; row < last; ++row) {
      pixels_.read_row(row, values);
      const std::vector<int> whole = present(values, pixels_.columns(), pixels_.variables() / 2);
      write(values, all, whole, whole_, row, bands);
      if (own.size() == all.size()) continue;
      std::vector<int> alone;
      const std::vector<int> seen = present(values, pixels_.columns(), pixels_.bands());
      std::set_difference(seen.begin(), seen.end(), whole.begin(), whole.end(), std::back_inserter(alone));
      write(values, own, alone, alone_, row, bands);
    }
  }

 private:
  // The pixels of these columns of a row, from these variables.
  void write(const std::vector<double>& values, const std::vector<int>& variables, const std::vector<int>& columns,
             const Filter& filter, int row, const std::vector<float*>& bands) const {
    std::vector<double> panel(variables.size() * panel_samples), estimate(bands.size() * panel_samples), likely;
    const size_t start = size_t(row) * size_t(pixels_.columns());
    for (size_t first = 0; first < columns.size(); first += panel_samples) {
      const size_t count = std::min(columns.size() - first, size_t(panel_samples));
      for (size_t v = 0; v < variables.size(); ++v) {
        const double* line = values.data() + size_t(variables[v]) * size_t(pixels_.columns());
        for (size_t i = 0; i < panel_samples; ++i)
          panel[v * panel_samples + i] = line[columns[first + std::min(i, count - 1)]];
      }
      filter(panel.data(), likely, estimate.data());
      for (size_t b = 0; b < bands.size(); ++b)
        for (size_t i = 0; i < count; ++i)
          bands[b][start + size_t(columns[first + i])] = float(std::exp(estimate[b * panel_samples + i]));
    }
  }

  const Pixels& pixels_;
  Filter whole_, alone_;
};

}  // namespace

DenoisedBands denoise_bands(const Dataset& dataset, const std::function<void(double share)>& reached) {
  if (!dataset.has("red") || !dataset.has("nir")) return {};
  DenoisedBands result;
  std::vector<Plane> logs;
  for (const char* name : {"red", "nir", "blue", "mir"}) {
    if (!dataset.has(name)) continue;
    const Layer& band = dataset.layer(name);
    logs.push_back(logarithms(band.values));
    // A pixel without any neighbour stays as it is, and so does a window with too few pixels for a fit.
    result.layers.push_back({name + denoised_suffix, band.units, band.long_name + ", denoised", band.values});
  }
  const size_t cells = size_t(dataset.grid.cells()), windows = dataset.windows.size();
  VectorXd noise = VectorXd::Zero(Index(logs.size()));
  int estimates = 0;
  const auto denoise = [&](size_t w, bool others) {
    const Pixels pixels(logs, dataset, w, others);
    const MatrixXd samples = samples_of(pixels, w);
    const int kinds = std::min(int(samples.rows()) / samples_of_a_kind, most_kinds);
    if (kinds == 0) return false;
    const GaussianMixture land = fit_gaussian_mixture(samples, kinds, w);
    const VectorXd variance = noise_variance(land, pixels.bands());
    noise += variance.cwiseSqrt();
    ++estimates;
    const Denoiser denoiser(pixels, land, variance);
    std::vector<float*> bands;
    for (Layer& layer : result.layers) bands.push_back(layer.values.data() + w * cells);
    parallel_ranges(pixels.rows(), rows_at_once,
                    [&](int64_t first, int64_t last) { denoiser.rows(int(first), int(last), bands); });
    return true;
  };
  for (size_t w = 0; w < windows; ++w) {
    reached(double(w) / double(windows));
    if (windows == 1 || !denoise(w, true)) denoise(w, false);
  }
  if (estimates == 0) return {};
  noise /= estimates;
  result.noise.assign(noise.begin(), noise.end());
  return result;
}

}  // namespace unetsr::data
