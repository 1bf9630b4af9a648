#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/dataset/file_blocks.hpp"

// Reflectances without the noise of single pixels. A sounding is a mean over some thirty cells, in which such noise
// averages out: so a network that learns from soundings has no reason to remove it, and copies it into the map.
//
// A pixel's band without noise is predicted from the pixel's other bands, the mean of its other windows, and the means
// of its eight neighbours, whose noise is independent. How these are related differs with the land, so a mixture of
// Gaussians of all their logarithms, one for each kind of land, is fitted to each window. A band's noise is the
// variance that the others leave unexplained in the kind of land where that is least, among those that hold some share
// of all pixels. The estimate is the mean of the band without noise, given all these variables of the pixel (Wiener's
// filter in each kind of land).
namespace unetsr::data {

inline const std::string denoised_suffix = "_denoised";

// Reflectances of all windows on one grid, read part by part; NaN where missing.
struct BandSource {
  FileBlocks blocks;  // of the grid, block by block
  int rows = 0, columns = 0, windows = 0;
  std::vector<std::string> names;  // those of `bands_to_denoise` that there are; empty without red or nir
  // The values of one band and window, row by row.
  std::function<void(size_t band, int window, const Part&, float* values)> read;
};
// MODIS has mir (2.1 um), VIIRS swir3 (2.25 um).
inline const std::vector<std::string> bands_to_denoise = {"red", "nir", "blue", "mir", "swir3"};

// The mixtures of all windows, fitted to samples of the whole grid, and what they make of a block. Where a window has
// fewer than 300 pixels with all variables, its other windows are omitted; with fewer still it stays as it is. A
// reflectance below 0.001 counts as that. Memory does not grow with the grid or the windows, but for four bytes a row
// and block and window. The same at any number of threads. The source outlives this.
class BandDenoising {
 public:
  // `reached` is given the share that is done, and may throw to stop.
  explicit BandDenoising(
      const BandSource&, const std::function<void(double share)>& reached = [](double) {});
  ~BandDenoising();

  // Of each band: 1 sigma of a pixel's noise as a share of the reflectance, the mean over windows with an estimate;
  // empty: no window has one, and no band is denoised.
  const std::vector<double>& noise() const { return noise_; }
  const BandSource& source() const { return source_; }

  // The bands of a block in one window after another.
  class Block {
   public:
    Block(const BandDenoising&, int64_t block);
    ~Block();
    // One image a band; NaN where the band is missing.
    std::vector<std::vector<float>> window(int window) const;

   private:
    struct Totals;
    const BandDenoising& all_;
    Part part_;
    std::unique_ptr<Totals> totals_;
  };

 private:
  struct Window;  // its mixture
  const BandSource& source_;
  std::vector<std::unique_ptr<Window>> windows_;
  std::vector<double> noise_;
};

}  // namespace unetsr::data
