#include "pipeline/conservation.hpp"

#include <fmt/format.h>

#include "data/block_conservation.hpp"
#include "data/footprint_conservation.hpp"
#include "kernels/error.hpp"
#include "pipeline/interrupt.hpp"

namespace unetsr::pipeline {
namespace {

// How far errors of maps are alike, in coarse cells: on simulated scenes 1.5 to 4 of them come within 2 % of the best.
constexpr int correlated_cells = 2;

}  // namespace

Conserver::Conserver(const std::string& kind, const data::DatasetFile& file) : kind_(kind), file_(file) {
  if (kind != "footprints" && kind != "blocks")
    throw UsageError("--conserve " + kind + " is not known; take footprints or blocks, or leave it out");
  const data::Dataset& there = file.description();
  if (there.coarse_factor == 0)
    throw UsageError("--conserve " + kind +
                     " needs a dataset of granules; this one, of tables, has neither soundings nor a coarse grid");
  if (kind == "blocks") return;
  granules_ = there;
  granules_.soundings = file.read_soundings();
  if (granules_.soundings.size() == 0)
    throw UsageError("--conserve footprints: the dataset keeps no soundings; prepare it from granules");
}

std::string Conserver::correct(int window, double cloud_shielding, std::span<float> map) {
  return kind_ == "blocks" ? correct_blocks(window, map) : correct_footprints(window, cloud_shielding, map);
}

std::string Conserver::correct_footprints(int window, double cloud_shielding, std::span<float> map) {
  granules_.windows = {file_.description().windows.at(size_t(window))};
  data::SoundingCells soundings(granules_);
  soundings.clear_clouds(cloud_shielding);
  const data::MapError error = data::estimate_map_error(map, granules_.grid, granules_.coarse_factor, soundings, 0,
                                                        correlated_cells * granules_.coarse_factor);
  const data::FootprintFit fit =
      data::conserve_footprints(map, granules_.grid, soundings, 0, error, stop_if_interrupted);
  if (fit.soundings == 0) return "no soundings to give back";
  return fmt::format(
      "sigma {:.3f} mW m-2 sr-1 nm-1 over {} cells; {} soundings, mean difference {:+.3f} -> {:+.3f} errors, chi2 "
      "{:.3f} -> {:.3f}; correction {:.3f} rms",
      error.sigma, error.length, fit.soundings, fit.before.mean, fit.after.mean, fit.before.chi2, fit.after.chi2,
      fit.correction);
}

std::string Conserver::correct_blocks(int window, std::span<float> map) const {
  const data::Grid& grid = file_.description().grid;
  const data::Dataset coarse =
      file_.read_block({window, 1}, 0, 0, grid.rows, grid.columns, {{}, {data::coarse_layer}}).coarse();
  const data::BlockFit fit =
      data::conserve_blocks(map, grid, file_.description().coarse_factor, coarse.values(data::coarse_layer));
  return fmt::format(
      "{} blocks of {} x {} cells lacked {:.3f} mW m-2 sr-1 nm-1 rms, {} without half of their cells left "
      "out; correction {:.3f} rms",
      fit.blocks, file_.description().coarse_factor, file_.description().coarse_factor, fit.before, fit.left_out,
      fit.correction);
}

}  // namespace unetsr::pipeline
