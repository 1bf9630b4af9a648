#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "pipeline/evaluate/baseline_source.hpp"
#include "pipeline/evaluate/steps.hpp"
#include "pipeline/evaluate/window_soundings.hpp"

namespace unetsr::pipeline {

// The maps of baselines of a dataset, split by split, and the same corrected by all soundings as `predict` corrects a
// network's. What is fitted to nothing is made, and corrected, once for all splits. Maps lie in scratch files.
class BaselineMaps {
 public:
  // A step of `steps` is a map. Soundings and steps have to outlive this. `folder`: for scratch files. `methods`: only
  // these baselines; empty: all. `store`: for maps while they are corrected, and cells of footprints.
  BaselineMaps(data::GranuleWindows, const WindowSoundings&, SoundingsAsMeasured, std::filesystem::path folder, Steps&,
               const std::vector<std::string>& methods = {}, data::ArrayStore store = {});

  struct Made {
    report::MapVariant variant;
    std::shared_ptr<const MapStore> maps;
    bool of_coarse_sif = true, fitted = false;
  };
  // Those that are not fitted to anything.
  std::vector<Made> unfitted();
  // All, fitted to these coarse cells, and soundings on them, alone; where they are too few, those that are not fitted.
  std::vector<Made> of(const data::Mask& training);
  // The same, corrected; missing where they were. Several processes correct as many maps at once.
  std::vector<Made> corrected(const std::vector<Made>&);
  // One variant; nothing where it is unknown or cannot be fitted.
  std::optional<Made> map_of(const report::MapVariant&, const data::Mask& training);

  // By which soundings are corrected for clouds.
  double cloud_shielding() const { return measured_.cloud_shielding; }
  // Whether there are soundings to correct by.
  bool can_correct() const { return soundings_.any(); }

  // How many maps unfitted() and of() make, and how many can be corrected.
  size_t unfitted_count() const;
  size_t count() const { return source_.baselines().size(); }

 private:
  std::vector<Made> make(std::span<const BaselineOfBands>, const data::Mask& training);
  // One map for each process.
  void correct_together(std::span<Made* const>, const data::SoundingCells& clear);
  // The soundings of a window on these coarse cells (of all windows).
  std::optional<SoundingsToFit> to_fit(int window, const data::Mask& training) const;

  BaselineSource source_;
  const WindowSoundings& soundings_;
  SoundingsAsMeasured measured_;
  std::filesystem::path folder_;
  data::ArrayStore store_;
  Steps& steps_;
  std::vector<Made> unfitted_, corrected_unfitted_;
};

// Corrects maps (windows, rows, columns) by the chosen soundings (no choice: all), corrected for clouds, as
// correct_by_soundings() does, without the share of the error that this leaves.
void correct_map(data::StoredSpan<float> maps, const data::Dataset&, const data::SoundingCells&,
                 std::span<const uint8_t> chosen, bool of_coarse_sif, const data::ShareReached& reached,
                 const data::ArrayStore&);

}  // namespace unetsr::pipeline
