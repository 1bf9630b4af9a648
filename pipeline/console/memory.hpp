#pragma once
#include <filesystem>

#include "data/dataset/available_memory.hpp"
#include "data/dataset/dataset_file.hpp"
#include "nn/model_spec.hpp"

namespace unetsr::pipeline {

using data::available_memory, data::refuse_beyond_memory;

// How many copies of a dataset a command holds at most, in features, on other grids and as itself.
constexpr double copies_to_learn = 3, copies_to_score = 4;

// A dataset as a whole, where so many copies fit into the memory.
void refuse_beyond_memory(const data::DatasetFile&, const std::filesystem::path&, double copies);
data::Dataset read_dataset(const std::filesystem::path&, double copies);

// Bytes that a network takes at most: its parameters, and the images of `cells` cells at once between its layers, with
// the gradients of all where it is `training`.
double memory_of(const nn::ModelSpec&, double cells, bool training);

// From now on arrays of a megabyte or more go back to the system when they are freed: arrays that are made and freed
// again and again would leave gaps that grow with time.
void give_back_large_arrays();

}  // namespace unetsr::pipeline
