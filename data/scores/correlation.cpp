#include "data/scores/correlation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

double pearson(std::span<const float> a, std::span<const float> b, std::span<const uint8_t> cells) {
  const auto counts = [&](size_t i) { return (cells.empty() || cells[i]) && !std::isnan(a[i]) && !std::isnan(b[i]); };
  int64_t n = 0;
  double sum_a = 0, sum_b = 0;
  for (size_t i = 0; i < a.size(); ++i)
    if (counts(i)) {
      sum_a += a[i];
      sum_b += b[i];
      ++n;
    }
  const double mean_a = sum_a / double(n), mean_b = sum_b / double(n);
  double aa = 0, bb = 0, ab = 0;
  for (size_t i = 0; i < a.size(); ++i)
    if (counts(i)) {
      aa += (a[i] - mean_a) * (a[i] - mean_a);
      bb += (b[i] - mean_b) * (b[i] - mean_b);
      ab += (a[i] - mean_a) * (b[i] - mean_b);
    }
  if (n < 3 || !(aa > 0) || !(bb > 0)) return std::numeric_limits<double>::quiet_NaN();
  return ab / std::sqrt(aa * bb);
}

void require_mask(const Dataset& dataset, const Mask& cells) {
  if (!cells.empty() && int64_t(cells.size()) != dataset.shape().size())
    throw ShapeError("correlation: a mask of " + std::to_string(cells.size()) + " cells for a dataset of " +
                     std::to_string(dataset.shape().size()));
}

// The part of an array over all windows that belongs to one of them; all of it without `window`.
template <class T>
std::span<const T> part(const Dataset& dataset, std::span<const T> all, std::optional<int> window) {
  if (all.empty() || !window) return all;
  const size_t cells = size_t(dataset.grid.cells());
  if (*window < 0 || size_t(*window) >= dataset.windows.size())
    throw UsageError("correlation: the dataset has no window " + std::to_string(*window));
  return all.subspan(size_t(*window) * cells, cells);
}

double pearson(const Dataset& dataset, const std::string& a, const std::string& b, std::optional<int> window,
               const Mask& cells) {
  return pearson(part(dataset, dataset.values(a), window), part(dataset, dataset.values(b), window),
                 part(dataset, std::span<const uint8_t>(cells), window));
}

}  // namespace

double pearson(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size())
    throw ShapeError("pearson: " + std::to_string(a.size()) + " and " + std::to_string(b.size()) + " values");
  return pearson(a, b, {});
}

CorrelationMatrix correlation_matrix(const Dataset& dataset, std::span<const std::string> names,
                                     std::optional<int> window, const Mask& cells) {
  require_mask(dataset, cells);
  CorrelationMatrix matrix{{names.begin(), names.end()}, std::vector<double>(names.size() * names.size())};
  for (size_t i = 0; i < names.size(); ++i)
    for (size_t j = 0; j <= i; ++j)
      matrix.r[i * names.size() + j] = matrix.r[j * names.size() + i] =
          pearson(dataset, names[i], names[j], window, cells);
  return matrix;
}

std::vector<BandCorrelation> correlations_with_target(const Dataset& dataset, std::span<const std::string> names,
                                                      const Mask& cells) {
  require_mask(dataset, cells);
  std::vector<BandCorrelation> result;
  for (const std::string& name : names) {
    BandCorrelation& band = result.emplace_back();
    band.name = name;
    band.pooled = pearson(dataset, name, target_layer, {}, cells);
    for (int w = 0; w < int(dataset.windows.size()); ++w)
      band.per_window.push_back(pearson(dataset, name, target_layer, w, cells));
  }
  return result;
}

std::vector<std::string> auxiliary_bands(const Dataset& dataset, bool coarse) {
  std::vector<std::string> names;
  for (const Layer& layer : dataset.layers)
    if (!layer.name.starts_with("sif") && layer.name.ends_with("_coarse") == coarse) names.push_back(layer.name);
  return names;
}

std::vector<std::string> most_correlated(const Dataset& dataset, std::span<const std::string> names, int count,
                                         const Mask& cells) {
  std::vector<BandCorrelation> bands = correlations_with_target(dataset, names, cells);
  std::erase_if(bands, [](const BandCorrelation& band) { return std::isnan(band.pooled); });
  if (count < 1 || size_t(count) > bands.size())
    throw UsageError("cannot choose the " + std::to_string(count) + " most correlated of " +
                     std::to_string(bands.size()) + " bands");
  std::stable_sort(bands.begin(), bands.end(),
                   [](const auto& a, const auto& b) { return std::abs(a.pooled) > std::abs(b.pooled); });
  std::vector<std::string> chosen;
  for (int i = 0; i < count; ++i) chosen.push_back(bands[size_t(i)].name);
  return chosen;
}

}  // namespace unetsr::data
