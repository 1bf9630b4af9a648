#include "pipeline/maps/conservation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data/correction/block_conservation.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/interrupt.hpp"

namespace unetsr::pipeline {
namespace {

std::string in_words(const data::MapError& error) {
  std::string words;
  for (const data::MapError::Part& p : error.parts)
    if (p.passing + p.lasting > 0)
      words += fmt::format(
          "{}{:.1f} % of the SIF with a correlation length of {:.0f} cells ({:.0f} % of its variance "
          "shared by all windows)",
          words.empty() ? "" : ", and ", 100 * std::sqrt(p.passing + p.lasting), p.length,
          100 * p.lasting / (p.passing + p.lasting));
  return words.empty() ? "none that differs from 0 with confidence" : words;
}

std::string not_found_in_words(double residual) {
  return fmt::format(
      "the correction is approximate: the residual of its equations fell to {:.1g} of the first, not to "
      "{:.0e}; the soundings' errors are very small, or wrong",
      residual, data::posterior_tolerance);
}

}  // namespace

data::MapErrorModel map_error_model(int coarse_factor, bool of_coarse_sif) {
  return {{2.0 * coarse_factor, 16.0 * coarse_factor}, of_coarse_sif ? coarse_factor : 0};
}

CorrectedBySoundings correct_by_soundings(std::span<float> maps, const data::Grid& grid,
                                          const data::SoundingCells& soundings, std::span<const uint8_t> chosen,
                                          const data::MapErrorModel& model, const data::ShareReached& reached) {
  constexpr double estimate = 0.3;  // of the time
  const data::MapError error =
      data::estimate_map_error(maps, grid, soundings, chosen, model, [&](double share) { reached(estimate * share); });
  return {error, data::conserve_footprints(maps, grid, soundings, chosen, error,
                                           [&](double share) { reached(estimate + (1 - estimate) * share); })};
}

std::string conserved_in_words(Conservation kind) {
  if (kind == Conservation::none) return "uncorrected";
  return kind == Conservation::footprints ? "corrected by soundings" : "corrected by coarse cells";
}

double memory_of_correction(Conservation kind, size_t windows, int64_t cells, size_t soundings) {
  if (kind == Conservation::none) return 0;
  if (kind == Conservation::blocks) return 48 * double(cells);
  constexpr double window_cell = 10, cell = 150, sounding = 1500;  // map, error left, nodes; images, tiles; cells
  return (window_cell * double(windows) + cell) * double(cells) + sounding * double(soundings);
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
  return {0, int(file_.description().windows.size())};
}

Conserver::Outcome Conserver::correct(const data::WindowRange& windows, const MapKind& as, std::span<float> maps,
                                      const data::ShareReached& reached) {
  if (kind_ == Conservation::none) return {};
  return kind_ == Conservation::blocks ? Outcome{correct_blocks(windows.first, maps), {}}
                                       : correct_footprints(windows, as, maps, reached);
}

Conserver::Outcome Conserver::correct_footprints(const data::WindowRange& windows, const MapKind& as,
                                                 std::span<float> maps, const data::ShareReached& reached) {
  const auto first = file_.description().windows.begin() + windows.first;
  dataset_.windows.assign(first, first + windows.count);
  data::SoundingCells soundings(dataset_, as.footprints);
  soundings.clear_clouds(as.cloud_shielding);
  auto [error, fit] = correct_by_soundings(
      maps, dataset_.grid, soundings, {}, map_error_model(dataset_.coarse_factor, as.of_coarse_sif), [&](double share) {
        stop_if_interrupted();
        reached(share);
      });
  if (fit.soundings == 0) return {{"no soundings: the map stays as it is"}, {}};
  Outcome outcome{
      {"estimated map error (1 sigma): " + in_words(error),
       fmt::format("{} soundings; map less sounding, in units of the sounding's error (1 sigma): mean {:+.3f} before, "
                   "{:+.3f} after; mean square {:.3f} before, {:.3f} after",
                   fit.soundings, fit.before.mean, fit.after.mean, fit.before.chi2, fit.after.chi2),
       fmt::format("correction: {:.3f} mW m-2 sr-1 nm-1 (root mean square over the cells)", fit.correction)},
      std::move(fit.error_left)};
  if (!fit.found) outcome.lines.push_back(not_found_in_words(fit.residual));
  return outcome;
}

std::vector<std::string> Conserver::correct_blocks(int window, std::span<float> map) const {
  const data::Grid& grid = file_.description().grid;
  const data::Dataset coarse = file_.read_block({window, 1}, whole(grid), {{}, {data::coarse_layer}}).coarse();
  const data::BlockFit fit =
      data::conserve_blocks(map, grid, file_.description().coarse_factor, coarse.values(data::coarse_layer));
  const int side = file_.description().coarse_factor;
  return {fmt::format("{} coarse cells of {} x {} cells differed by {:.3f} mW m-2 sr-1 nm-1 (root mean square); {} are "
                      "unchanged: half of their cells or more are missing",
                      fit.blocks, side, side, fit.before, fit.left_out),
          fmt::format("correction: {:.3f} mW m-2 sr-1 nm-1 (root mean square over the cells)", fit.correction)};
}

}  // namespace unetsr::pipeline
