#pragma once
#include <optional>

#include "data/dataset/dataset.hpp"
#include "data/dataset/dataset_file.hpp"
#include "data/dataset/stored_array.hpp"
#include "data/footprints/footprint_estimate.hpp"
#include "data/footprints/sounding_cells.hpp"

namespace unetsr::pipeline {

// How soundings were measured.
struct SoundingsAsMeasured {
  double cloud_shielding = 0;               // data/footprints/cloud_shielding.hpp
  data::FootprintEstimate footprints = {};  // data/footprints/estimate_footprints.hpp
};

// The soundings of a dataset, read window by window.
class WindowSoundings {
 public:
  // What they are read from has to outlive this.
  explicit WindowSoundings(const data::DatasetFile&);
  explicit WindowSoundings(const data::Dataset&);

  bool any() const { return any_; }
  // As measured, of one window, whose number in the result is 0; none where it has no sounding.
  std::optional<data::SoundingCells> of(int window, const data::FootprintEstimate&) const;
  // Of all windows, corrected for clouds. What a file holds is read some at a time into the store.
  data::SoundingCells clear(const SoundingsAsMeasured&, const data::ArrayStore&) const;

 private:
  data::Dataset header_;
  bool any_ = false;
  const data::DatasetFile* file_ = nullptr;  // else of a dataset that is held
  const data::Dataset* held_ = nullptr;
};

}  // namespace unetsr::pipeline
