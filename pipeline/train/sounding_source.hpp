#pragma once
#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset/dataset_file.hpp"

namespace unetsr::pipeline {

// The soundings of a dataset that is read in parts. Of what was read last as much as fits into `memory` bytes is kept,
// which changes no result. One thread reads at a time.
class SoundingSource {
 public:
  // The name of the dataset's file, and the file. Reads all soundings once, one run after the other.
  SoundingSource(std::filesystem::path, double memory);
  ~SoundingSource();

  int64_t size() const { return size_; }
  // That are kept.
  double most_bytes() const;
  // Those of some windows (by their numbers, rising) whose centre lies in the part, in the order of the file.
  data::Soundings of(const data::DatasetFile&, const data::Part&, const std::vector<int>& windows) const;
  // A dataset without layers, of at most so many of them, evenly spread over all.
  data::Dataset some(size_t most) const;
  // How many have their centre in each coarse cell (row, column), in all windows.
  const std::vector<int32_t>& counts() const { return counts_; }

 private:
  struct Run;
  std::shared_ptr<const Run> read(const data::DatasetFile&, const data::SoundingRun&) const;
  std::shared_ptr<const Run> kept(const data::DatasetFile&, const data::SoundingRun&) const;

  std::filesystem::path file_;
  double memory_;
  int64_t size_ = 0;
  std::vector<int32_t> counts_;
  mutable std::list<std::shared_ptr<const Run>> kept_;  // the last used first
  mutable double kept_bytes_ = 0;
};

}  // namespace unetsr::pipeline
