#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/dataset_file.hpp"
#include "pipeline/fill/fill_gaps.hpp"
#include "pipeline/train/finished_run.hpp"

namespace unetsr::pipeline {

// Keeps the maps of all windows of a dataset until their gaps are filled (pipeline/fill/fill_gaps.hpp).
class MapFilling {
 public:
  // Throws UsageError where the maps do not fit into the memory.
  MapFilling(const data::DatasetFile&, const FinishedRun&);

  // A part of a window's map. `left`: as Conserver::Outcome::error_left has it; empty: nothing is corrected.
  void keep(int window, const data::Part&, std::span<const float> sif, std::span<const float> left);

  // When all are kept. `reached` is given the share that is done. Throws Interrupted.
  void fill(const std::function<void(double share)>& reached);

  // Of a window, when filled: values, their standard deviation (of a run that has one), and 1 where the value is
  // filled, 0 where it is predicted, NaN where it is missing.
  std::span<const float> sif(int window) const { return maps_.window(maps_.sif, window); }
  std::vector<float> deviation(int window) const;
  std::vector<float> flags(int window) const;

  // What was filled and how well.
  const FilledGaps& gaps() const { return filled_; }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  void read_surroundings();
  data::Mask land() const;
  void describe(int64_t missing);

  const data::DatasetFile& file_;
  const FinishedRun& run_;
  MapStack maps_;
  std::vector<float> left_;     // error_left of all windows
  std::vector<float> filling_;  // standard deviation of filling, NaN where nothing is filled
  FilledGaps filled_;
  std::vector<std::string> lines_;
};

}  // namespace unetsr::pipeline
