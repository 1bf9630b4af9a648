#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "data/dataset/scratch_file.hpp"
#include "data/scene/vegetation.hpp"

namespace unetsr::data {

// What soundings and composites see of a cell. The covers' shares are ninths: a cell is sampled at nine places.
struct SurfaceCell {
  Reflectance reflectance;
  float sif = 0;
  std::array<uint8_t, cover_count> ninths = {};

  bool known() const;  // false of a cell that was never written
};

float cover_share(int ninths);

// The surface of a scene of any size, in a file without a name that ends with the object; memory is bounded. A cell is
// read as it was written, bit for bit. Reading is for several threads at a time, writing for one alone.
class SurfaceCells {
 public:
  static constexpr int tile = 64;  // cells, on a side

  // `folder`: where there is room, 57 bytes a cell. `cached_tiles` are held in memory.
  SurfaceCells(const Grid&, const std::filesystem::path& folder, size_t cached_tiles = 1200);
  SurfaceCells(const SurfaceCells&) = delete;
  SurfaceCells& operator=(const SurfaceCells&) = delete;

  const Grid& grid() const { return grid_; }
  // The cells of `core`, which begins and ends at multiples of `tile` or at the grid's end, of a land and its
  // vegetation that hold it. Throws Error (a full disk).
  void write(const Landscape&, const Vegetation&, const Part& core);
  // Land and vegetation of a part; shares of zero where nothing was written.
  std::pair<Landscape, Vegetation> read(const Part&, Land) const;

  // Cells one by one, for one thread.
  class Reader {
   public:
    explicit Reader(const SurfaceCells& cells) : cells_(cells) {}
    const SurfaceCell& at(int row, int column);  // of the grid

   private:
    struct Pin {
      int64_t index = -1;
      std::shared_ptr<const std::vector<SurfaceCell>> cells;
    };
    const SurfaceCells& cells_;
    std::array<Pin, 4> pins_;
    size_t next_ = 0;
  };

 private:
  using Tile = std::vector<SurfaceCell>;
  using TileOrder = std::list<std::pair<int64_t, std::shared_ptr<const Tile>>>;

  int64_t index_of(int row, int column) const { return int64_t(row / tile) * tiles_across_ + column / tile; }
  Tile load(int64_t index) const;
  std::shared_ptr<const Tile> cached(int64_t index) const;

  Grid grid_;
  ScratchFile file_;
  int tiles_across_;
  size_t cached_tiles_;
  mutable std::mutex mutex_;
  mutable TileOrder last_used_;  // the latest first
  mutable std::unordered_map<int64_t, TileOrder::iterator> places_;
};

}  // namespace unetsr::data
