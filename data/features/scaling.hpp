#pragma once
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/mask.hpp"
#include "kernels/enum_names.hpp"
#include "kernels/scale.hpp"
#include "kernels/view.hpp"

namespace unetsr::data {

enum class ScalingKind { none, min_max, z_score };

// scaled = (value - offset) / spread, channel by channel; one set of statistics for all windows, or one for each.
// min_max: minimum and range, so that the values fall in 0..1; z_score: mean and standard deviation (of n). A channel
// that is constant, or missing throughout, keeps spread 1.
struct Scaling {
  ScalingKind kind = ScalingKind::none;
  bool per_window = false;
  std::vector<std::string> names;      // of the channels
  std::vector<double> offset, spread;  // (1 or windows, channels)

  // In place; NaN stays NaN.
  void apply(View<float> values) const;
  // The same for kernels, as long as this lives; a cell where a channel is missing becomes 0 in all.
  kernels::ChannelScales blanking(Shape values) const;
  // Both throw ShapeError if the channels, or the windows of per_window, are not those fitted.
};

// Statistics over the present values of the cells in `cells` (all, if empty) of values (windows, rows, columns,
// channels). `unscaled` names channels left as they are.
Scaling fit_scaling(ScalingKind, bool per_window, View<const float> values, const std::vector<std::string>& names,
                    const Mask& cells = {}, const std::vector<std::string>& unscaled = {});

// One for all windows, over the chosen cells of several stacks.
struct ChosenCells {
  View<const float> values;
  const Mask& cells;
};
Scaling fit_scaling(ScalingKind, std::span<const ChosenCells>, const std::vector<std::string>& names,
                    const std::vector<std::string>& unscaled);

nlohmann::ordered_json to_json(const Scaling&);
Scaling scaling_from_json(const nlohmann::json&);  // throws Error

}  // namespace unetsr::data

template <>
struct unetsr::EnumNames<unetsr::data::ScalingKind> {
  static constexpr const char* what = "scaling";
  static constexpr std::pair<unetsr::data::ScalingKind, const char*> names[] = {
      {unetsr::data::ScalingKind::none, "none"},
      {unetsr::data::ScalingKind::min_max, "min-max"},
      {unetsr::data::ScalingKind::z_score, "z-score"}};
};
