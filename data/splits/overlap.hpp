#pragma once
#include <cstdint>
#include <span>

#include "data/dataset/mask.hpp"
#include "data/footprints/sounding_cells.hpp"
#include "data/splits/split.hpp"
#include "kernels/crop.hpp"

// The cells and soundings that training and test share.
namespace unetsr::data {

// The number of cells, or soundings, that both choose.
int64_t common(const Mask&, const Mask&);

// The cells of its split's grid that a training uses.
struct UsedCells {
  Mask targets;                       // compared with a target
  Mask inputs;                        // with inputs that are not blanked
  int radius = 0;                     // of the receptive field, in cells
  int sif_behind = 0;                 // the distance, in cells, within which SIF is used to make a cell's inputs
  bool sif_of_other_windows = false;  // whether that is the SIF of the cell's other windows too
};

// The cells whose SIF training uses, in a target or behind an input that a target's map depends on.
Mask sif_used(const UsedCells&, Shape);

struct Overlap {
  int64_t cells = 0;      // test cells whose SIF training uses: 0, or scores are leaky
  int64_t soundings = 0;  // soundings that both use: likewise
  int64_t inputs = 0;     // training cells whose inputs the maps of test cells depend on: none of them is SIF of test
                          // cells, so scores are not leaky; but the test cells lie next to training cells
};

// All but the soundings.
Overlap overlap(const Split&, const UsedCells&);

// The soundings whose footprints overlap `cells` (windows, rows, columns), which are blocks of factor x factor fine
// cells.
std::vector<uint8_t> touching(const SoundingCells&, const Mask& cells, int factor, int rows);

// Chooses the entries of chosen soundings in other windows too, where windows share soundings.
void add_copies(const SoundingCells&, std::vector<uint8_t>& chosen);

// The paper's protocol: the number of cells in patches of both.
int64_t shared_cells(Shape, int patch, std::span<const kernels::Crop> train, std::span<const kernels::Crop> test);

// Share of the pixels of the test patches (each counted as often as it occurs) that also lie in a training patch.
double shared_pixel_share(Shape shape, int patch, std::span<const kernels::Crop> train,
                          std::span<const kernels::Crop> test);

// The number of training cells within `distance` cells, in rows and in columns, of a test cell of the same window; 0 in
// a split with at least that buffer.
int64_t training_cells_near_test(const Split&, int distance);

}  // namespace unetsr::data
