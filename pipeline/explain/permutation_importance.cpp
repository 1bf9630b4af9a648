#include "pipeline/explain/permutation_importance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "data/features/block_permutation.hpp"
#include "data/features/feature_groups.hpp"
#include "data/features/features.hpp"
#include "data/splits/correlation_length.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/report/numbers.hpp"

namespace unetsr::pipeline {
namespace {

constexpr double least_blocks = 30;  // of held-out cells in a window

// Of all windows the one with the fewest held-out cells has to have blocks enough.
int block_side(const HeldOutMaps& h) {
  const size_t image = size_t(h.scored_grid.grid.cells());
  double fewest = double(image);
  for (const int window : h.windows) {
    const auto first = h.cells.begin() + std::ptrdiff_t(size_t(window) * image);
    fewest = std::min(fewest, double(std::count(first, first + std::ptrdiff_t(image), 1)));
  }
  const double length = data::correlation_length(h.scored_grid.values(data::coarse_layer), h.scored_grid.shape());
  return std::max(1, int(std::min(std::ceil(length), std::floor(std::sqrt(fewest / least_blocks)))));
}

// The numbers of these channels among all.
std::vector<size_t> places_of(const std::vector<std::string>& channels, const std::vector<std::string>& all) {
  std::vector<size_t> places;
  for (const std::string& channel : channels)
    places.push_back(size_t(std::find(all.begin(), all.end(), channel) - all.begin()));
  return places;
}

// Gives each chosen cell the channels of its source.
void permute(const MapInputs& original, const data::Mask& cells, const std::vector<int64_t>& sources,
             const std::vector<size_t>& channels, MapInputs& permuted) {
  const size_t width = original.channels.names.size();
  for (size_t i = 0; i < cells.size(); ++i)
    if (cells[i])
      for (const size_t c : channels)
        permuted.channels.values[i * width + c] = original.channels.values[size_t(sources[i]) * width + c];
}

void restore(const MapInputs& original, const data::Mask& cells, const std::vector<size_t>& channels,
             MapInputs& permuted) {
  const size_t width = original.channels.names.size();
  for (size_t i = 0; i < cells.size(); ++i)
    if (cells[i])
      for (const size_t c : channels) permuted.channels.values[i * width + c] = original.channels.values[i * width + c];
}

struct Row {
  report::FeatureImportance importance;
  std::vector<size_t> places;
  std::vector<double> rises, falls;
};

std::vector<Row> rows_of(const std::vector<std::string>& all) {
  std::vector<std::string> features = all;
  for (const std::string& valid : data::validity_channels(all)) std::erase(features, valid);
  std::vector<Row> rows;
  const auto add = [&](const std::string& name, const std::vector<std::string>& channels) {
    Row row;
    row.importance.feature = name;
    row.importance.channels = channels;
    row.places = places_of(channels, all);
    rows.push_back(std::move(row));
  };
  for (const std::string& name : features) add(name, {name});
  for (const data::FeatureGroup& group : data::feature_groups(features)) add(group.name, group.channels);
  return rows;
}

// 0 of a single draw: its spread is not known.
double spread(const std::vector<double>& values) {
  return values.size() > 1 ? report::standard_deviation(values) : 0;
}

}  // namespace

PermutationImportance permutation_importance(const HeldOutMaps& h, int draws, uint64_t seed, const Output& output) {
  PermutationImportance result;
  result.block_cells = block_side(h);
  std::vector<Row> rows = rows_of(h.inputs.front().channels.names);
  Progress progress(output, "permute channels", long(rows.size()) * draws);
  progress.update(0);
  result.unpermuted = h.metrics(h.maps(h.inputs));
  std::vector<MapInputs> permuted = h.inputs;
  long done = 0;
  for (int draw = 0; draw < draws; ++draw) {
    const std::vector<int64_t> sources =
        data::permute_blocks(h.cells, h.scored_grid.shape(), result.block_cells, seed + uint64_t(draw));
    bool moves = false;
    for (size_t i = 0; i < sources.size() && !moves; ++i) moves = sources[i] != int64_t(i);
    if (!moves) throw Error("too few cells are held out for their channels to be permuted");
    for (Row& row : rows) {
      stop_if_interrupted();
      for (size_t k = 0; k < permuted.size(); ++k) permute(h.inputs[k], h.cells, sources, row.places, permuted[k]);
      const data::Metrics m = h.metrics(h.maps(permuted));
      for (size_t k = 0; k < permuted.size(); ++k) restore(h.inputs[k], h.cells, row.places, permuted[k]);
      row.rises.push_back(m.rmse - result.unpermuted.rmse);
      row.falls.push_back(result.unpermuted.r2 - m.r2);
      progress.update(++done);
    }
  }
  for (Row& row : rows) {
    row.importance.rmse_rise = report::mean(row.rises), row.importance.rmse_rise_sd = spread(row.rises);
    row.importance.r2_fall = report::mean(row.falls), row.importance.r2_fall_sd = spread(row.falls);
    result.features.push_back(std::move(row.importance));
  }
  std::stable_sort(result.features.begin(), result.features.end(),
                   [](const auto& a, const auto& b) { return a.rmse_rise > b.rmse_rise; });
  return result;
}

}  // namespace unetsr::pipeline
