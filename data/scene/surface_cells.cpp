#include "data/scene/surface_cells.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

constexpr int ninth = 9;

// Added up as a land's shares are, so that they come back bit for bit.
std::array<float, ninth + 1> make_shares() {
  std::array<float, ninth + 1> shares = {};
  for (size_t i = 1; i < shares.size(); ++i) shares[i] = shares[i - 1] + 1.0f / ninth;
  return shares;
}
const std::array<float, ninth + 1> shares = make_shares();

constexpr size_t tile_cells = size_t(SurfaceCells::tile) * SurfaceCells::tile;
constexpr size_t tile_bytes = tile_cells * sizeof(SurfaceCell);

}  // namespace

float cover_share(int ninths) {
  return shares[size_t(ninths)];
}

bool SurfaceCell::known() const {
  return std::any_of(ninths.begin(), ninths.end(), [](uint8_t n) { return n > 0; });
}

SurfaceCells::SurfaceCells(const Grid& grid, const std::filesystem::path& folder, size_t cached_tiles)
    : grid_(grid),
      file_(folder, "the scene's surface"),
      tiles_across_((grid.columns + tile - 1) / tile),
      cached_tiles_(std::max<size_t>(cached_tiles, 1)) {}

void SurfaceCells::write(const Landscape& land, const Vegetation& vegetation, const Part& core) {
  const auto ends = [](int end, int count) { return end % tile == 0 || end == count; };
  if (core.row % tile != 0 || core.column % tile != 0 || !ends(core.row + core.rows, grid_.rows) ||
      !ends(core.column + core.columns, grid_.columns))
    throw ShapeError("a block of a scene's surface does not begin and end at its tiles");
  last_used_.clear(), places_.clear();
  for (int top = core.row; top < core.row + core.rows; top += tile)
    for (int left = core.column; left < core.column + core.columns; left += tile) {
      Tile cells(tile_cells);
      for (int row = top; row < std::min(top + tile, core.row + core.rows); ++row)
        for (int column = left; column < std::min(left + tile, core.column + core.columns); ++column) {
          const size_t from =
              size_t(row - land.part.row) * size_t(land.part.columns) + size_t(column - land.part.column);
          SurfaceCell& cell = cells[size_t(row - top) * tile + size_t(column - left)];
          cell.reflectance = vegetation.reflectance[from], cell.sif = vegetation.sif[from];
          for (size_t c = 0; c < cover_count; ++c) cell.ninths[c] = uint8_t(std::lround(ninth * land.shares[from][c]));
        }
      file_.write(index_of(top, left) * int64_t(tile_bytes), cells.data(), tile_bytes);
    }
}

// Beyond the end of the file nothing was written.
SurfaceCells::Tile SurfaceCells::load(int64_t index) const {
  Tile cells(tile_cells);
  file_.read_up_to(index * int64_t(tile_bytes), cells.data(), tile_bytes);
  return cells;
}

std::pair<Landscape, Vegetation> SurfaceCells::read(const Part& part, Land kind) const {
  Landscape land{grid_, std::vector<CoverShares>(cells_of(part)), kind, part};
  Vegetation vegetation{std::vector<float>(cells_of(part)), std::vector<Reflectance>(cells_of(part))};
  for (int top = part.row / tile * tile; top < part.row + part.rows; top += tile)
    for (int left = part.column / tile * tile; left < part.column + part.columns; left += tile) {
      const Tile cells = load(index_of(top, left));
      for (int row = std::max(top, part.row); row < std::min(top + tile, part.row + part.rows); ++row)
        for (int column = std::max(left, part.column); column < std::min(left + tile, part.column + part.columns);
             ++column) {
          const SurfaceCell& cell = cells[size_t(row - top) * tile + size_t(column - left)];
          const size_t to = size_t(row - part.row) * size_t(part.columns) + size_t(column - part.column);
          vegetation.reflectance[to] = cell.reflectance, vegetation.sif[to] = cell.sif;
          for (size_t c = 0; c < cover_count; ++c) land.shares[to][c] = cover_share(cell.ninths[c]);
        }
    }
  return {std::move(land), std::move(vegetation)};
}

std::shared_ptr<const SurfaceCells::Tile> SurfaceCells::cached(int64_t index) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = places_.find(index); found != places_.end()) {
      last_used_.splice(last_used_.begin(), last_used_, found->second);
      return found->second->second;
    }
  }
  const auto cells = std::make_shared<const Tile>(load(index));
  const std::lock_guard lock(mutex_);
  if (const auto found = places_.find(index); found != places_.end()) return found->second->second;
  last_used_.emplace_front(index, cells);
  places_[index] = last_used_.begin();
  if (last_used_.size() > cached_tiles_) {
    places_.erase(last_used_.back().first);
    last_used_.pop_back();
  }
  return cells;
}

const SurfaceCell& SurfaceCells::Reader::at(int row, int column) {
  const int64_t index = cells_.index_of(row, column);
  const size_t cell = size_t(row % tile) * tile + size_t(column % tile);
  for (const Pin& pin : pins_)
    if (pin.index == index) return (*pin.cells)[cell];
  Pin& pin = pins_[next_++ % pins_.size()];
  pin = {index, cells_.cached(index)};
  return (*pin.cells)[cell];
}

}  // namespace unetsr::data
