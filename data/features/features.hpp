#pragma once
#include <span>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "kernels/queue.hpp"

namespace unetsr::data {

// Named channels: (windows, rows, columns, channels), NaN where missing.
struct FeatureStack {
  std::vector<std::string> names;
  int windows = 0, rows = 0, columns = 0;
  std::vector<float> values;

  Shape shape() const { return {windows, rows, columns, int(names.size())}; }
  View<float> view() { return {values.data(), shape()}; }
  View<const float> view() const { return {values.data(), shape()}; }
  // The cells where all channels are present.
  Mask present() const;
  // Writes `value` wherever a value is missing: a network reads no NaN.
  void fill_missing(float value);
};

// Channels by name: any layer of the dataset, and
//   nirv                NDVI x NIR (Badgley et al. 2017)
//   kndvi               tanh(NDVI^2) (Camps-Valls et al. 2021)
//   cos_sza             cosine of the sun zenith angle
//     each also with _coarse: from the bands of the coarse cells
//   ndvi_denoised, evi_denoised, nirv_denoised
//                       the same of denoised bands (data/features/denoising.hpp)
//   sif_nirv            the coarse SIF in proportion to NIRv: sif x nirv / nirv_coarse
//                       (see data/baselines/proportional.hpp)
//   day_of_year         of the window's first day, where windows are dates
//   cos_year, sin_year, cos_half_year, sin_half_year
//                       the season's code: of the angle that this day is in a year, and in half a year
//   <any channel>_mean  the mean over the windows where it is present
//   <any channel>@-1    one window earlier; @+2: two later (neighbour_windows.hpp). The window's own value where there
//                       is no such window, or the value is missing there: valid@-1 shows where
//   lbp                 local binary patterns of the coarse SIF, 8 neighbours at radius 1 (see kernels/lbp.hpp); also
//                       lbp_rotation_invariant, lbp_uniform, lbp_rotation_invariant_uniform
//   lbp_paper           as the paper's author computed it: coarse SIF scaled to 0..1 per window, missing set to 0, the
//                       `paper` variant, x 0.5; never missing
//   sif_difference      sif_fine - sif: contains the target (see leaks_target)
//   valid               1 where all other channels asked for are present, else 0
//   valid@-1            1 where all channels asked for with @-1 are present in that window, else 0; never missing
// Local binary patterns are computed on the device; they are the same on each.
// Throws UsageError naming an unknown channel and listing those there are, Error where there is no such device.
FeatureStack make_features(const Dataset&, std::span<const std::string> names, Device = Device::cpu);

// The names that make_features accepts for this dataset.
std::vector<std::string> feature_names(const Dataset&);

// Whether a layer of this name would hide a feature that is computed, of whatever dataset.
bool is_computed(const std::string& name);

// Names of all layers that channels of these names may be made of.
std::vector<std::string> layers_behind(std::span<const std::string> names);

// The names of the season's code, in the order in which networks take it.
const std::vector<std::string>& season_code();

// The `valid` channels of these: valid itself, and one for each offset to other windows that names state.
std::vector<std::string> validity_channels(std::span<const std::string> names);

// Whether a channel is made of other windows: one that ends in _mean, _denoised or @-1.
bool needs_other_windows(const std::string& name);

// Whether one of these is made of the coarse SIF of other windows.
bool hold_sif_of_other_windows(std::span<const std::string> names);

// Whether a channel needs all of a window's cells, so that no part of an image gives it: lbp_paper.
bool needs_whole_window(const std::string& name);

// Whether a channel is made of the coarse SIF, or of its error.
bool holds_coarse_sif(const std::string& name);

// Whether a channel is made from the target: sif_fine, sif735_fine (the same soundings) and sif_difference.
bool leaks_target(const std::string& name);

}  // namespace unetsr::data
