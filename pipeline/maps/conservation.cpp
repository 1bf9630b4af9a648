#include "pipeline/maps/conservation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data/correction/block_conservation.hpp"
#include "data/correction/sounding_equations.hpp"
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

CorrectedBySoundings correct_by_soundings(data::StoredSpan<float> maps, const data::Grid& grid,
                                          const data::SoundingCells& soundings, std::span<const uint8_t> chosen,
                                          const data::MapErrorModel& model, const data::ShareReached& reached,
                                          const data::ArrayStore& store) {
  constexpr double estimate = 0.3;  // of the time
  const data::MapError error = data::estimate_map_error(
      maps, grid, soundings, chosen, model, [&](double share) { reached(estimate * share); }, store);
  return {error, data::conserve_footprints(
                     maps, grid, soundings, chosen, error,
                     [&](double share) { reached(estimate + (1 - estimate) * share); }, store)};
}

std::string conserved_in_words(Conservation kind) {
  if (kind == Conservation::none) return "uncorrected";
  return kind == Conservation::footprints ? "corrected by soundings" : "corrected by coarse cells";
}

ArrayMemory memory_of_correction(Conservation kind, size_t windows, int64_t cells, int64_t soundings) {
  if (kind == Conservation::none) return {};
  if (kind == Conservation::blocks) return {48 * double(cells), 0};
  constexpr double image_cell = 80;                       // images of one window, its map and error left
  constexpr double node_cell = 0.5;                       // of a window: at nodes some cells apart
  constexpr double read_at_once = 131072, read = 600;     // soundings
  constexpr double most_nodes = 4000, node_spacing = 12;  // of the long part's dense matrices; at least so many cells
  constexpr double vectors = 75, products = 250, sounding = 1000, map_cell = 8;
  const double own = double(soundings), each = own / double(windows);  // of which one window's are in memory
  const double all_cells = double(windows) * double(cells);
  const double nodes = std::min(most_nodes, double(windows) * std::pow(std::sqrt(double(cells)) / node_spacing + 3, 2));
  return {image_cell * double(cells) + node_cell * all_cells +
              sizeof(double) * std::min(all_cells, double(data::SoundingEquations::held_cells)) + 20 * nodes * nodes +
              read * std::min(own, read_at_once) + vectors * own + products * each,
          map_cell * all_cells + sounding * own};
}

Conserver::Conserver(Conservation kind, const data::DatasetFile& file) : kind_(kind), file_(file) {
  if (kind == Conservation::none) return;
  if (file.description().coarse_factor == 0)
    throw UsageError("--conserve " + to_string(kind) +
                     " needs a dataset of granules; this one, of tables, has neither soundings nor a coarse grid");
  if (kind == Conservation::footprints && file.soundings() == 0)
    throw UsageError("--conserve footprints: the dataset keeps no soundings; prepare it from granules");
}

data::WindowRange Conserver::together(int window) const {
  if (kind_ != Conservation::footprints) return {window, 1};
  return {0, int(file_.description().windows.size())};
}

Conserver::Outcome Conserver::correct(const data::WindowRange& windows, const MapKind& as, std::span<float> maps,
                                      const data::ShareReached& reached) {
  StoredOutcome outcome = correct_any(windows, as, maps, {}, reached);
  return {std::move(outcome.lines), {outcome.error_left.begin(), outcome.error_left.end()}};
}

Conserver::StoredOutcome Conserver::correct(const data::WindowRange& windows, const MapKind& as,
                                            data::StoredArray<float>& maps, const data::ArrayStore& store,
                                            const data::ShareReached& reached) {
  return correct_any(windows, as, maps, store, reached);
}

Conserver::StoredOutcome Conserver::correct_any(const data::WindowRange& windows, const MapKind& as,
                                                data::StoredSpan<float> maps, const data::ArrayStore& store,
                                                const data::ShareReached& reached) const {
  if (kind_ == Conservation::none) return {};
  return kind_ == Conservation::blocks ? StoredOutcome{correct_blocks(windows.first, maps.span()), {}}
                                       : correct_footprints(windows, as, maps, store, reached);
}

Conserver::StoredOutcome Conserver::correct_footprints(const data::WindowRange& windows, const MapKind& as,
                                                       data::StoredSpan<float> maps, const data::ArrayStore& store,
                                                       const data::ShareReached& reached) const {
  const data::Dataset& header = file_.description();
  const data::SoundingCells soundings(file_, windows, as.footprints, as.cloud_shielding, store);
  auto [error, fit] = correct_by_soundings(
      maps, header.grid, soundings, {}, map_error_model(header.coarse_factor, as.of_coarse_sif),
      [&](double share) {
        stop_if_interrupted();
        reached(share);
      },
      store);
  if (fit.soundings == 0) return {{"no soundings: the map stays as it is"}, {}};
  StoredOutcome outcome{
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
