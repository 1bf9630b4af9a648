#pragma once
#include <map>
#include <string>

#include "data/dataset/dataset.hpp"
#include "data/features/denoising.hpp"
#include "pipeline/console/output.hpp"
#include "pipeline/prepare/block_preparation.hpp"
#include "pipeline/prepare/sounding_stream.hpp"

// What `prepare` prints of granules.
namespace unetsr::pipeline {

// "2019-06-10 312, 2019-06-11 298, ...": days since 1970-01-01 and a count of each; the thirteenth and later together.
std::string days_in_words(const std::map<int, int64_t>& days);
// How many soundings were read, removed by each screen, and used.
void print_counts(const SoundingCounts&, const Output&);
void print_noise(const data::BandDenoising&, const Output&);
// The grids, and of each layer the share of the region's cells with a value, and the range of the values.
void print_contents(const BlockPreparation&, const Output&);
void warn_of_empty_windows(const BlockPreparation&, const Output&);
// On the sinusoidal grid of MODIS: what to add for a map that a reader knows. `chosen`: a part of the granules was
// asked for.
void suggest_map_crs(const data::Dataset&, bool chosen, const Output&);
// "unetsr train scene.h5 runs/scene", with a run that is not there yet.
std::string train_command_for(const std::filesystem::path& dataset);

}  // namespace unetsr::pipeline
