#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "nn/model_spec.hpp"
#include "pipeline/train/sounding_source.hpp"
#include "pipeline/train/train_options.hpp"

// What the choice of the test cells, and of the buffer around them, follows from.
namespace unetsr::pipeline {

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

// Cells of the split's grid that a buffer between training and test has to span, each for a reason of its own:
//   coarse     the coarse SIF of a training cell is made of SIF around it: within one coarse cell, or as far as its
//              interpolation (and a pattern of neighbours, LBP) reaches. This alone is not in the buffer's choice.
//   sif        the same, and the widest footprint where SIF is gridded. A smaller buffer hands test SIF to training.
//   footprint  the longer side of half of the soundings is at most that: nearer ones are partly of the same ground,
//              where footprints are wider or lie elsewhere than their corners state
//   network    the map of a test cell then depends on no input of a cell that trained. (The other way round it is so at
//              any distance: inputs of cells that do not train are blanked while training.)
//   errors     the correlation length of the errors: nearer test cells share errors with training cells
struct Separation {
  int coarse = 0, sif = 0, footprint = 0, network = 0, errors = 0;

  int widest() const;
  // "decided by the footprint (footprint 3, receptive field 1, ... cells)": which of them a buffer is as wide as.
  std::string in_words(int buffer) const;
};

// What the choice of test cells and buffer follows from.
struct HeldOutBasis {
  // Of each cell (row, column) of the split's grid: the soundings in all windows whose footprint has its middle there
  // (in its coarse cell); without soundings, the windows with SIF.
  std::vector<int32_t> values;
  CorrelationLengths lengths;
  Separation separation;
};

// Of a run whose model, supervision and Wald's factor are set. `source`: the soundings of a dataset that is read in
// parts; their centres are counted, and the sides of some footprints.
HeldOutBasis held_out_basis(const ResolvedOptions&, const data::Dataset& dataset, const data::Dataset& training_grid,
                            const SoundingSource* source = nullptr);

// The grid that a run's split is made on, as (windows, rows, columns, 1).
Shape split_shape(const ResolvedOptions&, const data::Dataset& dataset, const data::Dataset& training_grid);

}  // namespace unetsr::pipeline
