#include "pipeline/prepare/granule_mosaic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <utility>

#include "data/dataset/missing.hpp"
#include "data/formats/granule_reader.hpp"
#include "data/geography/projection.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/console/size_text.hpp"
#include "pipeline/inputs/archives.hpp"
#include "pipeline/inputs/isolated_readers.hpp"

namespace unetsr::pipeline {

using data::missing;
namespace fs = std::filesystem;

namespace {

void print_overlaps(const std::vector<data::Window>& windows, const Output& output) {
  constexpr int most = 3;
  int pairs = 0;
  for (size_t w = 1; w < windows.size(); ++w) {
    const int begin = data::day_number(windows[w].first);
    const int shared = data::day_number(windows[w - 1].first) + windows[w - 1].days - begin;
    if (shared <= 0) continue;
    if (++pairs > most) continue;
    output.line(fmt::format("windows {} and {} share {} days, {} to {}: soundings of these count in both",
                            data::to_string(windows[w - 1].first), data::to_string(windows[w].first), shared,
                            data::to_string(windows[w].first), data::to_string(data::date_of(begin + shared - 1))));
  }
  if (pairs > most) output.line(fmt::format("so do {} more pairs of windows", pairs - most));
}

}  // namespace

void GranuleMosaic::open(Turns& turns, const Output& output) {
  for (const auto& files : set_.files) files_.insert(files_.end(), files.begin(), files.end());
  {
    Stage stage(output, "open index granules");
    const auto make = [&](int64_t file, const auto& emit) {
      stop_if_interrupted();
      emit(isolated::granule_contents(files_[size_t(file)]));
    };
    const auto take = [&](int64_t, data::GranuleContents contents) {
      contents_.push_back(std::move(contents));
      require_lattice(contents_.size() - 1);
      stage.reached(double(contents_.size()) / double(files_.size()));
    };
    turns.for_all<data::GranuleContents>(int64_t(files_.size()), make, take);
  }
  require_data_sets(output);
  if (set_.omitted > 0)
    output.line(fmt::format("{} granules of other composites are omitted: --windows", set_.omitted));
  if (!set_.windows.empty() && set_.windows.front().days < data::Window::composite_days)
    output.line(fmt::format("windows are the {} days in the middle of each composite, which has {}",
                            set_.windows.front().days, data::Window::composite_days));
  print_overlaps(set_.windows, output);
  if (has_two_sensors()) fit_scaling(output);
}

// Without the scales of two sensors.
data::Granule GranuleMosaic::read(const fs::path& file) const {
  data::Granule granule = isolated::read_granule(file, screens_.at(data::sensor_of(file)));
  if (has_two_sensors()) keep_shared_bands(granule);
  return granule;
}

void GranuleMosaic::fit_scaling(const Output& output) {
  {
    Stage stage(output, "scale VIIRS to MODIS");
    for (size_t w = 0; w < set_.files.size(); ++w) {
      for (const fs::path& viirs : set_.files[w])
        for (const fs::path& modis : set_.files[w]) {
          if (data::sensor_of(viirs) != data::Sensor::viirs || data::sensor_of(modis) != data::Sensor::modis ||
              data::granule_name(viirs).tile != data::granule_name(modis).tile)
            continue;
          stop_if_interrupted();
          scaling_.add(read(viirs), read(modis));
        }
      stage.reached(double(w + 1) / double(set_.files.size()));
    }
  }
  scaling_.finish(output);
}

void GranuleMosaic::require_lattice(size_t granule) const {
  const data::Grid &first = contents_.front().grid, &grid = contents_[granule].grid;
  const double across = (grid.x_origin - first.x_origin) / first.x_step,
               down = (grid.y_origin - first.y_origin) / first.y_step;
  const std::string names = files_[granule].string() + " lies on another lattice than " + files_.front().string();
  if (!data::same_crs(grid.crs, first.crs) || std::abs(grid.x_step - first.x_step) > 1e-6 * std::abs(first.x_step) ||
      std::abs(grid.y_step - first.y_step) > 1e-6 * std::abs(first.y_step))
    throw Error(fmt::format("{}: pixels of {:.9g} x {:.9g}, not {:.9g} x {:.9g}, or another projection", names,
                            grid.x_step, std::abs(grid.y_step), first.x_step, std::abs(first.y_step)));
  const double x = across - std::round(across), y = down - std::round(down);
  if (std::max(std::abs(x), std::abs(y)) > 0.01)
    throw Error(fmt::format("{}: {:.2f} pixels across and {:.2f} down off its; MODIS tiles share one", names, x, y));
}

void GranuleMosaic::require_data_sets(const Output& output) const {
  const auto lacks = [](const data::GranuleContents& contents, const std::string& name) {
    return std::find(contents.missing.begin(), contents.missing.end(), name) != contents.missing.end();
  };
  std::vector<std::string> lacking;  // in the order of the data sets
  for (size_t g = 0; g < files_.size(); ++g) {
    const data::GranuleProduct& product = data::product_of(files_[g]);
    const data::Sensor sensor = product.sensor;
    const bool any = screens_.at(sensor).any;
    for (const std::string& name : contents_[g].missing) {
      const bool screen = name == "pixel reliability" || name == "VI Quality";
      size_t other = 0;
      while (other < files_.size() && (data::sensor_of(files_[other]) != sensor || lacks(contents_[other], name)))
        ++other;
      const bool whole = 2 * contents_[g].missing.size() < data::granule_data_sets(sensor);
      if (!any && (screen || whole || other < files_.size()))
        throw Error(files_[g].string() + ": has no data set \"" + product.prefix + name + "\"" +
                    (other == files_.size() ? "" : ", which " + files_[other].string() + " has") +
                    "; download it again, or do without and screen no pixel: --reliability any");
      if (std::find(lacking.begin(), lacking.end(), name) == lacking.end()) lacking.push_back(name);
    }
  }
  if (!lacking.empty()) output.line(fmt::format("the granules have no data set {}", fmt::join(lacking, ", ")));
  if (screens_.begin()->second.any) output.line("--reliability any: no pixel is screened by reliability or usefulness");
}

GranuleMosaic::Extent GranuleMosaic::extent() const {
  std::vector<data::Grid> each;
  std::optional<data::Grid> all;
  for (const data::GranuleContents& contents : contents_) {
    const data::Grid& grid = contents.grid;
    each.push_back(grid);
    if (!all) {
      all = grid;
      continue;
    }
    const double left = std::min(all->x(0), grid.x(0)), top = std::max(all->y(0), grid.y(0));
    const double right = std::max(all->x(all->columns - 1), grid.x(grid.columns - 1)),
                 bottom = std::min(all->y(all->rows - 1), grid.y(grid.rows - 1));
    all->columns = int(std::lround((right - left) / all->x_step)) + 1;
    all->rows = int(std::lround((bottom - top) / all->y_step)) + 1;
    all->x_origin = left, all->y_origin = top;
  }
  return {contents_.front().grid, *all, each};
}

int64_t GranuleMosaic::largest() const {
  int64_t most = 0;
  for (const data::GranuleContents& contents : contents_) most = std::max(most, contents.grid.cells());
  return most;
}

GridPlaces::GridPlaces(const std::string& crs_of_granules, const data::Grid& grid, const data::FileBlocks& blocks)
    : nearest_(crs_of_granules, grid), blocks_(blocks), extents_(size_t(blocks.count())) {
  parallel_for(blocks.count(), [&](int64_t b) { extents_[size_t(b)] = nearest_.extent_of(blocks_.part(b)); });
}

std::vector<int64_t> GridPlaces::blocks_of(const data::Grid& granule) const {
  std::vector<int64_t> found;
  for (int64_t b = 0; b < blocks_.count(); ++b)
    if (nearest_.may_meet(granule, extents_[size_t(b)])) found.push_back(b);
  return found;
}

std::vector<int32_t> GridPlaces::pixels(const data::Grid& granule, int64_t block) const {
  return nearest_.in(granule, blocks_.part(block));
}

namespace {

// Adds a granule of the same tile, cell by cell: sums of what is there, and how many; of VI Quality what is there
// first.
void add_granule(const data::Granule& granule, data::Granule& sum, std::vector<std::vector<uint8_t>>& counts) {
  for (size_t b = 0; b < sum.bands.size(); ++b) {
    data::GranuleBand& all = sum.bands[b];
    const data::GranuleBand* own = data::band_of(granule, all.layer);
    if (!own) continue;
    for (size_t i = 0; i < all.values.size(); ++i) {
      const float value = own->values[i];
      if (std::isnan(value) || (counts[b][i] > 0 && all.layer == data::quality_layer)) continue;
      all.values[i] = counts[b][i] > 0 ? all.values[i] + value : value;
      ++counts[b][i];
    }
  }
}

// The mean of the granules of one tile in one window.
data::Granule mean_of(std::vector<data::Granule> granules) {
  data::Granule mean = granules.front();
  if (granules.size() == 1) return mean;
  std::vector<std::vector<uint8_t>> counts;
  for (data::GranuleBand& band : mean.bands) {
    counts.emplace_back(band.values.size(), uint8_t(0));
    std::fill(band.values.begin(), band.values.end(), missing);
  }
  for (const data::Granule& granule : granules) {
    if (granule.grid.rows != mean.grid.rows || granule.grid.columns != mean.grid.columns ||
        !mean.grid.cell_at(granule.grid.x_origin, granule.grid.y_origin, 0.01 * mean.grid.x_step) ||
        *mean.grid.cell_at(granule.grid.x_origin, granule.grid.y_origin, 0.01 * mean.grid.x_step) != data::Cell{})
      throw Error("the granules of several sensors are other parts of one tile; give whole tiles");
    add_granule(granule, mean, counts);
  }
  for (size_t b = 0; b < mean.bands.size(); ++b)
    for (size_t i = 0; i < counts[b].size(); ++i)
      if (counts[b][i] > 1) mean.bands[b].values[i] /= float(counts[b][i]);
  return mean;
}

// The band with its values at these pixels; without values where there are none.
data::GranuleBand at_pixels(const data::GranuleBand& band, const std::vector<int32_t>& pixels) {
  data::GranuleBand own{band.layer, band.units, band.long_name, {}};
  for (size_t i = 0; i < pixels.size(); ++i) {
    const float value = pixels[i] < 0 ? missing : band.values[size_t(pixels[i])];
    if (std::isnan(value)) continue;
    if (own.values.empty()) own.values.assign(pixels.size(), missing);
    own.values[i] = value;
  }
  return own;
}

// Over what the block has.
void lay_band(const data::GranuleBand& band, size_t window, int64_t block, ScratchLayers& laid) {
  const size_t layer = laid.layer(band.layer, band.units, band.long_name);
  if (band.values.empty()) return;
  std::vector<float> values = laid.read(layer, int(window), block);
  for (size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(band.values[i])) values[i] = band.values[i];
  laid.write(layer, int(window), block, values);
}

}  // namespace

// The granules of a tile in one window, of one product or several.
struct GranuleMosaic::Tile {
  size_t window;
  std::vector<fs::path> files;
  bool is_last;  // of its window
};

// What a tile becomes: its layers without values, its bands on each block that has some of its pixels, then what was
// counted.
struct GranuleMosaic::TilePart {
  static constexpr int64_t layers = -1, end = -2;
  int64_t block = end;
  std::vector<data::GranuleBand> bands;
  int64_t land = 0, screened = 0, estimated = 0;
  std::vector<std::string> details, lines;
  bool is_inside = false;  // the grid has cells of it

  template <class Archive>
  void serialize(Archive& archive) {
    archive(block, bands, land, screened, estimated, details, lines, is_inside);
  }
};

std::vector<GranuleMosaic::Tile> GranuleMosaic::tiles() const {
  std::vector<Tile> tiles;
  for (size_t w = 0; w < set_.files.size(); ++w)
    for (size_t f = 0; f < set_.files[w].size(); ++f) {
      const fs::path& file = set_.files[w][f];
      const bool same = f > 0 && data::granule_name(set_.files[w][f - 1]).tile == data::granule_name(file).tile;
      if (!same) tiles.push_back({w, {}, false});
      tiles.back().files.push_back(file);
      tiles.back().is_last = f + 1 == set_.files[w].size();
    }
  return tiles;
}

template <class Emit>
void GranuleMosaic::make(const Tile& tile, const GridPlaces& places, const Emit& emit) const {
  TilePart end;
  std::vector<data::Granule> granules;
  for (const fs::path& file : tile.files) {
    stop_if_interrupted();
    const auto start = std::chrono::steady_clock::now();
    granules.push_back(read(file));
    if (has_two_sensors() && data::sensor_of(file) == data::Sensor::viirs) scaling_.apply(granules.back());
    end.details.push_back(fmt::format("read {}: {:.1f} s", file_with_size(file), seconds_since(start)));
    end.land += granules.back().land_pixels, end.screened += granules.back().screened_pixels;
    end.estimated += granules.back().estimated_pixels;
    for (const auto& [name, count] : granules.back().impossible)
      end.lines.push_back(
          fmt::format("{}: {} values of {} are impossible, and missing in the dataset", file.string(), count, name));
  }
  const data::Granule granule = mean_of(std::move(granules));
  TilePart layers;
  layers.block = TilePart::layers;
  for (const data::GranuleBand& band : granule.bands)
    layers.bands.push_back({band.layer, band.units, band.long_name, {}});
  emit(std::move(layers));
  for (const int64_t block : places.blocks_of(granule.grid)) {
    const std::vector<int32_t> pixels = places.pixels(granule.grid, block);
    TilePart part;
    part.block = block;
    for (const data::GranuleBand& band : granule.bands) part.bands.push_back(at_pixels(band, pixels));
    std::erase_if(part.bands, [](const data::GranuleBand& band) { return band.values.empty(); });
    if (part.bands.empty()) continue;
    end.is_inside = true;
    emit(std::move(part));
  }
  emit(std::move(end));
}

void GranuleMosaic::lay(const std::vector<size_t>& as, const GridPlaces& places, ScratchLayers& laid, Turns& turns,
                        const Output& output, const std::function<void(double share)>& reached) const {
  const std::vector<Tile> all = tiles();
  TilePart window;
  const auto take = [&](int64_t number, TilePart part) {
    const Tile& tile = all[size_t(number)];
    if (part.block != TilePart::end) {
      for (const data::GranuleBand& band : part.bands)
        if (part.block == TilePart::layers)
          laid.layer(band.layer, band.units, band.long_name);
        else
          lay_band(band, as[tile.window], part.block, laid);
      return;
    }
    for (const std::string& line : part.details) output.detail(line);
    for (const std::string& line : part.lines) output.line(line);
    if (!part.is_inside) output.warning(tile.files.back().string() + ": no cell of the grid lies in this granule");
    window.land += part.land, window.screened += part.screened, window.estimated += part.estimated;
    reached(double(number + 1) / double(all.size()));
    if (!tile.is_last) return;
    const auto percent = [&](int64_t pixels) {
      return window.land > 0 ? 100 * double(pixels) / double(window.land) : 0;
    };
    output.line(fmt::format(
        "window {}: {} granules; {} pixels have an index, of which {:.1f} % fail the quality screens{}",
        data::to_string(set_.windows[tile.window].first), set_.files[tile.window].size(), window.land,
        percent(window.screened),
        window.estimated > 0 ? fmt::format("; {:.1f} % are estimates or long-term averages", percent(window.estimated))
                             : ""));
    window = {};
  };
  turns.for_all<TilePart>(
      int64_t(all.size()), [&](int64_t number, const auto& emit) { make(all[size_t(number)], places, emit); }, take);
}

}  // namespace unetsr::pipeline
