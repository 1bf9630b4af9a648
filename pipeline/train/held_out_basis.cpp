#include "pipeline/train/held_out_basis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "data/features/features.hpp"
#include "data/footprints/sounding_cells.hpp"
#include "data/regression/linear_regression.hpp"
#include "data/splits/correlation_length.hpp"
#include "nn/network.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

int in_coarse_cells(int cells, int factor) {
  return (cells + factor - 1) / factor;
}

// How many windows have a value, of each cell.
std::vector<int32_t> windows_with(std::span<const float> values, Shape shape) {
  const size_t cells = size_t(shape.h) * size_t(shape.w);
  std::vector<int32_t> windows(cells, 0);
  for (size_t i = 0; i < values.size(); ++i) windows[i % cells] += !std::isnan(values[i]);
  return windows;
}

// How many footprints have their middle in each coarse cell.
std::vector<int32_t> soundings_of_cells(const data::SoundingCells& soundings, const data::Dataset& dataset) {
  const Shape coarse = dataset.coarse_shape();
  std::vector<int32_t> count(size_t(coarse.h) * size_t(coarse.w), 0);
  for (size_t i = 0; i < soundings.size(); ++i) {
    const int64_t cell = soundings.middle(i) % dataset.grid.cells();
    const int64_t row = cell / dataset.grid.columns / dataset.coarse_factor,
                  column = cell % dataset.grid.columns / dataset.coarse_factor;
    ++count[size_t(row * coarse.w + column)];
  }
  return count;
}

std::vector<int32_t> on_fine_cells(const std::vector<int32_t>& coarse, const data::Dataset& dataset) {
  const int columns = dataset.coarse_shape().w;
  std::vector<int32_t> fine;
  for (int i = 0; i < dataset.grid.rows; ++i)
    for (int j = 0; j < dataset.grid.columns; ++j)
      fine.push_back(coarse[size_t(i / dataset.coarse_factor * columns + j / dataset.coarse_factor)]);
  return fine;
}

// The longer sides of footprints in fine cells.
struct FootprintSides {
  int median = 0, widest = 0;
};

FootprintSides sides_of(const data::SoundingCells& soundings) {
  std::vector<int> sides;
  for (size_t i = 0; i < soundings.size(); ++i) {
    const auto& s = soundings[i];
    sides.push_back(1 + std::max(s.last_row - s.row, s.last_column - s.column));
  }
  if (sides.empty()) return {};
  std::sort(sides.begin(), sides.end());
  return {sides[sides.size() / 2], sides.back()};
}

// `factor`: the dataset's coarse factor; `soundings`: null where it has none.
Separation separation_of(const ResolvedOptions& o, int factor, const data::SoundingCells* soundings,
                         const CorrelationLengths& lengths) {
  const int radius = receptive_field_radius(nn::model_spec(o.model, 1)), errors = int(std::ceil(lengths.errors));
  if (factor == 0) return {2, 2, 0, radius, errors};
  const FootprintSides sides = soundings ? sides_of(*soundings) : FootprintSides();
  const bool coarse_cells = holds_out_coarse_cells(o.supervision);
  const auto cells = [&](int fine) { return coarse_cells ? in_coarse_cells(fine, factor) : fine; };
  const int footprint = cells(sides.median);
  if (o.supervision == Supervision::footprints) return {1, 1, footprint, cells(radius), errors};
  const int interpolated = o.supervision == Supervision::wald ? *o.wald_factor : factor;
  const int coarse = interpolated + interpolated / 2;
  const bool gridded = o.supervision != Supervision::truth;  // a known truth is not made of soundings
  return {coarse, coarse + (gridded ? cells(sides.widest) : 0), footprint, radius, errors};
}

// Of a layer, and of its residual from least squares on those of the features that the dataset has.
CorrelationLengths lengths_of(const data::Dataset& dataset, const std::string& sif, std::vector<std::string> features) {
  const std::span<const float> values = dataset.values(sif);
  CorrelationLengths lengths{data::correlation_length(values, dataset.shape()), 0};
  const std::vector<std::string> known = data::feature_names(dataset);
  std::erase_if(features,
                [&](const std::string& name) { return std::find(known.begin(), known.end(), name) == known.end(); });
  if (features.empty()) return lengths;
  const data::FeatureStack bands = data::make_features(dataset, features);
  std::vector<float> errors = data::LinearRegression(bands.view(), values, {}).predict(bands.view());
  for (size_t i = 0; i < errors.size(); ++i) errors[i] -= values[i];
  lengths.errors = data::correlation_length(errors, dataset.shape());
  return lengths;
}

}  // namespace

int receptive_field_radius(const nn::ModelSpec& spec) {
  return spec.family == nn::Family::paper_cnn ? spec.patch - 1 : (nn::receptive_field(spec) - 1) / 2;
}

int Separation::widest() const {
  return std::max({sif, footprint, network, errors});
}

std::string Separation::in_words(int buffer) const {
  const std::pair<int, const char*> reasons[] = {{errors, "the correlation length of the errors"},
                                                 {footprint, "the footprint"},
                                                 {network, "the receptive field"},
                                                 {sif, "the SIF behind inputs"}};
  std::string text = buffer > widest() ? "wider than any reason asks for" : "narrower than its reasons ask for";
  if (buffer == widest())
    for (const auto& [cells, reason] : reasons)
      if (cells == buffer) {
        text = fmt::format("decided by {}", reason);
        break;
      }
  return fmt::format("{} (errors {}, footprint {}, receptive field {}, SIF behind inputs {})", text, errors, footprint,
                     network, sif);
}

double CorrelationLengths::longer() const {
  return std::max(sif, errors);
}

CorrelationLengths correlation_lengths(const ResolvedOptions& o, const data::Dataset& dataset,
                                       const data::Dataset& training_grid) {
  if (dataset.coarse_factor == 0)
    return lengths_of(training_grid, data::target_layer, {"sif", "ndvi", "evi", "nir", "red"});
  CorrelationLengths lengths = lengths_of(dataset.coarse(), data::coarse_layer, {"ndvi", "evi", "nir", "red", "nirv"});
  if (!holds_out_coarse_cells(o.supervision))
    lengths.sif *= dataset.coarse_factor, lengths.errors *= dataset.coarse_factor;
  return lengths;
}

Shape split_shape(const ResolvedOptions& o, const data::Dataset& dataset, const data::Dataset& training_grid) {
  return o.supervision == Supervision::footprints ? dataset.coarse_shape() : training_grid.shape();
}

HeldOutBasis held_out_basis(const ResolvedOptions& o, const data::Dataset& dataset, const data::Dataset& training_grid,
                            const SoundingSource* source) {
  HeldOutBasis basis;
  constexpr size_t enough = 50000;  // to measure the sides of footprints
  std::optional<data::SoundingCells> soundings;
  if (source)
    soundings.emplace(source->some(enough));
  else if (dataset.coarse_factor > 0 && dataset.soundings.size() > 0)
    soundings.emplace(dataset);
  basis.values = source                       ? source->counts()
                 : dataset.coarse_factor == 0 ? windows_with(training_grid.values(data::target_layer), dataset.shape())
                 : soundings                  ? soundings_of_cells(*soundings, dataset)
                             : windows_with(dataset.coarse().values(data::coarse_layer), dataset.coarse_shape());
  if (dataset.coarse_factor > 0 && !holds_out_coarse_cells(o.supervision))
    basis.values = on_fine_cells(basis.values, dataset);
  basis.lengths = correlation_lengths(o, dataset, training_grid);
  basis.separation = separation_of(o, dataset.coarse_factor, soundings ? &*soundings : nullptr, basis.lengths);
  return basis;
}

}  // namespace unetsr::pipeline
