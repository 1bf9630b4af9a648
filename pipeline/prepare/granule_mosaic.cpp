#include "pipeline/prepare/granule_mosaic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "data/dataset/missing.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/console/size_text.hpp"
#include "pipeline/inputs/isolated_readers.hpp"

namespace unetsr::pipeline {

using data::missing;
namespace fs = std::filesystem;

namespace {

void print_overlaps(const std::vector<data::Window>& windows, const Output& output) {
  for (size_t w = 1; w < windows.size(); ++w) {
    const int begin = data::day_number(windows[w].first), days = data::Window::length;
    const int shared = data::day_number(windows[w - 1].first) + days - begin;
    if (shared <= 0) continue;
    output.line(fmt::format("windows {} and {} share {} days, {} to {}: soundings of these count in the later one",
                            data::to_string(windows[w - 1].first), data::to_string(windows[w].first), shared,
                            data::to_string(windows[w].first), data::to_string(data::date_of(begin + shared - 1))));
  }
}

}  // namespace

void GranuleMosaic::open(const Output& output) {
  for (const auto& files : set_.files) files_.insert(files_.end(), files.begin(), files.end());
  {
    Stage stage(output, "open index granules");
    for (const fs::path& file : files_) {
      stop_if_interrupted();
      contents_.push_back(isolated::mod13a2_contents(file));
      require_lattice(contents_.size() - 1);
      stage.reached(double(contents_.size()) / double(files_.size()));
    }
  }
  require_data_sets(output);
  print_overlaps(set_.windows, output);
}

void GranuleMosaic::require_lattice(size_t granule) const {
  const data::Grid &first = contents_.front().grid, &grid = contents_[granule].grid;
  const double across = (grid.x_origin - first.x_origin) / first.x_step,
               down = (grid.y_origin - first.y_origin) / first.y_step;
  const std::string names = files_[granule].string() + " lies on another lattice than " + files_.front().string();
  if (grid.crs != first.crs || std::abs(grid.x_step - first.x_step) > 1e-6 * std::abs(first.x_step) ||
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
  for (size_t g = 0; g < files_.size(); ++g)
    for (const std::string& name : contents_[g].missing) {
      const bool screen = name == "pixel reliability" || name == "VI Quality";
      const auto other = std::find_if(contents_.begin(), contents_.end(),
                                      [&](const data::GranuleContents& contents) { return !lacks(contents, name); });
      const bool whole = 2 * contents_[g].missing.size() < data::mod13a2_data_sets;
      if (!screens_.any && (screen || whole || other != contents_.end()))
        throw Error(
            files_[g].string() + ": has no data set \"1 km 16 days " + name + "\"" +
            (other == contents_.end() ? "" : ", which " + files_[size_t(other - contents_.begin())].string() + " has") +
            "; download it again, or do without and screen no pixel: --reliability any");
      if (std::find(lacking.begin(), lacking.end(), name) == lacking.end()) lacking.push_back(name);
    }
  if (!lacking.empty()) output.line(fmt::format("the granules have no data set {}", fmt::join(lacking, ", ")));
  if (screens_.any) output.line("--reliability any: no pixel is screened by reliability or usefulness");
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

// The band's values at the pixels, over what the block has; false where there are none.
bool lay_band(const data::GranuleBand& band, const std::vector<int32_t>& pixels, size_t window, int64_t block,
              ScratchLayers& laid) {
  const size_t layer = laid.layer(band.layer, band.units, band.long_name);
  std::vector<float> values;
  for (size_t i = 0; i < pixels.size(); ++i) {
    const float value = pixels[i] < 0 ? missing : band.values[size_t(pixels[i])];
    if (std::isnan(value)) continue;
    if (values.empty()) values = laid.read(layer, int(window), block);
    values[i] = value;
  }
  if (!values.empty()) laid.write(layer, int(window), block, values);
  return !values.empty();
}

}  // namespace

void GranuleMosaic::lay(size_t window, size_t as, const GridPlaces& places, ScratchLayers& laid, const Output& output,
                        const std::function<void(double share)>& reached) const {
  int64_t land = 0, screened = 0;
  double done = 0;
  for (const fs::path& file : set_.files[window]) {
    stop_if_interrupted();
    const auto start = std::chrono::steady_clock::now();
    const data::Granule granule = isolated::read_mod13a2(file, screens_);
    output.detail(fmt::format("read {}: {:.1f} s", file_with_size(file), seconds_since(start)));
    bool inside = false;
    for (const data::GranuleBand& band : granule.bands) laid.layer(band.layer, band.units, band.long_name);
    for (const int64_t block : places.blocks_of(granule.grid)) {
      const std::vector<int32_t> pixels = places.pixels(granule.grid, block);
      for (const data::GranuleBand& band : granule.bands) inside |= lay_band(band, pixels, as, block, laid);
    }
    if (!inside) output.warning(file.string() + ": no cell of the grid lies in this granule");
    land += granule.land_pixels, screened += granule.screened_pixels;
    for (const auto& [name, count] : granule.impossible)
      output.line(
          fmt::format("{}: {} values of {} are impossible, and missing in the dataset", file.string(), count, name));
    reached(++done / double(set_.files[window].size()));
  }
  output.line(fmt::format("window {}: {} granules; {} pixels have an index, of which {:.1f} % fail the quality screens",
                          data::to_string(set_.windows[window].first), set_.files[window].size(), land,
                          land > 0 ? 100 * double(screened) / double(land) : 0));
}

}  // namespace unetsr::pipeline
