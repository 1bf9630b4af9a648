#pragma once
#include "data/dataset/dataset_file.hpp"
#include "data/dataset/stored_array.hpp"
#include "pipeline/console/array_memory.hpp"
#include "pipeline/console/output.hpp"
#include "pipeline/train/finished_run.hpp"

// A run on a dataset that it was not trained on: of another region, another year, or another scene.
namespace unetsr::pipeline {

// Whether the dataset is another one than the run was trained on, by its contents.
bool trained_elsewhere(const FinishedRun&, const data::Dataset&);

// The run as it maps this dataset. On the dataset that it was trained on it is unchanged. On another one, what only
// soundings determine is estimated from those of this dataset, all of them: the level of each window
// (pipeline/maps/levels.hpp), cloud shielding, places and width of footprints, and, where no input is made of
// soundings, the standard deviation, by cross-validation as after a training. Runs that did not learn from soundings,
// and datasets with none or too few, leave it unchanged. Prints which of this is the case. Maps of all windows, and
// what is made of all soundings, lie in the store, but for about 85 bytes a sounding; the result does not depend on it.
FinishedRun fitted_to(FinishedRun, const data::DatasetFile&, const Output&, const data::ArrayStore& = {});

// Bytes that this takes at most. `stored`: what lies in the store. 0 where the run stays unchanged.
ArrayMemory memory_to_fit(const FinishedRun&, const data::DatasetFile&);

}  // namespace unetsr::pipeline
