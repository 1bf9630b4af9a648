#pragma once
#include "data/dataset/dataset_file.hpp"
#include "data/footprints/sounding_cells.hpp"
#include "pipeline/maps/mapper.hpp"

namespace unetsr::pipeline {

// What a mapper makes the map of one window of a file's fine cells of (1, rows, columns), read in blocks; a feature of
// a whole window is made of that at once. `coarse_sif`: of all windows, instead of the file's.
MapInputs window_inputs(const Mapper&, const data::DatasetFile&, int window,
                        const data::CoarseSif* coarse_sif = nullptr);

}  // namespace unetsr::pipeline
