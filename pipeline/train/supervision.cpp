#include "pipeline/train/supervision.hpp"

#include <algorithm>

#include "data/dataset/dataset_header.hpp"
#include "data/dataset/scales.hpp"
#include "kernels/error.hpp"
#include "pipeline/inputs/isolated_readers.hpp"

namespace unetsr::pipeline {

Supervision default_supervision(const data::Dataset& dataset) {
  if (dataset.coarse_factor == 0) return Supervision::gridded;
  return dataset.soundings.size() > 0 ? Supervision::footprints : Supervision::wald;
}

data::Dataset training_grid(const data::Dataset& dataset, Supervision supervision, std::optional<int> factor) {
  if (dataset.coarse_factor == 0) {
    if (supervision != Supervision::gridded)
      throw UsageError("--supervision " + to_string(supervision) +
                       " needs a dataset of granules; this one, of tables, has its fine SIF: gridded");
    return dataset;
  }
  if (supervision != Supervision::wald) return data::fine_scale(dataset);
  if (factor && *factor < 2) throw UsageError("--wald-factor must be 2 or more");
  return data::wald_scale(dataset, factor.value_or(dataset.coarse_factor));
}

bool holds_out_coarse_cells(Supervision supervision) {
  return supervision == Supervision::footprints || supervision == Supervision::wald;
}

Conservation own_conservation(const ResolvedOptions& o) {
  return o.supervision == Supervision::footprints ? Conservation::footprints : Conservation::none;
}

data::Layer truth_layer(const std::string& pattern, const data::Dataset& dataset) {
  if (dataset.coarse_factor == 0)
    throw UsageError("--truth is for datasets of granules; tables hold the fine SIF that maps are scored against");
  return isolated::auxiliary_layer({"truth", pattern, 1, data::Resampling::nearest}, dataset).layer;
}

data::Mask fine_mask(const data::Dataset& dataset, const data::Mask& coarse) {
  const data::Grid grid = data::coarsened(dataset.grid, dataset.coarse_factor);
  const Shape fine = dataset.shape();
  data::Mask mask(size_t(fine.size()), 0);
  for (int64_t row = 0; row < int64_t(fine.n) * fine.h; ++row)
    for (int j = 0; j < fine.w; ++j) {
      const int64_t window = row / fine.h, i = row % fine.h / dataset.coarse_factor;
      mask[size_t(row * fine.w + j)] =
          coarse[size_t((window * grid.rows + i) * grid.columns + j / dataset.coarse_factor)];
    }
  return mask;
}

data::Mask coarse_mask(const data::Dataset& dataset, const data::Mask& fine) {
  const data::Grid grid = data::coarsened(dataset.grid, dataset.coarse_factor);
  const Shape shape = dataset.shape();
  data::Mask mask(size_t(int64_t(shape.n) * grid.rows * grid.columns), 1);
  for (int64_t row = 0; row < int64_t(shape.n) * shape.h; ++row)
    for (int j = 0; j < shape.w; ++j) {
      const int64_t window = row / shape.h, i = row % shape.h / dataset.coarse_factor;
      mask[size_t((window * grid.rows + i) * grid.columns + j / dataset.coarse_factor)] &=
          fine[size_t(row * shape.w + j)];
    }
  return mask;
}

data::Mask fine_cells(const data::Split& split, data::Role role, int window, const data::Dataset& header,
                      bool of_coarse_cells) {
  const size_t cells = size_t(split.rows) * size_t(split.columns);
  const auto first = split.roles.begin() + std::ptrdiff_t(size_t(window) * cells);
  data::Mask mask(cells);
  std::transform(first, first + std::ptrdiff_t(cells), mask.begin(), [role](data::Role r) { return r == role; });
  return of_coarse_cells ? fine_mask(header_of(header, window), mask) : mask;
}

data::Split fine_split(const data::Split& coarse, const data::Dataset& dataset) {
  data::Split fine{coarse.description, coarse.windows, dataset.grid.rows, dataset.grid.columns, {}};
  data::Mask roles(coarse.roles.size());
  for (size_t i = 0; i < roles.size(); ++i) roles[i] = uint8_t(coarse.roles[i]);
  for (const uint8_t role : fine_mask(dataset, roles)) fine.roles.push_back(data::Role(role));
  return fine;
}

}  // namespace unetsr::pipeline
