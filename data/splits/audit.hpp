#pragma once
#include <span>
#include <vector>

#include "data/dataset/mask.hpp"
#include "data/splits/split.hpp"
#include "kernels/crop.hpp"
#include "kernels/view.hpp"

// Is a score worth anything? Checks for the two usual leaks.
namespace unetsr::data {

// Share of the pixels of the test patches (each counted as often as it occurs) that also lie in a training patch.
double shared_pixel_share(Shape shape, int patch, std::span<const kernels::Crop> train,
                          std::span<const kernels::Crop> test);

// The number of cells used for training that lie within `distance` cells, in rows and in
// columns, of a test cell of the same window: none, in a split with at least that buffer.
int64_t training_cells_near_test(const Split&, int distance);

// R2 of the least-squares fit of the target on the channels, over the cells in `cells` where all are present. Close to
// 1 means that the channels contain the target.
double least_squares_r2(View<const float> channels, std::span<const float> target, const Mask& cells = {});

}  // namespace unetsr::data
