#include "data/features/scaling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

// Offset and spread of one channel over the windows [first, last) of each stack.
std::pair<double, double> statistics(ScalingKind kind, std::span<const ChosenCells> stacks, int channel, int first,
                                     int last) {
  int64_t n = 0;
  double low = std::numeric_limits<double>::infinity(), high = -low, sum = 0, squares = 0;
  const auto each = [&](const auto& visit) {
    for (const auto& [values, cells] : stacks) {
      const int64_t window = int64_t(values.h) * values.w;
      for (int64_t i = first * window; i < std::min(last, values.n) * window; ++i) {
        const double v = values.data[i * values.pitch + channel];
        if (!std::isnan(v) && (cells.empty() || cells[size_t(i)])) visit(v);
      }
    }
  };
  each([&](double v) {
    ++n;
    low = std::min(low, v);
    high = std::max(high, v);
    sum += v;
  });
  if (n == 0) return {0, 1};
  if (kind == ScalingKind::min_max) return {low, high > low ? high - low : 1};
  const double mean = sum / double(n);
  each([&](double v) { squares += (v - mean) * (v - mean); });
  return {mean, high > low ? std::sqrt(squares / double(n)) : 1};
}

void require_fitted_to(Shape values, const Scaling& scaling) {
  const size_t channels = scaling.names.size(), windows = channels ? scaling.offset.size() / channels : 0;
  if (size_t(values.c) != channels || (scaling.per_window && size_t(values.n) != windows))
    throw ShapeError("scaling: fitted to " + std::to_string(windows) + " windows of " + std::to_string(channels) +
                     " channels, got " + std::to_string(values.n) + " of " + std::to_string(values.c));
}

Scaling fit(ScalingKind kind, bool per_window, std::span<const ChosenCells> stacks,
            const std::vector<std::string>& names, const std::vector<std::string>& unscaled) {
  int most_windows = 0;
  for (const auto& [values, cells] : stacks) {
    if (size_t(values.c) != names.size() || (!cells.empty() && int64_t(cells.size()) != values.pixels()))
      throw ShapeError("scaling: " + std::to_string(names.size()) + " names and a mask of " +
                       std::to_string(cells.size()) + " cells for " + std::to_string(values.pixels()) + " cells of " +
                       std::to_string(values.c) + " channels");
    most_windows = std::max(most_windows, values.n);
  }
  Scaling scaling{kind, per_window, names, {}, {}};
  const int groups = per_window ? most_windows : 1;
  for (int g = 0; g < groups; ++g)
    for (int c = 0; c < int(names.size()); ++c) {
      const bool skip =
          kind == ScalingKind::none || std::find(unscaled.begin(), unscaled.end(), names[size_t(c)]) != unscaled.end();
      const auto [offset, spread] = skip         ? std::pair{0.0, 1.0}
                                    : per_window ? statistics(kind, stacks, c, g, g + 1)
                                                 : statistics(kind, stacks, c, 0, most_windows);
      scaling.offset.push_back(offset);
      scaling.spread.push_back(spread);
    }
  return scaling;
}

}  // namespace

void Scaling::apply(View<float> values) const {
  if (kind == ScalingKind::none) return;
  require_fitted_to(values.shape(), *this);
  Queue queue(Device::cpu);
  kernels::scale(queue, values, {offset.data(), spread.data(), per_window}, values);
}

kernels::ChannelScales Scaling::blanking(Shape values) const {
  require_fitted_to(values, *this);
  return {offset.data(), spread.data(), per_window, true};
}

Scaling fit_scaling(ScalingKind kind, bool per_window, View<const float> values, const std::vector<std::string>& names,
                    const Mask& cells, const std::vector<std::string>& unscaled) {
  const ChosenCells all[] = {{values, cells}};
  return fit(kind, per_window, all, names, unscaled);
}

Scaling fit_scaling(ScalingKind kind, std::span<const ChosenCells> stacks, const std::vector<std::string>& names,
                    const std::vector<std::string>& unscaled) {
  return fit(kind, false, stacks, names, unscaled);
}

nlohmann::ordered_json to_json(const Scaling& scaling) {
  return {{"kind", unetsr::to_string(scaling.kind)},
          {"per_window", scaling.per_window},
          {"channels", scaling.names},
          {"offset", scaling.offset},
          {"spread", scaling.spread}};
}

Scaling scaling_from_json(const nlohmann::json& json) try {
  Scaling scaling;
  scaling.kind = parse<ScalingKind>(json.at("kind").get<std::string>());
  json.at("per_window").get_to(scaling.per_window);
  json.at("channels").get_to(scaling.names);
  json.at("offset").get_to(scaling.offset);
  json.at("spread").get_to(scaling.spread);
  const size_t channels = scaling.names.size(), count = scaling.offset.size();
  if (channels == 0 || count != scaling.spread.size() || count == 0 || count % channels ||
      (!scaling.per_window && count != channels))
    throw Error("scaling: " + std::to_string(count) + " offsets and " + std::to_string(scaling.spread.size()) +
                " spreads do not fit " + std::to_string(channels) + " channels");
  if (std::any_of(scaling.spread.begin(), scaling.spread.end(), [](double spread) { return !(spread > 0); }))
    throw Error("scaling: a spread is not above 0");
  return scaling;
} catch (const nlohmann::json::exception& e) {
  throw Error(std::string("scaling: not the JSON it should be: ") + excerpt(e.what(), 200));
}

}  // namespace unetsr::data
