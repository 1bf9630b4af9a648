#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset/dataset_file.hpp"

namespace unetsr::pipeline {

// The soundings of a dataset that is read in parts.
class SoundingSource {
 public:
  explicit SoundingSource(const data::DatasetFile&);

  int64_t size() const { return int64_t(soundings_.size()); }
  // Those of some windows (by their numbers, rising) whose centre lies in the part.
  data::Soundings of(const data::Part&, const std::vector<int>& windows) const;
  // A dataset without layers, of at most so many of them, evenly spread over all.
  data::Dataset some(size_t most) const;
  // How many have their centre in each coarse cell (row, column), in all windows.
  std::vector<int32_t> counts() const;

 private:
  data::Grid grid_;
  std::vector<std::string> windows_;
  int factor_;
  data::Soundings soundings_;
  std::vector<int32_t> cell_, window_;  // of each sounding: its coarse cell, its window; -1: none
  std::vector<size_t> order_;           // by coarse cells
  std::vector<size_t> first_of_row_;    // in order_: of each row of coarse cells, and the end
};

}  // namespace unetsr::pipeline
