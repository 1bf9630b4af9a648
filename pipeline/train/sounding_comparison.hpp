#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "data/correction/map_error.hpp"
#include "data/correction/map_uncertainty.hpp"
#include "data/dataset/dataset.hpp"
#include "data/dataset/dataset_file.hpp"
#include "data/dataset/grid.hpp"
#include "data/footprints/sounding_cells.hpp"
#include "data/scores/metrics.hpp"
#include "data/splits/split.hpp"
#include "pipeline/maps/conservation.hpp"

// Compares maps with soundings that were not used to make them: a map of one random half of a window's days with the
// soundings of the other half, over their footprints.
namespace unetsr::pipeline {

class SoundingComparison {
 public:
  // `split`: of the coarse cells; a sounding has the role that all coarse cells of its footprint share, else buffer.
  // `features`: what map makers need. `cloud_shielding`: see data/footprints/cloud_shielding.hpp. Throws UsageError: a
  // dataset without soundings.
  SoundingComparison(const data::Dataset&, data::Split split, const std::vector<std::string>& features,
                     double cloud_shielding = 0, const data::FootprintEstimate& = {});

  // The same of a file, without layers, with the cells of footprints in a store.
  SoundingComparison(const data::DatasetFile&, data::Split split, double cloud_shielding,
                     const data::FootprintEstimate&, const data::ArrayStore&);

  const data::Split& split() const { return split_; }
  const data::Dataset& dataset() const { return dataset_; }            // the layers that the features are made of
  const data::SoundingCells& soundings() const { return soundings_; }  // as measured
  const data::SoundingCells& clear() const { return clear_; }          // corrected for clouds
  const std::vector<data::Role>& roles() const { return roles_; }      // of the soundings
  std::vector<uint8_t> chosen(data::Role) const;
  int64_t count(data::Role) const;
  double cloud_shielding() const { return cloud_shielding_; }
  // To be called once, where the constructor was not given it.
  void set_cloud_shielding(double);
  // To be called before set_cloud_shielding(), where the constructor was not given the estimate. A sounding keeps its
  // role where the cells of its estimated footprint have that role too; else it gets none. So scores of all estimates
  // are of the same soundings, or fewer.
  void lay_footprints(const data::Dataset&, const data::FootprintEstimate&);

  // A dataset's coarse SIF and its error made of the chosen soundings alone.
  data::Dataset with_coarse_sif(data::Dataset, const std::vector<uint8_t>& chosen) const;

  // A map of the fine SIF (windows, rows, columns) from a dataset of granules, whose coarse SIF is of the chosen
  // soundings.
  using MapMaker = std::function<std::vector<float>(const data::Dataset&, const std::vector<uint8_t>& chosen)>;

  // Makes the maps of each choice of soundings once, or once for all choices, and remembers them.
  static MapMaker made_once(MapMaker, bool for_each_choice);

  // Corrects maps by the chosen soundings, corrected for clouds, as `predict` does by all.
  CorrectedBySoundings conserve(std::span<float> maps, const std::vector<uint8_t>& chosen, bool of_coarse_sif) const;

  // A map of the SIF under a clear sky is dimmed by each sounding's clouds; one under the clouds that the soundings had
  // (any made of gridded soundings) is not.
  enum class Sky { clear, as_seen };
  // Scores the map's means over the footprints of a role against the soundings, where the map was made without their
  // half of the days. Those with a missing cell are not scored.
  data::Metrics score(data::Role, const MapMaker&, Sky) const;
  // The soundings that score() compares, the same for every map and estimate of footprints.
  struct Scored {
    std::vector<size_t> soundings;
    std::vector<float> predicted, measured;  // predicted: NaN where missing, or where the estimate took the role
  };
  Scored scored(data::Role, const MapMaker&, Sky) const;
  // Soundings of some roles, corrected for clouds, minus the means of clear-sky maps, made likewise; all of them again
  // for each of several splits of the days. One map is of a window and a half.
  std::vector<data::SoundingResidual> residuals(const std::vector<data::Role>&, const MapMaker&,
                                                int day_splits = 1) const;
  // The fine cells that hold all footprints of a role.
  data::Part cells_of(data::Role) const;
  // The variance from noise of these soundings, each.
  std::vector<double> noise_variance(std::span<const size_t> soundings) const;

  // A sounding and its mean of the map that was made without its half of the days.
  struct Comparison {
    size_t sounding = 0;
    int half = 0;  // counted through all splits of the days
    double mean = 0;
  };
  // A split of the days in halves, the same for all runs, so that their scores compare.
  std::vector<uint8_t> halves(int day_split) const;
  // f of each sounding of these roles in the other half than `half`, with its mean of a map that was made of this one.
  // Maps and soundings are released when they are read.
  void for_compared(data::StoredSpan<const float> map, const std::vector<uint8_t>& halves, uint8_t half,
                    const std::vector<data::Role>& roles, const std::function<void(const Comparison&)>& f) const;
  // The same as a list.
  std::vector<Comparison> compared(std::span<const float> map, const std::vector<uint8_t>& halves, uint8_t half,
                                   const std::vector<data::Role>& roles) const;
  // One sounding of these: whether it is one, and its mean of the map of its window; NaN where the estimate of
  // footprints took its role.
  bool is_compared(size_t sounding, const std::vector<uint8_t>& halves, uint8_t half,
                   const std::vector<data::Role>& roles) const;
  double mean_of(size_t sounding, std::span<const float> map_of_window) const;
  // Soundings whose footprint has its middle outside these cells get no role.
  void keep_roles_within(const data::Part& cells);

 private:
  void keep_common_roles();
  std::vector<Comparison> compare(const std::vector<data::Role>&, const MapMaker&, int day_splits = 1) const;

  data::Dataset dataset_;
  data::SoundingCells soundings_, clear_;
  data::Split split_;
  std::vector<data::Role> roles_, roles_as_delivered_;
  double cloud_shielding_ = 0;
};

// The soundings of one of two halves of the days.
std::vector<uint8_t> soundings_of_half(const std::vector<uint8_t>& halves, uint8_t half);

// What map makers need for these features, a first guess and the coarse SIF.
std::vector<std::string> needed_features(std::vector<std::string> features, const std::string& first_guess);

// A dataset with no more layers than the features need.
data::Dataset with_layers_for(const data::Dataset&, const std::vector<std::string>& features);

}  // namespace unetsr::pipeline
