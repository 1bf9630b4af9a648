#pragma once
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "pipeline/train/sounding_source.hpp"
#include "pipeline/train/training_area.hpp"
#include "pipeline/train/training_statistics.hpp"

namespace unetsr::pipeline {

// Where an area of a sample lies: a part of the grid in some windows, by their numbers in rising order. Soundings whose
// footprint has its middle outside `core` (rows and columns of the part) are not scored.
struct SamplePlace {
  data::Part part;
  std::vector<int> windows;
  data::Part core;
};

// Samples of a dataset that is too large to hold: areas at places drawn at random, read from the file. A sample is a
// function of seed and draw alone. All areas of a sample have the same rows, columns and number of windows.
class DatasetSample {
 public:
  // `description`: grid, windows and coarse layers of the dataset. `split`: of its coarse cells. `cells`: cells times
  // windows of a sample at most. `radius`: of the receptive field, in cells. Throws UsageError where a sample of so
  // many cells has no area.
  DatasetSample(std::filesystem::path file, const data::Dataset& description, std::shared_ptr<const SoundingSource>,
                data::Split split, HonestOptions, int64_t cells, int radius);

  const data::Split& split() const { return split_; }
  const data::Dataset& description() const { return description_; }  // grid, windows and coarse factor
  int64_t cells() const { return cells_; }                           // of a sample, at most
  // Roles of the dataset's soundings, counted on a part of them, that is scaled to all.
  struct Counts {
    int64_t train = 0, validation = 0, test = 0, unused = 0;
  };
  Counts counts() const;

  // Around training cells. To train on.
  std::vector<SamplePlace> training_places(int draw) const;
  // Around training cells, in all windows. To fit statistics on.
  std::vector<SamplePlace> statistics_places() const;
  // That hold validation cells; where there are none, buffer or training cells. To score.
  std::vector<SamplePlace> validation_places() const;

  // An area with the dataset of its soundings; those without any are omitted.
  struct Read {
    SamplePlace place;
    data::Dataset dataset;
    std::unique_ptr<TrainingArea> area;
  };
  // `stop`: reads no more once it is true. One thread reads, as many as there are make the areas.
  std::vector<Read> read(const std::vector<SamplePlace>&, const std::atomic<bool>* stop = nullptr) const;
  // The same with statistics that are known.
  std::vector<std::shared_ptr<TrainingArea>> read(const std::vector<SamplePlace>&, const TrainingStatistics&,
                                                  const std::atomic<bool>* stop = nullptr) const;
  // A layer of the fine cells there.
  std::vector<float> layer(const SamplePlace&, const std::string& name) const;

 private:
  std::vector<int> cells_of(data::Role) const;
  data::Part around(int coarse_cell, int side) const;
  std::vector<int> used_windows() const;
  std::vector<int> some_windows(Random&) const;
  std::vector<SamplePlace> around_training_cells(uint64_t stream, int side, int count, bool all_windows) const;

  std::filesystem::path file_;
  data::Dataset description_;
  std::shared_ptr<const SoundingSource> soundings_;
  data::Split split_;
  HonestOptions options_;
  std::vector<int32_t> counts_;  // of soundings in each coarse cell
  int64_t cells_;
  int windows_ = 1, side_ = 0, statistics_side_ = 0, core_ = 0, margin_ = 0;
};

}  // namespace unetsr::pipeline
