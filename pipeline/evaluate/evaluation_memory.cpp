#include "pipeline/evaluate/evaluation_memory.hpp"

#include <algorithm>

#include "pipeline/maps/conservation.hpp"

namespace unetsr::pipeline {
namespace {

double most_of_networks(const std::vector<FinishedRun>& runs, const data::Grid& grid) {
  double most = 0;
  for (const FinishedRun& run : runs) {
    const auto seen = [&](int size) { return std::min(double(size), map_block_side + 2.0 * run.mapper.radius); };
    most = std::max(
        most, memory_of(run.network->members().front()->network().spec(), seen(grid.rows) * seen(grid.columns), false));
  }
  return most;
}

double largest_share_of_test(const std::vector<ScoredSplit>& splits) {
  double most = 0;
  for (const ScoredSplit& scored : splits) most = std::max(most, share_of_test(scored));
  return most;
}

}  // namespace

ArrayMemory memory_to_evaluate(const data::DatasetFile& file, const std::vector<FinishedRun>& runs,
                               const std::vector<ScoredSplit>& splits, report::ScoredAgainst against) {
  constexpr double program = 1e8;
  constexpr double shown_cell = 75, most_shown = 2e6;  // pictures of the page, and its text
  constexpr double cell = 100;                         // beside the layers of a window: features, maps, images
  constexpr double roles = 6, test_sounding = 40;      // of each sounding
  constexpr double baselines = 40;                     // uncorrected and corrected
  constexpr double sounding = 700;                     // its cells as measured, beside those corrected for clouds
  const data::Dataset& header = file.description();
  const double windows = double(header.windows.size()), cells = double(header.grid.cells()),
               coarse_cells = double(header.coarse_grid().cells()), soundings = double(file.soundings());
  const ArrayMemory correction =
      file.soundings() > 0
          ? memory_of_correction(Conservation::footprints, header.windows.size(), header.grid.cells(), file.soundings())
          : ArrayMemory();
  const double window = cells * (2 * sizeof(float) * double(file.layers().size()) + cell),
               test = test_sounding + sizeof(float) * (baselines + 2 * double(runs.size()));
  return {program + shown_cell * std::min(most_shown, windows * cells) +
              std::max({window, most_of_networks(runs, header.grid), correction.held}) +
              3 * sizeof(float) * windows * coarse_cells * double(file.coarse_layers().size()) +
              soundings * (roles + largest_share_of_test(splits) * test),
          correction.stored + (against == report::ScoredAgainst::soundings ? sounding : 0) * soundings};
}

data::ArrayStore place_arrays(const ArrayMemory& memory, const EvaluateOptions& options, const Output& output,
                              uint64_t available) {
  return place_arrays(memory, options.memory, "evaluating " + options.dataset.string(), "scratch files of corrections",
                      options.out_directory / "report.html", output, available);
}

}  // namespace unetsr::pipeline
