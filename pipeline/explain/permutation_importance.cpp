#include "pipeline/explain/permutation_importance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "data/features/block_permutation.hpp"
#include "data/features/feature_groups.hpp"
#include "data/features/features.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/report/numbers.hpp"

namespace unetsr::pipeline {
namespace {

constexpr double least_blocks = 30;  // of held-out cells in a window

// Of all windows the one with the fewest held-out cells has to have blocks enough.
int block_side(const HeldOutMaps& h) {
  double fewest = double(h.grid.cells());
  for (const int window : h.windows) {
    const data::Mask cells = h.cells_of(window);
    fewest = std::min(fewest, double(std::count(cells.begin(), cells.end(), 1)));
  }
  return std::max(1, int(std::min(std::ceil(h.correlation_length), std::floor(std::sqrt(fewest / least_blocks)))));
}

// Whether the cells of some window can change places.
bool some_move(const HeldOutMaps& h, int side) {
  return std::any_of(h.windows.begin(), h.windows.end(), [&](int window) {
    return data::chosen_blocks(h.cells_of(window), h.grid.rows, h.grid.columns, side) > 1;
  });
}

// The numbers of these channels among all.
std::vector<size_t> places_of(const std::vector<std::string>& channels, const std::vector<std::string>& all) {
  std::vector<size_t> places;
  for (const std::string& channel : channels)
    places.push_back(size_t(std::find(all.begin(), all.end(), channel) - all.begin()));
  return places;
}

// Gives each chosen cell i the channels of the cell source(i).
template <class Source>
void take_from(const MapInputs& original, const data::Mask& cells, const Source& source,
               const std::vector<size_t>& channels, MapInputs& to) {
  const size_t width = original.channels.names.size();
  for (size_t i = 0; i < cells.size(); ++i)
    if (cells[i])
      for (const size_t c : channels)
        to.channels.values[i * width + c] = original.channels.values[source(i) * width + c];
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
  std::vector<Row> rows = rows_of(input_channels(h.mapper.features));
  if (!some_move(h, result.block_cells)) throw Error("too few cells are held out for their channels to be permuted");
  const std::unique_ptr<VariantScores> scores = h.scores(1 + size_t(draws) * rows.size());
  Progress progress(output, "permute channels", long(h.windows.size() * rows.size()) * draws);
  progress.update(0);
  long done = 0;
  for (const int window : h.windows) {
    const std::vector<MapInputs> inputs = h.inputs(window);
    const data::Mask cells = h.cells_of(window);
    scores->add(0, window, cells, h.maps(window, inputs));
    std::vector<MapInputs> permuted = inputs;
    for (size_t draw = 0; draw < size_t(draws); ++draw) {
      const std::vector<int64_t> sources =
          data::permute_blocks(cells, {1, h.grid.rows, h.grid.columns, 1}, result.block_cells, seed + draw, window);
      const auto drawn = [&](size_t i) { return size_t(sources[i]); };
      const auto own = [](size_t i) { return i; };
      for (size_t r = 0; r < rows.size(); ++r) {
        stop_if_interrupted();
        for (size_t k = 0; k < permuted.size(); ++k) take_from(inputs[k], cells, drawn, rows[r].places, permuted[k]);
        scores->add(1 + draw * rows.size() + r, window, cells, h.maps(window, permuted));
        for (size_t k = 0; k < permuted.size(); ++k) take_from(inputs[k], cells, own, rows[r].places, permuted[k]);
        progress.update(++done);
      }
    }
  }
  result.unpermuted = scores->metrics(0);
  for (size_t draw = 0; draw < size_t(draws); ++draw)
    for (size_t r = 0; r < rows.size(); ++r) {
      const data::Metrics m = scores->metrics(1 + draw * rows.size() + r);
      rows[r].rises.push_back(m.rmse - result.unpermuted.rmse);
      rows[r].falls.push_back(result.unpermuted.r2 - m.r2);
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
