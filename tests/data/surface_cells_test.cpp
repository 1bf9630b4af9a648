#include "data/scene/surface_cells.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "data/scene/composite.hpp"
#include "data/scene/pixel_view.hpp"
#include "data/scene/scene_region.hpp"
#include "data/scene/stress.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr uint64_t seed = 7;
const Window window = {{2019, 7, 12}};
const Grid grid = part_of(region_of(Land::minnesota, false).grid, {100, 200, 140, 150});

bool equal(const Reflectance& a, const Reflectance& b) {
  return a.red == b.red && a.nir == b.nir && a.blue == b.blue && a.mir == b.mir;
}

// The land's blocks of one or more tiles, each made by itself.
std::vector<Part> blocks_of(int size) {
  std::vector<Part> blocks;
  for (int row = 0; row < grid.rows; row += size)
    for (int column = 0; column < grid.columns; column += size)
      blocks.push_back({row, column, std::min(size, grid.rows - row), std::min(size, grid.columns - column)});
  return blocks;
}

Part widened(const Part& p, int rim) {
  const int top = std::max(0, p.row - rim), left = std::max(0, p.column - rim);
  return {top, left, std::min(grid.rows, p.row + p.rows + rim) - top,
          std::min(grid.columns, p.column + p.columns + rim) - left};
}

}  // namespace

TEST_CASE("A scene made in blocks has the bits of one made as a whole") {
  const test::TemporaryDirectory directory;
  const World& world = world_named("all");  // texture looks around, pixels see their neighbours
  const Landscape whole_land = make_landscape(grid, seed, world.land);
  const Vegetation whole_vegetation = vegetation_on(whole_land, window, seed, world.stress);
  const Mod13a2Pixels expected = composite(whole_land, whole_vegetation, window, grid, seed, world.pixels);
  SurfaceCells cells(grid, directory.path(), 3);
  for (const Part& block : blocks_of(64)) {
    const Landscape land = make_landscape(grid, widened(block, texture_reach), seed, world.land);
    cells.write(land, vegetation_on(land, window, seed, world.stress), block);
  }
  const auto [land, vegetation] = cells.read(whole(grid), world.land);
  CHECK(land.shares == whole_land.shares);
  CHECK(vegetation.sif == whole_vegetation.sif);
  CHECK(std::equal(vegetation.reflectance.begin(), vegetation.reflectance.end(), whole_vegetation.reflectance.begin(),
                   equal));
  Mod13a2Pixels pixels(size_t(grid.cells()));
  for (const Part& core : {Part{0, 0, 50, 150}, Part{50, 0, 90, 70}, Part{50, 70, 90, 80}}) {
    const auto [part, seen] = cells.read(widened(core, pixel_reach), world.land);
    add_composite(part, seen, core, window, grid, seed, world.pixels, pixels);
  }
  CHECK(pixels.red == expected.red);
  CHECK(pixels.nir == expected.nir);
  CHECK(pixels.evi == expected.evi);
  CHECK(pixels.quality == expected.quality);
}

TEST_CASE("Cells are read one by one by several threads, with few tiles in memory") {
  const test::TemporaryDirectory directory;
  SurfaceCells cells(grid, directory.path(), 1);
  Landscape land{grid, std::vector<CoverShares>(size_t(grid.cells()), CoverShares{})};
  Vegetation vegetation{std::vector<float>(size_t(grid.cells())), std::vector<Reflectance>(size_t(grid.cells()))};
  for (size_t i = 0; i < vegetation.sif.size(); ++i) {
    vegetation.sif[i] = float(i);
    for (int k = 0; k < 9; ++k) land.shares[i][k < int(i % 10) ? 1 : 2] += 1 / 9.0f;
  }
  const Part known = {0, 0, 64, 150};
  cells.write(land, vegetation, known);
  ThreadScope threads(4);
  std::vector<int> wrong(size_t(grid.rows), 0);
  parallel_for(grid.rows, [&](int64_t row) {
    SurfaceCells::Reader reader(cells);
    for (int column = 0; column < grid.columns; ++column) {
      const SurfaceCell& cell = reader.at(int(row), column);
      const size_t i = size_t(row) * 150 + size_t(column);
      const bool as_written = cell.known() && cell.sif == float(i) && cell.ninths[1] == i % 10;
      wrong[size_t(row)] += row < 64 ? !as_written : cell.known();
    }
  });
  CHECK(std::all_of(wrong.begin(), wrong.end(), [](int count) { return count == 0; }));
  const Landscape part = cells.read({60, 10, 8, 5}, Land::minnesota).first;
  CHECK(part.shares[4] == land.shares[60 * 150 + 14]);
  CHECK(part.shares[20] == CoverShares{});
  CHECK_THROWS_AS(cells.write(land, vegetation, {0, 0, 50, 150}), ShapeError);
  CHECK(std::filesystem::is_empty(directory.path()));
  CHECK_THROWS_AS(SurfaceCells(grid, directory / "absent"), Error);
}
