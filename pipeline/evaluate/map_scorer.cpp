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

int block_size(Shape shape) {
  return std::max((std::max(shape.h, shape.w) + most_blocks - 1) / most_blocks, 1);
}

double range_of(std::span<const float> values) {
  float low = std::numeric_limits<float>::infinity(), high = -low;
  for (const float v : values)
    if (!std::isnan(v)) low = std::min(low, v), high = std::max(high, v);
  return high > low ? double(high) - double(low) : 0;
}

std::vector<data::StratumFamily> strata_of(const ScoredScene& scene, Shape shape) {
  std::vector<data::StratumFamily> all = {data::by_window(scene.windows, shape), data::by_season(scene.windows, shape)};
  if (!scene.land_cover.empty())
    all.push_back(data::by_class("land cover", scene.land_cover, data::land_cover_names(scene.land_cover)));
  all.push_back(data::by_quarter("coarse SIF", scene.coarse));
  if (scene.coarse_edges) all.push_back(data::by_edge_distance(shape, scene.coarse_cells));
  // One stratum is what the whole is; a season with one window, what the window is.
  std::erase_if(all, [&](const data::StratumFamily& family) {
    return family.strata.size() < 2 || (family.name == "season" && family.strata.size() == scene.windows.size());
  });
  return all;
}

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

MapScorer::MapScorer(ScoredScene scene)
    : scene_(std::move(scene)),
      shape_{int(scene_.windows.size()), scene_.grid.rows, scene_.grid.columns, 1},
      blocks_{shape_.h, shape_.w, block_size(shape_)},
      strata_(strata_of(scene_, shape_)),
      range_(range_of(scene_.target)) {}

void MapScorer::choose_tiles(std::span<const data::Mask> choices) {
  spectrum_.reset();
  for (const int tile : tile_sizes)
    if (std::all_of(choices.begin(), choices.end(), [&](const data::Mask& cells) {
          return data::whole_tiles(cells, shape_, tile).size() >= least_tiles;
        })) {
      spectrum_.emplace(tile, data::cell_size_km(scene_.grid));
      return;
    }
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
  return scored;
}

void MapScorer::add_pair(int64_t cell, float prediction, float target, ScoredMap& scored) const {
  scored.blocks[size_t(blocks_.of(cell))].score.add(prediction, target);
  size_t first = 0;
  for (const data::StratumFamily& family : strata_) {
    if (const int16_t stratum = family.of_cell[size_t(cell)]; stratum >= 0)
      scored.strata[first + size_t(stratum)].add(prediction, target);
    first += family.strata.size();
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

void MapScorer::add_similarity(std::span<const float> map, const data::Mask& cells, ScoredMap& scored) const {
  const std::vector<float> similar = data::ssim(map, scene_.target, cells, shape_, range_);
  for (size_t i = 0; i < similar.size(); ++i)
    if (!std::isnan(similar[i])) {
      data::MapSums& block = scored.blocks[size_t(blocks_.of(int64_t(i)))];
      block.ssim_cells += 1;
      block.ssim += double(similar[i]);
    }
}

void MapScorer::add_spectra(std::span<const float> map, const data::Mask& cells, ScoredMap& scored) const {
  if (!spectrum_) return;
  const std::vector<int64_t> tiles = data::whole_tiles(cells, shape_, spectrum_->tile());
  std::vector<std::vector<double>> power(tiles.size()), target(tiles.size());
  parallel_for(int64_t(tiles.size()), [&](int64_t t) {
    const int64_t first = tiles[size_t(t)];
    spectrum_->transform(&map[size_t(first)], &scene_.target[size_t(first)], shape_.w, power[size_t(t)],
                         target[size_t(t)]);
  });
  const std::vector<double> wavelengths = spectrum_->wavelengths_km();
  const int64_t to_middle = int64_t(spectrum_->tile() / 2) * (shape_.w + 1);
  scored.tiles = double(tiles.size());
  scored.power.assign(wavelengths.size(), 0.0);
  scored.target_power.assign(wavelengths.size(), 0.0);
  for (size_t t = 0; t < tiles.size(); ++t) {
    data::MapSums& block = scored.blocks[size_t(blocks_.of(tiles[t] + to_middle))];
    for (size_t k = 0; k < wavelengths.size(); ++k) {
      scored.power[k] += power[t][k];
      scored.target_power[k] += target[t][k];
      if (wavelengths[k] >= coarse_wavelength_km()) continue;
      // A ring of the plane of wavenumbers is as long as its radius.
      block.detail += double(k + 1) * power[t][k];
      block.target_detail += double(k + 1) * target[t][k];
    }
  }
}

ScoredMap MapScorer::score(std::span<const float> map, const data::Mask& cells, double cloud_shielding) const {
  ScoredMap scored = empty();
  data::Mask present = cells;
  std::vector<float> there(map.begin(), map.end());
  for (size_t i = 0; i < present.size(); ++i) {
    present[i] = cells[i] && !std::isnan(map[i]) && !std::isnan(scene_.target[i]);
    if (present[i])
      add_pair(int64_t(i), map[i], scene_.target[i], scored);
    else
      there[i] = std::numeric_limits<float>::quiet_NaN();
  }
  count_negatives(there, present, scored);
  add_similarity(there, present, scored);
  add_spectra(there, present, scored);
  if (scene_.remeasure)
    for (const data::Remeasured& r : scene_.remeasure(there, cloud_shielding)) {
      data::MapSums& block = scored.blocks[size_t(blocks_.of(r.cell))];
      block.remeasured += 1;
      block.remeasured_squares += r.difference * r.difference;
    }
  return scored;
}

ScoredMap MapScorer::score(std::span<const float> predicted, std::span<const float> measured,
                           std::span<const int64_t> cells) const {
  ScoredMap scored = empty();
  for (size_t i = 0; i < cells.size(); ++i) add_pair(cells[i], predicted[i], measured[i], scored);
  return scored;
}

}  // namespace unetsr::pipeline
