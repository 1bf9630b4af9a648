#include "data/footprints/gridding.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "data/dataset/missing.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

double squared(double v) {
  return v * v;
}

}  // namespace

void WindowGridder::Sums::resize(size_t cells, bool nearest) {
  weight.assign(cells, 0);
  value.assign(cells, 0);
  variance.assign(cells, 0);
  count.assign(cells, 0);
  if (nearest) distance.assign(cells, std::numeric_limits<double>::infinity());
}

WindowGridder::WindowGridder(const Grid& fine, int factor, GriddingMethod method, std::vector<FineBand> bands)
    : placer_(fine), coarse_grid_(coarsened(fine, factor)), factor_(factor), method_(method), bands_(std::move(bands)) {
  fine_.resize(size_t(fine.cells()), method == GriddingMethod::nearest);
  coarse_.resize(size_t(coarse_grid_.cells()), method == GriddingMethod::nearest);
  band_values_.assign(bands_.size(), std::vector<double>(size_t(coarse_grid_.cells()), 0.0));
  band_weights_ = band_values_;
}

// A coarse cell's share of the footprint is the sum of its fine cells'.
void WindowGridder::to_blocks(Shares& shares) const {
  const Grid& grid = placer_.grid();
  for (const CellShare& share : shares.fine) {
    const int64_t row = share.cell / grid.columns / factor_, column = share.cell % grid.columns / factor_;
    const int64_t block = row * coarse_grid_.columns + column;
    const auto known =
        std::find_if(shares.coarse.begin(), shares.coarse.end(), [&](const CellShare& c) { return c.cell == block; });
    const double overlap = share.overlap / (factor_ * factor_);
    if (known != shares.coarse.end())
      known->overlap += overlap;
    else
      shares.coarse.push_back({block, overlap});
  }
}

WindowGridder::Shares WindowGridder::shares_of(const Soundings& s, size_t i) const {
  Shares shares;
  std::vector<Outline> outlines;
  shares.placement = placer_.place(s, i, outlines);
  if (shares.placement != Placement::inside) return shares;
  const Grid& grid = placer_.grid();
  for (const Outline& outline : outlines) overlaps(outline, grid.rows, grid.columns, shares.fine);
  double covered = 0;
  for (const CellShare& share : shares.fine) covered += share.overlap;
  for (const FineBand& band : bands_) {
    double sum = 0, weight = 0;
    for (const CellShare& share : shares.fine) {
      const float v = band.values[size_t(share.cell)];
      if (!std::isnan(v)) sum += share.overlap * double(v), weight += share.overlap;
    }
    shares.bands.push_back(weight > 0 && 2 * weight >= covered ? sum / weight
                                                               : std::numeric_limits<double>::quiet_NaN());
  }
  to_blocks(shares);
  const bool placed = placer_.centre(s, i, shares.x, shares.y);
  if (method_ == GriddingMethod::centre) {
    shares.fine.clear(), shares.coarse.clear();
    if (placed && shares.x >= 0 && shares.x < grid.columns && shares.y >= 0 && shares.y < grid.rows) {
      const int64_t row = int64_t(shares.y), column = int64_t(shares.x);
      shares.fine.push_back({row * grid.columns + column, 1});
      shares.coarse.push_back({row / factor_ * coarse_grid_.columns + column / factor_, 1});
    }
  }
  if (shares.fine.empty()) shares.placement = Placement::outside;
  return shares;
}

bool WindowGridder::accumulate(Sums& sums, const CellShare& share, double value, double error, double distance) const {
  const size_t cell = size_t(share.cell);
  sums.count[cell] += 1;
  if (method_ == GriddingMethod::nearest) {
    if (distance >= sums.distance[cell]) return false;
    sums.distance[cell] = distance;
    sums.weight[cell] = 1, sums.value[cell] = value, sums.variance[cell] = squared(error);
    return true;
  }
  sums.weight[cell] += share.overlap;
  sums.value[cell] += share.overlap * value;
  sums.variance[cell] += squared(share.overlap * error);
  return true;
}

std::vector<size_t> WindowGridder::add(const Soundings& s, std::span<const size_t> chosen, Counts& counts) {
  constexpr size_t batch = 8192;  // bounds what the shares take
  std::vector<size_t> placed;
  std::vector<Shares> shares;
  const int fine_columns = placer_.grid().columns;
  for (size_t first = 0; first < chosen.size(); first += batch) {
    const size_t count = std::min(batch, chosen.size() - first);
    shares.assign(count, {});
    parallel_ranges(int64_t(count), 256, [&](int64_t begin, int64_t end) {
      for (int64_t k = begin; k < end; ++k) shares[size_t(k)] = shares_of(s, chosen[first + size_t(k)]);
    });
    for (size_t k = 0; k < count; ++k) {
      const Shares& own = shares[k];
      const size_t i = chosen[first + k];
      ++(own.placement == Placement::inside      ? counts.placed
         : own.placement == Placement::over_pole ? counts.over_pole
         : own.placement == Placement::off_map   ? counts.off_map
                                                 : counts.outside);
      if (own.placement != Placement::inside) continue;
      placed.push_back(i);
      const double value = s.sif[i], error = s.error[i];
      for (const CellShare& share : own.fine)
        accumulate(fine_, share, value, error,
                   squared(own.x - (double(share.cell % fine_columns) + 0.5)) +
                       squared(own.y - (double(share.cell / fine_columns) + 0.5)));
      for (const CellShare& share : own.coarse) {
        const size_t cell = size_t(share.cell);
        const double column = (double(share.cell % coarse_grid_.columns) + 0.5) * factor_,
                     row = (double(share.cell / coarse_grid_.columns) + 0.5) * factor_;
        const bool stands = accumulate(coarse_, share, value, error, squared(own.x - column) + squared(own.y - row));
        for (size_t b = 0; b < bands_.size(); ++b) {
          if (method_ == GriddingMethod::nearest && stands) band_values_[b][cell] = band_weights_[b][cell] = 0;
          if (!stands || std::isnan(own.bands[b])) continue;
          const double weight = method_ == GriddingMethod::nearest ? 1 : share.overlap;
          band_values_[b][cell] += weight * own.bands[b];
          band_weights_[b][cell] += weight;
        }
      }
    }
  }
  return placed;
}

WindowGridder::Image WindowGridder::image(const Sums& sums) const {
  const size_t cells = sums.weight.size();
  Image image{std::vector<float>(cells, missing), std::vector<float>(cells, missing), std::vector<float>(cells, 0.0f)};
  for (size_t i = 0; i < cells; ++i) {
    if (sums.weight[i] < 0.5) continue;
    image.mean[i] = float(sums.value[i] / sums.weight[i]);
    image.error[i] = float(std::sqrt(sums.variance[i]) / sums.weight[i]);
    image.count[i] = sums.count[i];
  }
  return image;
}

std::vector<float> WindowGridder::coarse_band(const std::string& name) const {
  const auto found = std::find_if(bands_.begin(), bands_.end(), [&](const FineBand& b) { return b.name == name; });
  if (found == bands_.end()) throw Error("no band '" + excerpt(name) + "' is gridded");
  const size_t band = size_t(found - bands_.begin());
  std::vector<float> mean(coarse_.weight.size(), missing);
  for (size_t i = 0; i < mean.size(); ++i)
    if (coarse_.weight[i] >= 0.5 && 2 * band_weights_[band][i] >= coarse_.weight[i])
      mean[i] = float(band_values_[band][i] / band_weights_[band][i]);
  return mean;
}

}  // namespace unetsr::data
