#include "data/features/denoising.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/dataset/missing.hpp"
#include "data/features/gaussian_mixture.hpp"
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
  Plane logs(band.begin(), band.end());
  for (float& v : logs) v = std::log(std::isnan(v) ? v : std::max(v, least_reflectance));
  return logs;
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
    for (const Plane& band : logs) {
      Plane mean(cells);
      for (size_t i = 0; i < cells; ++i) {
        float sum = 0, count = 0;
        for (size_t w = 0; w < dataset.windows.size(); ++w)
          if (const float v = band[w * cells + i]; w != window && !std::isnan(v)) sum += v, ++count;
        mean[i] = count > 0 ? sum / count : missing;
      }
      planes_.push_back(std::move(mean));
    }
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

// Rows of pixels whose variables are all present: all of them where they are few, else drawn with replacement.
MatrixXd samples_of(const Pixels& pixels, uint64_t stream) {
  VectorXd pixel(pixels.variables());
  std::vector<std::pair<int, int>> whole;
  for (int i = 0; i < pixels.rows(); ++i)
    for (int j = 0; j < pixels.columns(); ++j) {
      pixels.see(i, j, pixel);
      if (pixel.allFinite()) whole.emplace_back(i, j);
    }
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
  Filter(GaussianMixture land, const VectorXd& noise) : land_(std::move(land)), bands_(noise.size()) {
    const VectorXd root = noise.cwiseSqrt();
    for (const auto& kind : land_.components) {
      const MatrixXd inverse = kind.covariance.inverse();
      // Of all bands together no more noise than leaves their signals a covariance.
      const MatrixXd relative = root.asDiagonal() * inverse.topLeftCorner(bands_, bands_) * root.asDiagonal();
      const double most = relative.selfadjointView<Eigen::Lower>().eigenvalues().maxCoeff();
      MatrixXd signal = kind.covariance.topRows(bands_);
      signal.diagonal() -= noise / std::max(1.0, most);
      gains_.push_back(signal * inverse);
    }
  }

  MatrixXd operator()(const MatrixXd& pixels) const {
    const MatrixXd likely = land_.responsibilities(pixels);
    MatrixXd bands = MatrixXd::Zero(pixels.rows(), bands_);
    for (size_t k = 0; k < gains_.size(); ++k) {
      const auto& mean = land_.components[k].mean;
      const MatrixXd of_kind =
          ((pixels.rowwise() - mean.transpose()) * gains_[k].transpose()).rowwise() + mean.head(bands_).transpose();
      bands.array() += of_kind.array().colwise() * likely.col(Index(k)).array();
    }
    return bands;
  }

 private:
  GaussianMixture land_;
  Index bands_;
  std::vector<MatrixXd> gains_;
};

// Where other windows are missing, their variables are omitted.
class Denoiser {
 public:
  Denoiser(const Pixels& pixels, const GaussianMixture& land, const VectorXd& noise)
      : pixels_(pixels), own_(pixels.own_variables()), whole_(land, noise), alone_(land.of(own_), noise) {}

  // Writes the bands of these rows, each (rows, columns).
  void rows(int first, int last, const std::vector<float*>& bands) const {
    MatrixXd seen(Index(last - first) * pixels_.columns(), pixels_.variables());
    std::vector<Index> whole, alone;
    for (Index p = 0; p < seen.rows(); ++p) {
      pixels_.see(first + int(p / pixels_.columns()), int(p % pixels_.columns()), seen.row(p));
      if (seen.row(p).allFinite())
        whole.push_back(p);
      else if (seen.row(p)(own_).allFinite())
        alone.push_back(p);
    }
    const size_t start = size_t(first) * size_t(pixels_.columns());
    const auto write = [&](const std::vector<Index>& which, const MatrixXd& estimate) {
      for (size_t i = 0; i < which.size(); ++i)
        for (Index b = 0; b < estimate.cols(); ++b)
          bands[size_t(b)][start + size_t(which[i])] = float(std::exp(estimate(Index(i), b)));
    };
    if (!whole.empty()) write(whole, whole_(seen(whole, Eigen::all)));
    if (!alone.empty()) write(alone, alone_(seen(alone, own_)));
  }

 private:
  const Pixels& pixels_;
  std::vector<int> own_;
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
