#pragma once
#include <map>
#include <string>

#include "data/dataset/dataset.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/prepare/sounding_stream.hpp"

// What `prepare` prints of granules.
namespace unetsr::pipeline {

// "2019-06-10 312, 2019-06-11 298, ...": days since 1970-01-01 and a count of each; the thirteenth and later together.
std::string days_in_words(const std::map<int, int64_t>& days);
// How many soundings were read, removed by each screen, and used.
void print_counts(const SoundingCounts&, const Output&);
// The grids, and the share of cells with a value, of each layer and window.
void print_contents(const data::Dataset&, const Output&);
void warn_of_empty_windows(const data::Dataset&, const Output&);

}  // namespace unetsr::pipeline
