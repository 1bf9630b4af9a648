#include "pipeline/explain/held_out_maps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>
#include <utility>

#include "data/dataset/dataset_header.hpp"
#include "data/dataset/missing.hpp"
#include "data/dataset/resample.hpp"
#include "data/dataset/scales.hpp"
#include "data/scores/score_sums.hpp"
#include "data/splits/correlation_length.hpp"
#include "kernels/error.hpp"
#include "pipeline/explain/held_out_soundings.hpp"
#include "pipeline/explain/window_inputs.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

class CellScores : public VariantScores {
 public:
  CellScores(std::function<std::vector<float>(int window)> target, size_t variants)
      : target_of_(std::move(target)), sums_(variants) {}

  void add(size_t variant, int window, const data::Mask& cells, const Maps& maps) override {
    if (window != window_) target_ = target_of_(window), window_ = window;
    for (size_t i = 0; i < cells.size(); ++i)
      if (cells[i]) sums_[variant].add(maps.front()[i], target_[i]);
  }
  data::Metrics metrics(size_t variant) const override { return data::metrics_of(sums_[variant]); }

 private:
  std::function<std::vector<float>(int window)> target_of_;
  std::vector<data::ScoreSums> sums_;
  int window_ = -1;
  std::vector<float> target_;
};

data::Part united(const data::Part& a, const data::Part& b) {
  if (a.rows == 0 || b.rows == 0) return a.rows == 0 ? b : a;
  const int row = std::min(a.row, b.row), column = std::min(a.column, b.column);
  return {row, column, std::max(a.row + a.rows, b.row + b.rows) - row,
          std::max(a.column + a.columns, b.column + b.columns) - column};
}

[[noreturn]] void refuse_without_cells(const FinishedRun& run, const ScoredSplit& scored, const std::string& window) {
  throw UsageError(fmt::format("{}: holds out {}, which has no cell to score{}", run.directory.string(),
                               scored.split.description, window.empty() ? "" : " in --window " + window));
}

// Of the coarse SIF as fine cells have it.
double correlation_length_of(const data::DatasetFile& file, const data::ArrayStore& store) {
  const data::Dataset& header = file.description();
  const Shape window{1, header.grid.rows, header.grid.columns, 1};
  data::StoredArray<float> sif(store);
  for (int w = 0; w < int(header.windows.size()); ++w) {
    const data::Dataset coarse = file.read_block({w, 1}, whole(header.grid), {{}, {data::coarse_layer}}).coarse();
    sif.append(
        data::refine(coarse.values(data::coarse_layer), window, header.coarse_factor, data::Interpolation::bilinear));
    sif.release();
  }
  return data::correlation_length(sif, {int(header.windows.size()), window.h, window.w, 1});
}

// Maps of the file's fine cells, from soundings of all days.
void map_by_window(const data::DatasetFile& file, HeldOutMaps& h) {
  h.grid = file.description().grid;
  h.inputs_of_all_days = [&file, mapper = h.mapper](int window) { return window_inputs(mapper, file, window); };
  h.inputs = [of = h.inputs_of_all_days](int window) { return std::vector<MapInputs>{of(window)}; };
}

void score_on_truth(const FinishedRun& run, const data::Split& split, const data::DatasetFile& file,
                    const std::string& truth, const std::vector<int>& asked, const data::ArrayStore& store,
                    HeldOutMaps& h) {
  const data::Dataset& header = file.description();
  const auto target = [&header, truth](int window) {
    return truth_layer(truth, data::header_of(header, window)).values;
  };
  const bool coarse = holds_out_coarse_cells(run.options.supervision);
  h.scored_against = report::ScoredAgainst::truth;
  h.scores = [target](size_t variants) { return scores_on_cells(target, variants); };
  map_by_window(file, h);
  find_cells(
      asked, [&](int window) { return fine_cells(split, data::Role::test, window, header, coarse); }, target, store, h);
  h.correlation_length = correlation_length_of(file, store);
}

void score_on_soundings(const FinishedRun& run, const data::Split& split, const data::DatasetFile& file,
                        const std::vector<int>& asked, const data::ArrayStore& store, HeldOutMaps& h) {
  const data::Dataset& header = file.description();
  const auto soundings = std::make_shared<const HeldOutSoundings>(file, split, run, store);
  h.scored_against = report::ScoredAgainst::soundings;
  h.scores = [soundings](size_t variants) { return soundings->scores(variants); };
  map_by_window(file, h);
  if (h.mapper.uses_coarse_sif())
    h.inputs = [&file, mapper = h.mapper, soundings](int window) {
      return std::vector<MapInputs>{window_inputs(mapper, file, window, &soundings->coarse_sif(0)),
                                    window_inputs(mapper, file, window, &soundings->coarse_sif(1))};
    };
  find_cells(
      asked, [&](int window) { return fine_cells(split, data::Role::test, window, header, true); }, {}, store, h);
  h.correlation_length = correlation_length_of(file, store);
}

// Of the grid that the run learnt on, which is held.
void score_on_target(const FinishedRun& run, const data::Split& split, const data::DatasetFile& file,
                     const std::vector<int>& asked, const data::ArrayStore& store, HeldOutMaps& h) {
  const auto scored = std::make_shared<const data::Dataset>(
      training_grid(file.read_all(), run.options.supervision, run.options.wald_factor));
  const auto inputs = std::make_shared<const MapInputs>(h.mapper.inputs_of(*scored));
  h.grid = scored->grid;
  const size_t cells = size_t(h.grid.cells());
  h.inputs_of_all_days = [inputs, cells, part = whole(h.grid)](int window) {
    const auto guess = std::span(inputs->first_guess).subspan(size_t(window) * cells, cells);
    return MapInputs{part_of(inputs->channels, window, part), {guess.begin(), guess.end()}};
  };
  h.inputs = [of = h.inputs_of_all_days](int window) { return std::vector<MapInputs>{of(window)}; };
  const auto target = [scored, cells](int window) {
    const auto own = std::span(scored->values(data::target_layer)).subspan(size_t(window) * cells, cells);
    return std::vector<float>(own.begin(), own.end());
  };
  h.scores = [target](size_t variants) { return scores_on_cells(target, variants); };
  find_cells(
      asked, [&](int window) { return fine_cells(split, data::Role::test, window, *scored, false); }, target, store, h);
  h.correlation_length = data::correlation_length(scored->values(data::coarse_layer), scored->shape());
}

}  // namespace

data::Mask HeldOutMaps::cells_of(int window) const {
  const size_t count = size_t(grid.cells()), first = size_t(window) * count;
  const auto own = cells.span().subspan(first, count);
  data::Mask mask(own.begin(), own.end());
  cells.release(first, count);
  return mask;
}

Maps HeldOutMaps::maps(int window, const std::vector<MapInputs>& of) const {
  const data::Mask own = cells_of(window);
  Maps all;
  for (const MapInputs& inputs_of_map : of) {
    std::vector<float>& map = all.emplace_back(own.size(), data::missing);
    for (const data::Part& part : parts)
      if (part_with(own, part, grid.rows, grid.columns).rows > 0)
        paste(mapper.map_window(inputs_of_map, window, part), part, grid.columns, map);
  }
  return all;
}

std::unique_ptr<VariantScores> scores_on_cells(std::function<std::vector<float>(int window)> target, size_t variants) {
  return std::make_unique<CellScores>(std::move(target), variants);
}

void find_cells(const std::vector<int>& asked, const std::function<data::Mask(int window)>& held_out,
                const std::function<std::vector<float>(int window)>& target, const data::ArrayStore& store,
                HeldOutMaps& h) {
  const size_t count = size_t(h.grid.cells());
  h.cells = data::StoredArray<uint8_t>(store);
  h.cells.assign_zeros(h.labels.size() * count);
  const std::vector<data::Part> blocks = blocks_of(h.grid.rows, h.grid.columns, map_block_side);
  std::vector<data::Part> found(blocks.size());
  for (const int window : asked) {
    data::Mask cells = held_out(window);
    for (const MapInputs& of : h.inputs(window)) {
      const data::Mask present = of.channels.present();
      for (size_t i = 0; i < count; ++i) cells[i] = cells[i] && present[i] && !std::isnan(of.first_guess[i]);
    }
    if (target) {
      const std::vector<float> values = target(window);
      for (size_t i = 0; i < count; ++i) cells[i] = cells[i] && !std::isnan(values[i]);
    }
    if (std::find(cells.begin(), cells.end(), 1) == cells.end()) continue;
    h.windows.push_back(window);
    const size_t first = size_t(window) * count;
    std::copy(cells.begin(), cells.end(), h.cells.begin() + std::ptrdiff_t(first));
    h.cells.release(first, count);
    for (size_t b = 0; b < blocks.size(); ++b)
      found[b] = united(found[b], part_with(cells, blocks[b], h.grid.rows, h.grid.columns));
  }
  std::copy_if(found.begin(), found.end(), std::back_inserter(h.parts), [](const data::Part& p) { return p.rows > 0; });
}

bool scored_by_window(const FinishedRun& run, const std::string& truth) {
  return !truth.empty() || run.options.supervision == Supervision::footprints;
}

HeldOutMaps held_out_maps(const FinishedRun& run, const ScoredSplit& scored, const data::DatasetFile& file,
                          const std::string& truth, const std::string& window, const data::ArrayStore& store) {
  const data::Dataset& header = file.description();
  const std::vector<int> asked = windows_asked_for(header.windows, window);
  HeldOutMaps h;
  h.mapper = run.mapper;
  h.labels = header.windows;
  h.held_out = scored.split.description;
  if (!truth.empty())
    score_on_truth(run, scored.split, file, truth, asked, store, h);
  else if (scored_by_window(run, truth))
    score_on_soundings(run, scored.split, file, asked, store, h);
  else
    score_on_target(run, scored.split, file, asked, store, h);
  if (h.windows.empty()) refuse_without_cells(run, scored, window);
  return h;
}

void require_held_out(const FinishedRun& run, const ScoredSplit& scored, const data::DatasetFile& file,
                      const std::string& truth, const std::string& window) {
  const data::Dataset& header = file.description();
  const std::vector<int> asked = windows_asked_for(header.windows, window);
  if (!truth.empty() && header.coarse_factor == 0) truth_layer(truth, header);
  const data::Split& split = scored.split;
  const size_t cells = size_t(split.rows) * size_t(split.columns);
  const auto has_test = [&](int w) {
    const auto own = std::span(split.roles).subspan(size_t(w) * cells, cells);
    return std::find(own.begin(), own.end(), data::Role::test) != own.end();
  };
  if (std::none_of(asked.begin(), asked.end(), has_test)) refuse_without_cells(run, scored, window);
}

}  // namespace unetsr::pipeline
