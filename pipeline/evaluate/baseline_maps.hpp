#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/dataset/mask.hpp"
#include "data/footprints/footprint_estimate.hpp"
#include "data/footprints/sounding_cells.hpp"
#include "pipeline/evaluate/map_baselines.hpp"
#include "pipeline/evaluate/steps.hpp"
#include "pipeline/report/map_variant.hpp"

namespace unetsr::pipeline {

// A baseline, of the bands as they are or of the denoised ones.
struct BaselineOfBands {
  MapBaseline baseline;
  bool denoised = false;

  report::MapVariant variant(bool corrected = false) const { return {baseline.name, denoised, corrected}; }
};

// All baselines that a dataset has bands for, each beside the same of denoised bands where it has such.
std::vector<BaselineOfBands> baselines_of_bands(const data::Dataset&, const data::BaselineBands& denoised);

// How the soundings that correct baselines were measured.
struct SoundingsAsMeasured {
  double cloud_shielding = 0;               // data/footprints/cloud_shielding.hpp
  data::FootprintEstimate footprints = {};  // data/footprints/estimate_footprints.hpp
};

// The maps of baselines of a dataset, split by split, and the same corrected by all soundings as `predict` corrects a
// network's. What is fitted to nothing is made, and corrected, once for all splits.
class BaselineMaps {
 public:
  // A step of `steps` is a map. Dataset and steps have to outlive this.
  BaselineMaps(const data::Dataset&, SoundingsAsMeasured, Steps&);

  struct Made {
    report::MapVariant variant;
    const std::vector<float>* map = nullptr;  // (windows, rows, columns) on the fine grid; until the next call
    bool of_coarse_sif = true, fitted = false;
  };
  // Those that are not fitted to anything.
  std::vector<Made> unfitted();
  // All, fitted to these coarse cells, and soundings on them, alone; where they are too few, those that are not fitted.
  std::vector<Made> of(const data::Mask& training);
  // One variant; empty where it is unknown or cannot be fitted.
  std::vector<float> map_of(const report::MapVariant&, const data::Mask& training);

  // By which soundings are corrected for clouds.
  double cloud_shielding() const { return measured_.cloud_shielding; }
  // Whether there are soundings to correct by.
  bool can_correct() const { return soundings_.has_value(); }
  // One of the maps corrected, missing where it was; until the next call. Several processes correct as many maps at
  // once, this one and those behind it.
  const std::vector<float>& corrected(const std::vector<Made>&, size_t index);

  // How many maps unfitted() and of() make, and how many can be corrected.
  size_t unfitted_count() const;
  size_t count() const { return baselines_.size(); }

 private:
  std::vector<float> make(const BaselineOfBands&, const data::Mask& training,
                          const std::vector<uint8_t>& training_soundings) const;
  // Of what is fitted: the soundings on these cells; none: they, or the cells, are too few for it.
  std::optional<std::vector<uint8_t>> to_fit(const MapBaseline&, const data::Mask& training) const;
  void correct(std::vector<float>& maps, bool of_coarse_sif) const;
  void correct_from(const std::vector<Made>&, size_t index);

  const data::Dataset& granules_;
  SoundingsAsMeasured measured_;
  Steps& steps_;
  data::Dataset denoised_;
  std::vector<BaselineOfBands> baselines_;
  std::optional<data::SoundingCells> soundings_;                                     // corrected for clouds
  std::map<std::string, std::vector<float>> unfitted_, fitted_;                      // by name
  std::map<std::string, std::vector<float>> corrected_unfitted_, corrected_fitted_;  // the latter until the next call
};

// Corrects maps (windows, rows, columns) by the chosen soundings (no choice: all), corrected for clouds, as
// correct_by_soundings() does, without the share of the error that this leaves.
void correct_map(
    std::span<float> maps, const data::Dataset&, const data::SoundingCells&, std::span<const uint8_t> chosen,
    bool of_coarse_sif, const data::ShareReached& reached = [](double) {});

}  // namespace unetsr::pipeline
