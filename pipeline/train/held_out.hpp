#pragma once
#include <string>

#include "data/dataset/dataset.hpp"
#include "data/splits/split.hpp"
#include "kernels/queue.hpp"
#include "nn/model_spec.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/train/train_options.hpp"

// The choice of the test cells, and of the buffer between them and the training cells.
namespace unetsr::pipeline {

struct HonestOptions;

// Cells of the split's grid that a buffer between training and test has to span, each for a reason of its own:
//   network  the map of a test cell then depends on no input of a cell that trained. (The other way round it is so at
//            any distance: inputs of cells that do not train are blanked while training.)
//   patch    no patch of training reaches a test cell, even where nothing in it were blanked
//   coarse   the coarse SIF of a training cell is made of SIF around it: within one coarse cell, or as far as its
//            interpolation (and a pattern of neighbours, LBP) reaches. A smaller buffer hands test SIF to training.
struct Separation {
  int network = 0, patch = 0, coarse = 0;

  int buffer() const;  // the largest
};

// Of a run whose model, patch, supervision and Wald's factor are set.
Separation separation_of(const ResolvedOptions&, const data::Dataset& dataset);

// The radius of the receptive field, in cells: the distance within which an input can change a cell of the map.
int receptive_field_radius(const nn::ModelSpec&);

// Correlation lengths on the split's grid (data/splits/correlation_length.hpp): of the SIF, and of the residual of
// least squares on the cell's bands, an upper bound for the correlation length of a network's errors; 0 without bands.
// Where there are two grids, of the coarse SIF, else of the fine one, with the coarse SIF among the bands.
struct CorrelationLengths {
  double sif = 0, errors = 0;

  double longer() const;
};
// `training_grid`: the dataset on the training's grid.
CorrelationLengths correlation_lengths(const ResolvedOptions&, const data::Dataset& dataset,
                                       const data::Dataset& training_grid);

// Replaces `auto` in "blocks:auto:FOLD/FOLDS" by a block's side: the longer of the correlation lengths, but at least a
// patch, and so that each fold can have two blocks where patches allow it. Other choices are returned unchanged.
std::string with_block_side(const std::string& test, const ResolvedOptions&, const data::Dataset& dataset,
                            const data::Dataset& training_grid);

// Throws UsageError where `test` is none of these choices, whatever the dataset.
void require_test_cells(const std::string& test);

// Those of a run's options that its protocol needs.
HonestOptions honest_options(const ResolvedOptions&, Device = Device::cpu);

// Of `count` values that test or validate, soundings or cells: fewer than two give no score. Throws UsageError; warns
// where some should validate.
void require_tested(int64_t count, const std::string& values, const ResolvedOptions&);
void warn_of_few_validated(int64_t count, const std::string& values, const ResolvedOptions&, const Output&);

// Throws UsageError: `test` that cannot be understood; a split that leaves no cells to train, validate or test on,
// with what to do.
data::Split make_split(Shape shape, const HonestOptions&);

}  // namespace unetsr::pipeline
