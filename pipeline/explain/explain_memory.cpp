#include "pipeline/explain/explain_memory.hpp"

#include <algorithm>

#include "data/features/feature_groups.hpp"
#include "pipeline/console/memory.hpp"
#include "pipeline/explain/held_out_maps.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

constexpr double program = 1e8;

double channels_of(const FinishedRun& run) {
  return double(input_channels(run.mapper.features).size());
}

// Inputs of a window's map: channels and first guess.
double bytes_of_inputs(const FinishedRun& run, const data::Grid& grid) {
  return sizeof(float) * double(grid.cells()) * (channels_of(run) + 1);
}

double held_by_coarse_layers(const data::DatasetFile& file) {
  const data::Dataset& header = file.description();
  return 3 * sizeof(float) * double(header.windows.size()) * double(header.coarse_grid().cells()) *
         double(file.coarse_layers().size());
}

bool holds_dataset(const data::DatasetFile& file, const FinishedRun& run, const std::string& truth) {
  return !scored_by_window(run, truth) || file.description().coarse_factor == 0;
}

double held_by_dataset(const data::DatasetFile& file, const FinishedRun& run, const std::string& truth) {
  return holds_dataset(file, run, truth) ? copies_to_score * file.bytes() : held_by_coarse_layers(file);
}

}  // namespace

ArrayMemory memory_to_permute(const data::DatasetFile& file, const FinishedRun& run, const ScoredSplit& split,
                              const std::string& truth, int draws) {
  constexpr double window_cell = 40;  // maps, target, masks, sources of cells
  constexpr double sounding = 700, choices = 10, test_sounding = 20;
  constexpr double stored_cell = sizeof(uint8_t) + sizeof(float);  // a mask, and the coarse SIF
  if (holds_dataset(file, run, truth)) return {program + copies_to_score * file.bytes(), 0};
  const data::Dataset& header = file.description();
  const bool by_soundings = truth.empty();
  const double halves = by_soundings && run.mapper.uses_coarse_sif() ? 2 : 1,
               soundings = by_soundings ? double(file.soundings()) : 0, tests = soundings * share_of_test(split),
               rows = channels_of(run) + double(data::feature_groups(input_channels(run.mapper.features)).size());
  const double window =
      (2 * halves + 1) * bytes_of_inputs(run, header.grid) + window_cell * double(header.grid.cells());
  return {program + window + memory_of_block(run, header.grid, map_block_side) + held_by_coarse_layers(file) +
              choices * soundings + test_sounding * tests,
          stored_cell * double(header.windows.size()) * double(header.grid.cells()) + sounding * soundings +
              sizeof(float) * (1 + draws * rows) * tests};
}

ArrayMemory memory_to_explain(const data::DatasetFile& file, const FinishedRun& run, const ScoredSplit& split,
                              const std::string& truth, int draws, int block) {
  constexpr double most_shown = 2e6, shown_value = 8;  // of a page: the values, and their picture as text
  constexpr double seen_value = 24,
                   window_cell = 10;  // of a block: input, baseline, one between, sum; of a window: masks
  const data::Dataset& header = file.description();
  const double cells = double(header.grid.cells()), channels = channels_of(run);
  const auto seen = [&](int size) { return std::min(double(size), block + 2.0 * run.mapper.radius); };
  const double of_block = seen(header.grid.rows) * seen(header.grid.columns);
  const double shown = shown_value * channels * std::min(most_shown, double(header.windows.size()) * cells);
  const double held = program + shown + held_by_dataset(file, run, truth) + bytes_of_inputs(run, header.grid) +
                      window_cell * cells + seen_value * channels * of_block +
                      memory_of(run.network->members().front()->network().spec(), of_block, true);
  const ArrayMemory permuted = memory_to_permute(file, run, split, truth, draws);
  return {std::max(permuted.held, held), permuted.stored + sizeof(double) * channels * cells};
}

}  // namespace unetsr::pipeline
