#pragma once
#include "data/dataset/dataset.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/prepare/sounding_stream.hpp"

// What `prepare` prints of granules.
namespace unetsr::pipeline {

// How many soundings were read, removed by each screen, and used.
void print_counts(const SoundingCounts&, const Output&);
// The grids, and the share of cells with a value, of each layer and window.
void print_contents(const data::Dataset&, const Output&);
void warn_of_empty_windows(const data::Dataset&, const Output&);

}  // namespace unetsr::pipeline
