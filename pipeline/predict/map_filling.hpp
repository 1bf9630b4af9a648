#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/dataset_file.hpp"
#include "pipeline/console/array_memory.hpp"
#include "pipeline/fill/fill_gaps.hpp"
#include "pipeline/train/finished_run.hpp"

namespace unetsr::pipeline {

// Keeps the maps of all windows of a dataset until their gaps are filled (pipeline/fill/fill_gaps.hpp).
class MapFilling {
 public:
  // What is made of all windows lies in the store. File and run have to outlive this.
  MapFilling(const data::DatasetFile&, const FinishedRun&, const data::ArrayStore&);

  // A part of a window's map. `left`: as Conserver::Outcome::error_left has it; empty: nothing is corrected.
  void keep(int window, const data::Part&, std::span<const float> sif, std::span<const float> left);

  // When all are kept. `reached` is given the share that is done, `take` the filled cells. Throws Interrupted.
  void fill(
      const std::function<void(double share)>& reached, const TakeFilled& take = [](std::span<const FilledCell>) {});

  // Of a window, when filled: values, their standard deviation (of a run that has one), and 1 where the value is
  // filled, 0 where it is predicted, NaN where it is missing.
  std::vector<float> sif(int window) const;
  std::vector<float> deviation(int window) const;
  std::vector<float> flags(int window) const;
  // The standard deviation of a filled cell, of a run that has one.
  float deviation_of(const FilledCell&) const;

  // What was filled and how well, in words.
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  void read_surroundings();
  data::Mask land() const;
  int64_t count_missing() const;
  void describe();

  const data::DatasetFile& file_;
  const FinishedRun& run_;
  MapStack maps_;
  data::StoredArray<float> left_;       // error_left of all windows
  data::StoredArray<float> filled_;     // values; NaN where nothing is filled
  data::StoredArray<float> deviation_;  // standard deviation of filling, likewise
  FilledGaps gaps_;
  std::vector<std::string> lines_;
};

// Bytes that filling takes at most.
ArrayMemory memory_to_fill(const data::Dataset& header);

}  // namespace unetsr::pipeline
