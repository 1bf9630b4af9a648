#include "pipeline/evaluate/map_scorer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "data/dataset/land_cover.hpp"
#include "data/scores/ssim.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::pipeline {
namespace {

constexpr std::array<int, 3> tile_sizes = {64, 32, 16};
constexpr size_t least_tiles = 8;
constexpr int most_blocks = 64;  // along a side of the grid

int block_size(const data::Grid& grid) {
  return std::max((std::max(grid.rows, grid.columns) + most_blocks - 1) / most_blocks, 1);
}

// Of values that are seen part by part.
struct Range {
  float low = std::numeric_limits<float>::infinity(), high = -low;

  void add(std::span<const float> values) {
    for (const float v : values)
      if (!std::isnan(v)) low = std::min(low, v), high = std::max(high, v);
  }
  double width() const { return high > low ? double(high) - double(low) : 0; }
};

Shape window_shape(const data::Grid& grid) {
  return {1, grid.rows, grid.columns, 1};
}

const std::string land_cover_family = "land cover";

}  // namespace

data::ScoreSums ScoredMap::sum() const {
  data::ScoreSums sum;
  for (const data::MapSums& block : blocks) sum.add(block.score);
  return sum;
}

data::MapSums ScoredMap::map_sum() const {
  data::MapSums sum;
  for (const data::MapSums& block : blocks) sum.add(block);
  return sum;
}

data::Metrics ScoredMap::metrics() const {
  data::Metrics m = data::metrics_of(sum());
  if (position_r2) m.r2 = *position_r2;
  return m;
}

std::function<std::vector<float>(int window)> windows_of(std::span<const float> values, const data::Grid& grid) {
  return [values, cells = size_t(grid.cells())](int window) {
    const std::span<const float> own = values.subspan(size_t(window) * cells, cells);
    return std::vector<float>(own.begin(), own.end());
  };
}

void TileChoice::add(size_t choice, const data::Mask& cells, const data::Grid& grid) {
  if (choice >= counts_.size()) counts_.resize(choice + 1, std::vector<size_t>(tile_sizes.size(), 0));
  for (size_t k = 0; k < tile_sizes.size(); ++k)
    counts_[choice][k] += data::whole_tiles(cells, window_shape(grid), tile_sizes[k]).size();
}

int TileChoice::side() const {
  for (size_t k = 0; k < tile_sizes.size(); ++k)
    if (std::all_of(counts_.begin(), counts_.end(), [&](const auto& of_choice) { return of_choice[k] >= least_tiles; }))
      return tile_sizes[k];
  return 0;
}

MapScorer::MapScorer(ScoredScene scene)
    : scene_(std::move(scene)), blocks_{scene_.grid.rows, scene_.grid.columns, block_size(scene_.grid)} {
  Range range;
  data::QuarterBounds quarters;
  data::ClassCounts classes;
  for (int w = 0; w < windows(); ++w) {
    range.add(scene_.target(w));
    quarters.count(scene_.coarse(w));
    if (scene_.land_cover) classes.add(scene_.land_cover(w));
  }
  range_ = range.width();
  for (int w = 0; w < windows(); ++w) quarters.refine(scene_.coarse(w));
  strata_ = {data::by_window(scene_.windows), data::by_season(scene_.windows)};
  if (scene_.land_cover)
    strata_.push_back(classes.family(land_cover_family, data::land_cover_names(classes.classes())));
  strata_.push_back(quarters.family("coarse SIF"));
  if (scene_.coarse_edges)
    strata_.push_back(data::by_edge_distance(scene_.grid.rows, scene_.grid.columns, scene_.coarse_cells));
  // One stratum is what the whole is; a season with one window, what the window is.
  std::erase_if(strata_, [&](const data::StratumFamily& family) {
    return family.strata.size() < 2 || (family.name == "season" && family.strata.size() == scene_.windows.size());
  });
  by_land_cover_ = std::any_of(strata_.begin(), strata_.end(),
                               [](const data::StratumFamily& family) { return family.name == land_cover_family; });
}

void MapScorer::set_tiles(int side) {
  spectrum_.reset();
  if (side > 0) spectrum_.emplace(side, data::cell_size_km(scene_.grid));
}

std::vector<double> MapScorer::wavelengths_km() const {
  return spectrum_ ? spectrum_->wavelengths_km() : std::vector<double>();
}

double MapScorer::coarse_wavelength_km() const {
  const data::CellSize size = data::cell_size_km(scene_.grid);
  return 2 * scene_.coarse_cells * std::max(size.width, size.height);
}

ScoredMap MapScorer::empty() const {
  ScoredMap scored;
  scored.blocks.resize(size_t(blocks_.count()));
  size_t strata = 0;
  for (const data::StratumFamily& family : strata_) strata += family.strata.size();
  scored.strata.resize(strata);
  scored.power.assign(wavelengths_km().size(), 0.0);
  scored.target_power = scored.power;
  return scored;
}

WindowScorer MapScorer::window(int window) const {
  return {*this, window};
}

ScoredMap MapScorer::score(std::span<const float> map, const data::Mask& cells, double cloud_shielding) const {
  ScoredMap scored = empty();
  const size_t size = size_t(scene_.grid.cells());
  for (int w = 0; w < windows(); ++w) {
    const auto first = cells.begin() + std::ptrdiff_t(size_t(w) * size);
    window(w).add(map.subspan(size_t(w) * size, size), {first, first + std::ptrdiff_t(size)}, cloud_shielding, scored);
  }
  return scored;
}

WindowScorer::WindowScorer(const MapScorer& all, int window)
    : all_(all), shape_(window_shape(all.scene_.grid)), target_(all.scene_.target(window)) {
  const ScoredScene& scene = all.scene_;
  const std::vector<float> coarse = scene.coarse(window);
  std::vector<float> land_cover;
  if (all.by_land_cover_) land_cover = scene.land_cover(window);
  for (const data::StratumFamily& family : all.strata_)
    stratum_.push_back(family.of_window(window, family.name == land_cover_family ? land_cover : coarse));
  if (scene.remeasure) remeasure_ = scene.remeasure(window);
}

void WindowScorer::add_pair(int64_t cell, float prediction, float target, ScoredMap& scored) const {
  scored.blocks[size_t(all_.blocks_.of(cell))].score.add(prediction, target);
  size_t first = 0;
  for (size_t f = 0; f < stratum_.size(); ++f) {
    if (const int16_t stratum = stratum_[f][size_t(cell)]; stratum >= 0)
      scored.strata[first + size_t(stratum)].add(prediction, target);
    first += all_.strata_[f].strata.size();
  }
}

void MapScorer::count_negatives(std::span<const float> map, const data::Mask& cells, ScoredMap& scored) const {
  for (size_t i = 0; i < cells.size(); ++i)
    if (cells[i] && !std::isnan(map[i])) {
      data::MapSums& block = scored.blocks[size_t(blocks_.of(int64_t(i)))];
      block.cells += 1;
      block.negative += map[i] < 0;
    }
}

void WindowScorer::add_similarity(std::span<const float> map, const data::Mask& cells, ScoredMap& scored) const {
  const std::vector<float> similar = data::ssim(map, target_, cells, shape_, all_.range_);
  for (size_t i = 0; i < similar.size(); ++i)
    if (!std::isnan(similar[i])) {
      data::MapSums& block = scored.blocks[size_t(all_.blocks_.of(int64_t(i)))];
      block.ssim_cells += 1;
      block.ssim += double(similar[i]);
    }
}

void WindowScorer::add_spectra(std::span<const float> map, const data::Mask& cells, ScoredMap& scored) const {
  if (!all_.spectrum_) return;
  const data::TileSpectrum& spectrum = *all_.spectrum_;
  const std::vector<int64_t> tiles = data::whole_tiles(cells, shape_, spectrum.tile());
  std::vector<std::vector<double>> power(tiles.size()), target(tiles.size());
  parallel_for(int64_t(tiles.size()), [&](int64_t t) {
    const int64_t first = tiles[size_t(t)];
    spectrum.transform(&map[size_t(first)], &target_[size_t(first)], shape_.w, power[size_t(t)], target[size_t(t)]);
  });
  const std::vector<double> wavelengths = spectrum.wavelengths_km();
  const double coarse = all_.coarse_wavelength_km();
  const int64_t to_middle = int64_t(spectrum.tile() / 2) * (shape_.w + 1);
  scored.tiles += double(tiles.size());
  for (size_t t = 0; t < tiles.size(); ++t) {
    data::MapSums& block = scored.blocks[size_t(all_.blocks_.of(tiles[t] + to_middle))];
    for (size_t k = 0; k < wavelengths.size(); ++k) {
      scored.power[k] += power[t][k];
      scored.target_power[k] += target[t][k];
      if (wavelengths[k] >= coarse) continue;
      // A ring of the plane of wavenumbers is as long as its radius.
      block.detail += double(k + 1) * power[t][k];
      block.target_detail += double(k + 1) * target[t][k];
    }
  }
}

void WindowScorer::add(std::span<const float> map, const data::Mask& cells, double cloud_shielding,
                       ScoredMap& scored) const {
  data::Mask present = cells;
  std::vector<float> there(map.begin(), map.end());
  for (size_t i = 0; i < present.size(); ++i) {
    present[i] = cells[i] && !std::isnan(map[i]) && !std::isnan(target_[i]);
    if (present[i])
      add_pair(int64_t(i), map[i], target_[i], scored);
    else
      there[i] = std::numeric_limits<float>::quiet_NaN();
  }
  all_.count_negatives(there, present, scored);
  add_similarity(there, present, scored);
  add_spectra(there, present, scored);
  if (!remeasure_) return;
  for (const data::Remeasured& r : remeasure_(there, cloud_shielding)) {
    data::MapSums& block = scored.blocks[size_t(all_.blocks_.of(r.cell))];
    block.remeasured += 1;
    block.remeasured_squares += r.difference * r.difference;
  }
}

void WindowScorer::add(std::span<const float> predicted, std::span<const float> measured,
                       std::span<const int64_t> cells, ScoredMap& scored) const {
  for (size_t i = 0; i < cells.size(); ++i) add_pair(cells[i], predicted[i], measured[i], scored);
}

}  // namespace unetsr::pipeline
