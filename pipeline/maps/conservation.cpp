#include "pipeline/maps/conservation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data/correction/block_conservation.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/interrupt.hpp"

namespace unetsr::pipeline {
namespace {

// More windows at once ask for more memory, and tell little more of each other.
constexpr int most_together = 8;

std::string in_words(const data::MapError& error) {
  std::string words;
  for (const data::MapError::Part& p : error.parts)
    if (p.passing + p.lasting > 0)
      words +=
          fmt::format("{}{:.1f} % over {:.0f} cells ({:.0f} % of its variance lasting)", words.empty() ? "" : " and ",
                      100 * std::sqrt(p.passing + p.lasting), p.length, 100 * p.lasting / (p.passing + p.lasting));
  return words.empty() ? "none that soundings show" : words;
}

}  // namespace

data::MapErrorModel map_error_model(int coarse_factor, bool of_coarse_sif) {
  return {{2.0 * coarse_factor, 16.0 * coarse_factor}, of_coarse_sif ? coarse_factor : 0};
}

CorrectedBySoundings correct_by_soundings(std::span<float> maps, const data::Grid& grid,
                                          const data::SoundingCells& soundings, std::span<const uint8_t> chosen,
                                          const data::MapErrorModel& model, const std::function<void()>& each_step) {
  const data::MapError error = data::estimate_map_error(maps, grid, soundings, chosen, model, each_step);
  return {error, data::conserve_footprints(maps, grid, soundings, chosen, error, each_step)};
}

std::string conserved_in_words(Conservation kind) {
  return kind == Conservation::none ? "not conserved" : "conserved " + to_string(kind);
}

Conserver::Conserver(Conservation kind, const data::DatasetFile& file) : kind_(kind), file_(file) {
  if (kind == Conservation::none) return;
  const data::Dataset& header = file.description();
  if (header.coarse_factor == 0)
    throw UsageError("--conserve " + to_string(kind) +
                     " needs a dataset of granules; this one, of tables, has neither soundings nor a coarse grid");
  if (kind == Conservation::blocks) return;
  dataset_ = header;
  dataset_.soundings = file.read_soundings();
  if (dataset_.soundings.size() == 0)
    throw UsageError("--conserve footprints: the dataset keeps no soundings; prepare it from granules");
}

data::WindowRange Conserver::together(int window) const {
  if (kind_ != Conservation::footprints) return {window, 1};
  const int first = window / most_together * most_together;
  return {first, std::min(most_together, int(file_.description().windows.size()) - first)};
}

Conserver::Outcome Conserver::correct(const data::WindowRange& windows, const MapKind& as, std::span<float> maps) {
  if (kind_ == Conservation::none) return {"nothing asked for", {}};
  return kind_ == Conservation::blocks ? Outcome{correct_blocks(windows.first, maps), {}}
                                       : correct_footprints(windows, as, maps);
}

Conserver::Outcome Conserver::correct_footprints(const data::WindowRange& windows, const MapKind& as,
                                                 std::span<float> maps) {
  const auto first = file_.description().windows.begin() + windows.first;
  dataset_.windows.assign(first, first + windows.count);
  data::SoundingCells soundings(dataset_);
  soundings.clear_clouds(as.cloud_shielding);
  auto [error, fit] =
      correct_by_soundings(maps, dataset_.grid, soundings, {},
                           map_error_model(dataset_.coarse_factor, as.of_coarse_sif), stop_if_interrupted);
  if (fit.soundings == 0) return {"no soundings to give back", {}};
  return {
      fmt::format(
          "error {}; {} soundings, mean difference {:+.3f} -> {:+.3f} errors, chi2 {:.3f} -> {:.3f}; correction {:.3f} "
          "mW m-2 sr-1 nm-1 rms",
          in_words(error), fit.soundings, fit.before.mean, fit.after.mean, fit.before.chi2, fit.after.chi2,
          fit.correction),
      std::move(fit.error_left)};
}

std::string Conserver::correct_blocks(int window, std::span<float> map) const {
  const data::Grid& grid = file_.description().grid;
  const data::Dataset coarse = file_.read_block({window, 1}, whole(grid), {{}, {data::coarse_layer}}).coarse();
  const data::BlockFit fit =
      data::conserve_blocks(map, grid, file_.description().coarse_factor, coarse.values(data::coarse_layer));
  return fmt::format(
      "{} blocks of {} x {} cells lacked {:.3f} mW m-2 sr-1 nm-1 rms, {} without half of their cells left "
      "out; correction {:.3f} rms",
      fit.blocks, file_.description().coarse_factor, file_.description().coarse_factor, fit.before, fit.left_out,
      fit.correction);
}

}  // namespace unetsr::pipeline
