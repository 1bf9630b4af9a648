#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/splits/split.hpp"

// split.json of a run directory: which cells of which dataset trained, and where they lie.
namespace unetsr::pipeline {

// A split as places: its cells are those of `grid` in the windows with these labels.
struct SplitPlaces {
  std::string dataset;  // identity of the dataset that was split
  data::Grid grid;
  std::vector<std::string> windows;
  data::Split split;
  std::vector<std::string> inputs;  // SHA-256 of the files that the dataset was prepared from
  bool simulated = false;           // these are of a simulated scene
  // Of the runs that the training started from, one after the other, each with none of its own. Without windows: of a
  // dataset of which nothing more is known.
  std::vector<SplitPlaces> before{};
};

void write_split(const std::filesystem::path& file, const SplitPlaces&);
// Of the paper's protocol: crops (window, row, column) of a dataset's grid.
void write_split(const std::filesystem::path& file, const data::Dataset&, const data::CropsSplit&);

// Throws Error naming a file that is not one. split_dataset: of either kind; the identity.
SplitPlaces read_split(const std::filesystem::path& file);
std::string split_dataset(const std::filesystem::path& file);

}  // namespace unetsr::pipeline
