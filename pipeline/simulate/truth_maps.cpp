#include "pipeline/simulate/truth_maps.hpp"

#include <algorithm>

#include "data/dataset/sif_quantity.hpp"
#include "data/formats/raster_writer.hpp"
#include "data/scene/stress.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/version.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

data::RasterDescription description_of_map(const data::Grid& grid, const std::string& long_name,
                                           const std::string& units) {
  data::RasterDescription map;
  map.grid = grid, map.long_name = long_name, map.units = units;
  map.title = "simulated scene: " + long_name, map.source = "unetsr " + version() + " simulate";
  return map;
}

// `write_block(writer, block)` writes the values of a block.
template <class WriteBlock>
void write_map(const fs::path& path, const data::RasterDescription& map, const data::SceneRegion& region,
               const WriteBlock& write_block) {
  write_atomically(path, [&](const fs::path& file) {
    const auto writer = data::make_raster_writer(data::RasterFormat::geotiff, file, map);
    for (const data::Part& block : region.blocks) write_block(*writer, block);
    writer->finish([] { return true; });
  });
}

void write_shares(const fs::path& folder, const data::SceneRegion& region, data::Land kind,
                  const data::SurfaceCells& cells) {
  const std::vector<data::Cover> covers = data::covers_of(kind);
  data::RasterDescription map = description_of_map(region.grid, "share of a land cover", "1");
  for (const data::Cover cover : covers) map.windows.push_back(data::cover_name(cover));
  write_map(folder / "landcover.tif", map, region, [&](data::RasterWriter& writer, const data::Part& block) {
    const data::Landscape land = cells.read(block, kind).first;
    std::vector<float> band(cells_of(block));
    for (size_t c = 0; c < covers.size(); ++c) {
      for (size_t i = 0; i < band.size(); ++i) band[i] = land.shares[i][size_t(covers[c])];
      writer.write(int(c), block, band);
    }
  });
}

void write_classes(const fs::path& folder, const data::SceneRegion& region, data::Land kind,
                   const data::SurfaceCells& cells) {
  data::RasterDescription map = description_of_map(region.grid, "land cover, IGBP class", "1");
  map.windows = {"class"};
  write_map(folder / "igbp.tif", map, region, [&](data::RasterWriter& writer, const data::Part& block) {
    std::vector<float> classes;
    for (const data::CoverShares& shares : cells.read(block, kind).first.shares)
      classes.push_back(data::igbp_class(data::main_cover(shares)));
    writer.write(0, block, classes);
  });
}

std::vector<float> cut(const std::vector<float>& values, const data::Part& whole, const data::Part& core) {
  std::vector<float> part;
  part.reserve(cells_of(core));
  for (int row = 0; row < core.rows; ++row) {
    const auto from =
        values.begin() + std::ptrdiff_t(core.row + row - whole.row) * whole.columns + core.column - whole.column;
    part.insert(part.end(), from, from + core.columns);
  }
  return part;
}

data::RasterDescription description_of_truth(const data::SceneRegion& region, const std::string& label) {
  data::RasterDescription map = description_of_map(region.grid, data::sif_name({}), data::sif_units);
  map.windows = {label};
  return map;
}

}  // namespace

void write_truth_as(const std::string& label, const fs::path& folder, const data::SceneRegion& region,
                    const data::World& world, const data::SurfaceCells& cells) {
  write_map(folder / ("truth_" + label + ".tif"), description_of_truth(region, label), region,
            [&](data::RasterWriter& writer, const data::Part& block) {
              writer.write(0, block, cells.read(block, world.land).second.sif);
            });
}

data::Part widened(const data::Part& part, int cells, const data::Grid& grid) {
  const int top = std::max(0, part.row - cells), left = std::max(0, part.column - cells);
  return {top, left, std::min(grid.rows, part.row + part.rows + cells) - top,
          std::min(grid.columns, part.column + part.columns + cells) - left};
}

void write_land(const fs::path& folder, const data::SceneRegion& region, uint64_t seed, data::Land kind,
                data::SurfaceCells& cells, const std::function<void(double share)>& reached) {
  for (size_t i = 0; i < region.blocks.size(); ++i) {
    const data::Part& block = region.blocks[i];
    const data::Vegetation none{std::vector<float>(cells_of(block)), std::vector<data::Reflectance>(cells_of(block))};
    cells.write(data::make_landscape(region.grid, block, seed, kind), none, block);
    reached(double(i + 1) / double(region.blocks.size()));
  }
  write_shares(folder, region, kind, cells);
  write_classes(folder, region, kind, cells);
}

void write_truth(const fs::path& folder, const data::SceneRegion& region, const data::Window& window, uint64_t seed,
                 const data::World& world, data::SurfaceCells& cells,
                 const std::function<void(double share)>& reached) {
  const data::RasterDescription map = description_of_truth(region, to_string(window.first));
  const int rim = world.stress == data::StressKind::texture ? data::texture_reach : 0;
  size_t done = 0;
  write_map(folder / ("truth_" + to_string(window.first) + ".tif"), map, region,
            [&](data::RasterWriter& writer, const data::Part& block) {
              const data::Landscape land = cells.read(widened(block, rim, region.grid), world.land).first;
              const data::Vegetation vegetation = data::vegetation_on(land, window, seed, world.stress);
              cells.write(land, vegetation, block);
              writer.write(0, block, cut(vegetation.sif, land.part, block));
              reached(double(++done) / double(region.blocks.size()));
            });
}

}  // namespace unetsr::pipeline
