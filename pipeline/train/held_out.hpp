#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/splits/split.hpp"
#include "kernels/queue.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/train/held_out_basis.hpp"
#include "pipeline/train/train_options.hpp"

// The choice of the test cells, and of the buffer between them and the training cells.
namespace unetsr::pipeline {

struct HonestOptions;

// The default buffer: the widest of the separations; but where that would leave less than a third of the values outside
// the test cells to train, in the fold where it is least, the largest that leaves it, and no less than what keeps SIF
// of test cells out of the training. Of a run whose `test` is set.
int default_buffer(Shape, const ResolvedOptions&, const HeldOutBasis&);

// Replaces `auto` in "blocks:auto:FOLD/FOLDS" by a block's side, the same for every model: the longer of the
// correlation lengths, or 8 times the buffer for footprint and errors where that is more, so that buffers take little;
// but so small that each fold has two blocks. Blocks fill the shorter side of the cells with values evenly. Other
// choices are returned unchanged.
std::string with_block_side(const std::string& test, Shape, const HeldOutBasis&);

// Throws UsageError where `test` is none of these choices, whatever the dataset.
void require_test_cells(const std::string& test);

// Those of a run's options that its protocol needs. `values`: of the run's HeldOutBasis; columns and windows need none.
HonestOptions honest_options(const ResolvedOptions&, std::vector<int32_t> values, Device = Device::cpu);

// The windows of --start and --end by their numbers, rising; empty: all. Throws UsageError: see chosen_windows().
std::vector<int> used_windows(const ResolvedOptions&, const std::vector<std::string>& labels);

// Of `count` soundings or cells: fewer than two that test give no score, fewer than least_validated (epoch_choice.hpp)
// that validate choose no epoch. The first throws UsageError, the second warns where some should validate.
void require_tested(int64_t count, const std::string& values, const ResolvedOptions&);
void warn_of_few_validated(int64_t count, const std::string& values, const ResolvedOptions&, const Output&);

// Throws UsageError: `test` that cannot be understood; a split that leaves no cells to train, validate or test on,
// with what to do.
data::Split make_split(Shape shape, const HonestOptions&);
// The same on a grid of the dataset: windows that share days with the one that tests do not train.
data::Split make_split(Shape shape, const HonestOptions&, const data::Dataset&);

}  // namespace unetsr::pipeline
