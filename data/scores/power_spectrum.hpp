#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/dataset/mask.hpp"
#include "kernels/view.hpp"

// Radial power spectra of maps: their variance at each wavelength.
namespace unetsr::data {

// Sides of a cell on the ground, km: of degrees at the grid's middle latitude, else of metres.
struct CellSize {
  double width = 1, height = 1;
};
CellSize cell_size_km(const Grid&);

// Mean over the directions of a tile's power at the wavenumbers 1, 2, ... tile / 2 cycles a tile (of the longer side of
// its cells). The mean of a tile is subtracted, and the rest multiplied by a Hann window (in rows and in columns, of
// mean square 1); power is |Fourier transform|^2 / cells^2, so that white noise of variance v has v / cells everywhere.
class TileSpectrum {
 public:
  TileSpectrum(int tile, const CellSize&);

  int tile() const { return tile_; }
  size_t bins() const { return size_t(tile_ / 2); }
  std::vector<double> wavelengths_km() const;  // falling
  // Of the tiles of two images whose first cells are at `a` and `b`, rows `pitch` apart; no cell is missing. Powers: a
  // value a bin.
  void transform(const float* a, const float* b, int64_t pitch, std::vector<double>& power_a,
                 std::vector<double>& power_b) const;

 private:
  int tile_;
  double longer_;              // side of a cell, km
  std::vector<double> hann_;   // by row or column
  std::vector<int> bin_;       // of each wavenumber (row, column); -1: none
  std::vector<double> share_;  // 1 / how many wavenumbers the bin has
};

// The first cells of all tiles of tile x tile cells whose cells are all chosen. Tiles lie half a tile apart, in each
// window from the first row and column on that have a chosen cell.
std::vector<int64_t> whole_tiles(const Mask& cells, Shape, int tile);

}  // namespace unetsr::data
