#include "data/features/features.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <numbers>
#include <optional>

#include "data/dataset/calendar.hpp"
#include "data/dataset/dated_windows.hpp"
#include "data/dataset/missing.hpp"
#include "data/features/denoising.hpp"
#include "data/features/neighbour_windows.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "kernels/lbp.hpp"
#include "kernels/memory.hpp"
#include "kernels/suggestion.hpp"

namespace unetsr::data {
namespace {

using Values = std::vector<float>;

// One channel that is not a layer: the layers it needs (none: the windows' dates) and how it is made of them.
struct Derived {
  std::string name;
  std::vector<std::string> layers;
  std::function<Values(const Dataset&, const std::vector<std::string>& layers, Device)> compute;
};

Values cell_by_cell(const Dataset& dataset, const std::vector<std::string>& layers,
                    const std::function<float(float, float)>& f) {
  const std::span<const float> a = dataset.values(layers.front()), b = dataset.values(layers.back());
  Values result(a.size());
  for (size_t i = 0; i < a.size(); ++i) result[i] = f(a[i], b[i]);
  return result;
}

Derived cellwise(std::string name, std::vector<std::string> layers, std::function<float(float, float)> f) {
  return {std::move(name), std::move(layers), [f = std::move(f)](const Dataset& dataset, const auto& names, Device) {
            return cell_by_cell(dataset, names, f);
          }};
}

// One window after the other, so that a device holds one at a time.
Values codes_of(View<const float> x, kernels::LbpVariant variant, Device device) {
  static std::mutex turn;
  std::unique_lock lock(turn, std::defer_lock);
  if (device == Device::cuda) lock.lock();  // threads that make features take turns on a GPU
  Queue queue(device);
  const kernels::Lbp options{.variant = variant};
  const Shape window{1, x.h, x.w, 1};
  const size_t bytes = size_t(window.size()) * sizeof(float);
  const kernels::Memory there(queue, bytes), codes_there(queue, bytes);
  Values codes(size_t(x.size()));
  for (int n = 0; n < x.n; ++n) {
    kernels::upload(queue, x.pixel(n, 0, 0), there.data(), bytes);
    kernels::lbp(queue, options, {there.as<const float>(), window}, {codes_there.as<float>(), window});
    kernels::download(queue, codes_there.data(), codes.data() + n * window.size(), bytes);
  }
  queue.synchronise();
  return codes;
}

Derived patterns(std::string name, kernels::LbpVariant variant) {
  return {std::move(name), {coarse_layer}, [variant](const Dataset& dataset, const auto& layers, Device device) {
            return codes_of(dataset.view(layers[0]), variant, device);
          }};
}

// Over water both indices are near 0: a share without meaning is 1, and none is larger than a whole coarse cell.
Values nirv_redistribution(const Dataset& dataset, const std::vector<std::string>& layers, Device) {
  constexpr float least_nirv = 0.005f, most = 4;
  std::vector<std::span<const float>> of;
  for (const std::string& layer : layers) of.push_back(dataset.values(layer));
  Values sif(size_t(dataset.shape().size()));
  for (size_t i = 0; i < sif.size(); ++i) {
    const float fine = of[1][i] * of[2][i], coarse = of[3][i] * of[4][i];
    const float share = coarse > least_nirv ? std::clamp(fine / coarse, -most, most) : 1 + 0 * (fine + coarse);
    sif[i] = of[0][i] * share;
  }
  return sif;
}

// Minimum and range of the present values become 0..1, missing values 0.
void scale_as_the_paper(std::span<float> window) {
  float low = std::numeric_limits<float>::infinity(), high = -low;
  for (const float v : window)
    if (!std::isnan(v)) {
      low = std::min(low, v);
      high = std::max(high, v);
    }
  for (float& v : window) v = std::isnan(v) || !(high > low) ? 0.0f : (v - low) / (high - low);
}

Values paper_patterns(const Dataset& dataset, const std::vector<std::string>& layers, Device device) {
  Values scaled(dataset.values(layers[0]).begin(), dataset.values(layers[0]).end());
  const size_t cells = size_t(dataset.grid.cells());
  for (size_t w = 0; w < dataset.windows.size(); ++w) scale_as_the_paper(std::span(scaled).subspan(w * cells, cells));
  Values codes = codes_of({scaled.data(), dataset.shape()}, kernels::LbpVariant::paper, device);
  for (float& code : codes) code *= 0.5f;
  return codes;
}

bool has_dates(const Dataset& dataset) {
  return are_dates(dataset.windows);
}

Values days_of_year(const Dataset& dataset, const std::vector<std::string>&, Device) {
  Values days;
  for (const std::string& label : dataset.windows) {
    days.insert(days.end(), size_t(dataset.grid.cells()), float(day_of_year(parse_date(label).value())));
  }
  return days;
}

// cos or sin of the angle that the windows' first days are in a year, `times` as fast.
Derived season(std::string name, double (*function)(double), int times) {
  return {std::move(name), {}, [=](const Dataset& dataset, const auto& layers, Device device) {
            constexpr double year = 365.25;  // days
            Values values = days_of_year(dataset, layers, device);
            for (float& v : values) v = float(function(2 * std::numbers::pi * times * (double(v) - 1) / year));
            return values;
          }};
}

const std::vector<Derived>& derived() {
  static const std::vector<Derived> all = [] {
    std::vector<Derived> list;
    for (const std::string suffix : {"", "_coarse"}) {
      list.push_back(cellwise("nirv" + suffix, {"ndvi" + suffix, "nir" + suffix},
                              [](float ndvi, float nir) { return ndvi * nir; }));
      list.push_back(
          cellwise("kndvi" + suffix, {"ndvi" + suffix}, [](float ndvi, float) { return std::tanh(ndvi * ndvi); }));
      list.push_back(cellwise("cos_sza" + suffix, {"sza" + suffix}, [](float degrees, float) {
        return float(std::cos(double(degrees) * std::numbers::pi / 180));
      }));
    }
    const auto denoised = [&](std::string name, std::vector<std::string> bands, float (*index)(float, float, float)) {
      for (std::string& band : bands) band += denoised_suffix;
      list.push_back({name + denoised_suffix, bands, [index](const Dataset& dataset, const auto& layers, Device) {
                        const std::span<const float> red = dataset.values(layers.front()),
                                                     nir = dataset.values(layers[1]),
                                                     blue = dataset.values(layers.back());
                        Values values(red.size());
                        for (size_t i = 0; i < values.size(); ++i) values[i] = index(red[i], nir[i], blue[i]);
                        return values;
                      }});
    };
    denoised("ndvi", {"red", "nir"}, [](float red, float nir, float) { return (nir - red) / (nir + red); });
    denoised("nirv", {"red", "nir"}, [](float red, float nir, float) { return (nir - red) / (nir + red) * nir; });
    denoised("evi", {"red", "nir", "blue"},
             [](float red, float nir, float blue) { return 2.5f * (nir - red) / (nir + 6 * red - 7.5f * blue + 1); });
    list.push_back({"day_of_year", {}, days_of_year});
    double (*const functions[])(double) = {std::cos, std::sin};
    for (size_t i = 0; i < season_code().size(); ++i)
      list.push_back(season(season_code()[i], functions[i % 2], 1 + int(i) / 2));
    list.push_back({"sif_nirv", {coarse_layer, "ndvi", "nir", "ndvi_coarse", "nir_coarse"}, nirv_redistribution});
    list.push_back(patterns("lbp", kernels::LbpVariant::standard));
    list.push_back(patterns("lbp_rotation_invariant", kernels::LbpVariant::rotation_invariant));
    list.push_back(patterns("lbp_uniform", kernels::LbpVariant::uniform));
    list.push_back(patterns("lbp_rotation_invariant_uniform", kernels::LbpVariant::rotation_invariant_uniform));
    list.push_back({"lbp_paper", {coarse_layer}, paper_patterns});
    list.push_back(cellwise("sif_difference", {target_layer, coarse_layer},
                            [](float fine, float coarse) { return fine - coarse; }));
    return list;
  }();
  return all;
}

const std::string validity = "valid", mean_suffix = "_mean";

// The channel that this one is the mean over windows of.
std::string without_mean(const std::string& name) {
  return name.ends_with(mean_suffix) ? name.substr(0, name.size() - mean_suffix.size()) : name;
}

// The channel without what follows its name: the window that it is of, and the mean.
std::string channel_behind(const std::string& name) {
  return neighbour_channel(without_mean(neighbour_channel(name).channel)).channel;
}

Values mean_over_windows(Values values, const Dataset& dataset) {
  const size_t cells = size_t(dataset.grid.cells()), windows = dataset.windows.size();
  for (size_t i = 0; i < cells; ++i) {
    double sum = 0, count = 0;
    for (size_t w = 0; w < windows; ++w)
      if (const float v = values[w * cells + i]; !std::isnan(v)) sum += double(v), ++count;
    const float mean = count > 0 ? float(sum / count) : missing;
    for (size_t w = 0; w < windows; ++w) values[w * cells + i] = mean;
  }
  return values;
}

bool can_be_made(const Derived& channel, const Dataset& dataset) {
  if (channel.layers.empty()) return has_dates(dataset);
  return std::all_of(channel.layers.begin(), channel.layers.end(),
                     [&](const std::string& name) { return dataset.has(name); });
}

Values channel_values(const Dataset& dataset, const std::string& name, Device device) {
  if (dataset.has(name)) return dataset.layer(name).values;
  if (name.ends_with(mean_suffix))
    return mean_over_windows(channel_values(dataset, without_mean(name), device), dataset);
  for (const Derived& channel : derived())
    if (channel.name == name && can_be_made(channel, dataset)) return channel.compute(dataset, channel.layers, device);
  const std::vector<std::string> known = feature_names(dataset);
  throw UsageError("no feature '" + excerpt(name) + "' in this dataset; there are " + list_of_names(known) +
                   did_you_mean(name, known));
}

// Channels of other windows: what they are filled with, and where that is theirs.
class Neighbours {
 public:
  explicit Neighbours(const Dataset& dataset) : dataset_(dataset) {}

  Values fill(const Values& channel, int offset) {
    const auto windows = neighbour_windows(dataset_.windows, offset);
    Mask& valid = valid_of(offset, windows);
    const size_t cells = size_t(dataset_.grid.cells());
    for (size_t w = 0; w < windows.size(); ++w)
      for (size_t i = 0; windows[w] && i < cells; ++i)
        valid[w * cells + i] &= !std::isnan(channel[size_t(*windows[w]) * cells + i]);
    return neighbour_values(channel, windows);
  }
  const Mask& valid(int offset) { return valid_of(offset, neighbour_windows(dataset_.windows, offset)); }

 private:
  Mask& valid_of(int offset, std::span<const std::optional<int>> windows) {
    const auto [place, is_new] = valid_.try_emplace(offset);
    if (is_new)
      for (const std::optional<int>& window : windows)
        place->second.insert(place->second.end(), size_t(dataset_.grid.cells()), window.has_value());
    return place->second;
  }

  const Dataset& dataset_;
  std::map<int, Mask> valid_;
};

void set_channel(FeatureStack& stack, size_t channel, const auto& values) {
  const size_t width = stack.names.size();
  for (size_t i = 0; i < values.size(); ++i) stack.values[i * width + channel] = float(values[i]);
}

}  // namespace

Mask FeatureStack::present() const {
  Mask mask(size_t(shape().pixels()), 1);
  const size_t channels = names.size();
  for (size_t i = 0; i < values.size(); ++i) mask[i / channels] &= !std::isnan(values[i]);
  return mask;
}

void FeatureStack::fill_missing(float value) {
  for (float& v : values)
    if (std::isnan(v)) v = value;
}

FeatureStack make_features(const Dataset& dataset, std::span<const std::string> names, Device device) {
  if (names.empty()) throw UsageError("no features asked for");
  FeatureStack stack{
      {names.begin(), names.end()}, int(dataset.windows.size()), dataset.grid.rows, dataset.grid.columns, {}};
  const size_t channels = names.size();
  stack.values.resize(size_t(stack.shape().size()));
  Neighbours neighbours(dataset);
  Mask present(size_t(dataset.shape().size()), 1);
  for (size_t c = 0; c < channels; ++c) {
    if (std::find(names.begin(), names.begin() + ptrdiff_t(c), names[c]) != names.begin() + ptrdiff_t(c))
      throw UsageError("feature '" + excerpt(names[c]) + "' is asked for twice");
    const auto [name, offset] = neighbour_channel(names[c]);
    if (name == validity) continue;
    Values channel = channel_values(dataset, name, device);
    if (offset != 0) channel = neighbours.fill(channel, offset);
    set_channel(stack, c, channel);
    for (size_t i = 0; i < channel.size(); ++i) present[i] &= !std::isnan(channel[i]);
  }
  for (size_t c = 0; c < channels; ++c)
    if (const auto [name, offset] = neighbour_channel(names[c]); name == validity)
      set_channel(stack, c, offset == 0 ? present : neighbours.valid(offset));
  return stack;
}

std::vector<std::string> feature_names(const Dataset& dataset) {
  std::vector<std::string> names = dataset.layer_names();
  for (const Derived& channel : derived())
    if (can_be_made(channel, dataset)) names.push_back(channel.name);
  names.push_back(validity);
  return names;
}

bool is_computed(const std::string& name) {
  const auto named = [&](const Derived& channel) { return channel.name == name; };
  return name == validity || neighbour_channel(name).offset != 0 || name.ends_with(mean_suffix) ||
         name.ends_with(denoised_suffix) || std::any_of(derived().begin(), derived().end(), named);
}

std::vector<std::string> layers_behind(std::span<const std::string> names) {
  std::vector<std::string> layers;
  const auto add = [&](const std::string& layer) {
    if (std::find(layers.begin(), layers.end(), layer) == layers.end()) layers.push_back(layer);
  };
  for (const std::string& asked : names) {
    const std::string name = channel_behind(asked);
    add(name);
    for (const Derived& channel : derived())
      if (channel.name == name) std::for_each(channel.layers.begin(), channel.layers.end(), add);
  }
  return layers;
}

const std::vector<std::string>& season_code() {
  static const std::vector<std::string> names = {"cos_year", "sin_year", "cos_half_year", "sin_half_year"};
  return names;
}

std::vector<std::string> validity_channels(std::span<const std::string> names) {
  std::vector<std::string> channels;
  for (const std::string& name : names) {
    const int offset = neighbour_channel(name).offset;
    const std::string channel = neighbour_name(validity, offset);
    if (offset != 0 && std::find(channels.begin(), channels.end(), channel) == channels.end())
      channels.push_back(channel);
  }
  channels.push_back(validity);
  return channels;
}

bool needs_other_windows(const std::string& name) {
  return neighbour_channel(name).offset != 0 || name.ends_with(mean_suffix) || name.ends_with(denoised_suffix);
}

bool needs_whole_window(const std::string& name) {
  return channel_behind(name) == "lbp_paper";
}

bool holds_coarse_sif(const std::string& name) {
  const std::vector<std::string> one = {name}, layers = layers_behind(one);
  return std::any_of(layers.begin(), layers.end(),
                     [](const std::string& layer) { return layer == coarse_layer || layer == coarse_error_layer; });
}

bool hold_sif_of_other_windows(std::span<const std::string> names) {
  return std::any_of(names.begin(), names.end(),
                     [](const std::string& name) { return holds_coarse_sif(name) && needs_other_windows(name); });
}

bool leaks_target(const std::string& asked) {
  const std::string name = channel_behind(asked);
  return name == target_layer || name == "sif735_fine" || name == "sif_difference";
}

}  // namespace unetsr::data
