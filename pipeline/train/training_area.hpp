#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/correction/map_error.hpp"
#include "data/dataset/dataset.hpp"
#include "data/footprints/footprint_estimate.hpp"
#include "pipeline/maps/mapper.hpp"
#include "pipeline/train/honest_protocol.hpp"
#include "pipeline/train/sounding_comparison.hpp"

namespace unetsr::pipeline {

// Whether inputs or first guess are made of the coarse SIF, and so differ between the halves of the days.
bool uses_coarse_sif(const HonestOptions&);

// A rectangle of a dataset's cells in some of its windows, with the soundings there: what footprint training holds at
// once. It is the whole dataset, or one of the areas of a sample (dataset_sample.hpp).
class TrainingArea {
 public:
  // `dataset`: the layers of these cells, in all windows that features need, and the soundings. `split`: of their
  // coarse cells, in those windows. `kept`: the windows that are kept, by their numbers; none: all. Where coarse SIF is
  // used, all are. Throws UsageError: no soundings, an unknown feature.
  TrainingArea(const data::Dataset& dataset, const data::Split& split, const HonestOptions&,
               const std::vector<int>& kept = {});

  const SoundingComparison& comparison() const { return comparison_; }
  SoundingComparison& comparison() { return comparison_; }
  const data::Split& split() const { return comparison_.split(); }  // of the coarse cells
  const data::Mask& training_cells() const { return training_cells_; }
  // The inputs of all days, not scaled, and the first guess.
  const MapInputs& inputs() const { return inputs_; }
  int windows() const { return inputs_.channels.windows; }
  int rows() const { return inputs_.channels.rows; }
  int columns() const { return inputs_.channels.columns; }
  // Multiplies the first guess; to be called once.
  void set_first_guess_unit(double);
  // The training soundings of a window by their first rows; to be called once footprints are laid.
  const std::vector<size_t>& training_soundings(int window) const { return order_[size_t(window)]; }
  void order_soundings();

  // A map of `cells` of all windows (NaN elsewhere), whose coarse SIF is of the chosen soundings.
  std::vector<float> map(const Mapper&, const data::Part& cells, const std::vector<uint8_t>& chosen) const;
  // The first guess likewise, of all cells.
  std::vector<float> first_guess(const std::vector<uint8_t>& chosen) const;

  // How many images the halves of the days need: one a window where both have the same, else two.
  int images() const { return coarse_sif_ ? 2 * windows() : windows(); }
  // Draws the halves of the days. Writes their images (images(), rows, columns, channels), those of the first half
  // first: the inputs, not scaled, blanked where cells do not train. No room for images: writes none.
  void draw_halves(uint64_t seed, std::span<float> images);
  // The training soundings of the half that was drawn.
  std::vector<uint8_t> training_half(uint8_t half) const;
  // The relative error of a half's maps, estimated from the half's training soundings
  // (data/correction/footprint_conservation.hpp), and sums over the training cells of each window: of the map, and of
  // the corrected map.
  struct LikelyError {
    std::vector<float> relative;
    std::vector<double> map, corrected;
  };
  LikelyError likely_error(uint8_t half, std::span<const float> maps, const data::MapError&) const;
  // Sets the error that the loss does not count against the network: the likely one, but for a level of each window,
  // which is left to the network.
  void set_likely_error(uint8_t half, const LikelyError&, std::span<const double> levels);

  const std::vector<uint8_t>& halves() const { return halves_; }
  // First guess of a half's days, times the likely share; and the likely share: 1 + the relative error.
  std::span<const float> expected(int half) const { return expected_[half]; }
  std::span<const float> likely_share(int half) const { return likely_share_[half]; }

 private:
  data::FeatureStack inputs_of(const data::Dataset& fine) const;
  void set_half(int half, std::vector<float> guess, const data::Mask& present);
  void write_images(std::span<const float> inputs, std::span<float> images) const;

  HonestOptions options_;
  bool coarse_sif_;
  SoundingComparison comparison_;
  data::Dataset sif_dataset_;  // what the features with coarse SIF are made of
  MapInputs inputs_;
  double first_guess_unit_ = 1;
  data::Mask training_cells_;               // fine
  std::vector<std::vector<size_t>> order_;  // of each window
  std::vector<uint8_t> halves_;             // of the draw
  std::vector<float> expected_[2], likely_share_[2];
};

}  // namespace unetsr::pipeline
