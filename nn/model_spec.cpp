#include "nn/model_spec.hpp"

#include <charconv>
#include <map>
#include <sstream>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "kernels/suggestion.hpp"

namespace unetsr::nn {
namespace {

using kernels::Activation;

constexpr int most_convs = 64, widest_kernel = 99;

const std::map<std::string, Activation> activations = {{"none", Activation::none},
                                                       {"relu", Activation::relu},
                                                       {"softplus", Activation::softplus},
                                                       {"sigmoid", Activation::sigmoid}};
const std::map<std::string, Upsampling> upsamplings = {{"transposed", Upsampling::transposed},
                                                       {"bilinear", Upsampling::bilinear}};
const std::map<std::string, Blocks> block_kinds = {
    {"plain", Blocks::plain}, {"residual", Blocks::residual}, {"dense", Blocks::dense}};
const std::map<std::string, bool> no_or_yes = {{"no", false}, {"yes", true}};

ModelSpec unet(std::vector<int> widths, int bottleneck) {
  ModelSpec spec;
  spec.widths = std::move(widths);
  spec.bottleneck = bottleneck;
  return spec;
}

ModelSpec pointwise(int width) {
  ModelSpec spec = unet({width}, width);
  spec.kernel = 1;
  return spec;
}

ModelSpec variation(void (*change)(ModelSpec&)) {
  ModelSpec spec = unet({16, 32, 64, 128}, 256);
  change(spec);
  return spec;
}

ModelSpec family(Family f) {
  ModelSpec spec;
  spec.family = f;
  return spec;
}

const std::vector<std::pair<std::string, ModelSpec>>& presets() {
  static const std::vector<std::pair<std::string, ModelSpec>> all = {
      {"unet", unet({16, 32, 64, 128}, 256)},
      {"unet-table1", unet({16, 64, 128, 256}, 512)},
      {"unet-text", unet({16, 32, 64, 128, 256}, 512)},
      {"unet-pointwise", pointwise(16)},
      {"unet-attention", variation([](ModelSpec& spec) { spec.gates = true; })},
      {"unet-residual", variation([](ModelSpec& spec) { spec.blocks = Blocks::residual; })},
      {"unet-dense", variation([](ModelSpec& spec) { spec.blocks = Blocks::dense; })},
      {"unet-temporal", variation([](ModelSpec& spec) { spec.season = true; })},
      {"sifnet", family(Family::sifnet)},
      {"sifnet-small", family(Family::sifnet_small)},
      {"paper-cnn", family(Family::paper_cnn)}};
  return all;
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

int positive(const std::string& key, const std::string& text, int most = 1 << 16) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > most)
    throw UsageError("model: " + excerpt(key) + "=" + excerpt(text) + " is not a number from 1 to " +
                     std::to_string(most));
  return value;
}

template <class Value>
Value choice(const std::string& key, const std::string& text, const std::map<std::string, Value>& choices) {
  const auto found = choices.find(text);
  if (found != choices.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, value] : choices) names.push_back(name);
  throw UsageError("model: " + key + "=" + excerpt(text) + "; take one of " + join(names));
}

template <class Value>
std::string name_of(Value value, const std::map<std::string, Value>& choices) {
  for (const auto& [name, v] : choices)
    if (v == value) return name;
  return "";
}

void change(ModelSpec& spec, const std::string& key, const std::string& value) {
  const bool is_unet = spec.family == Family::unet;
  if (key == "inputs") {
    spec.inputs = positive(key, value);
  } else if (is_unet && key == "widths") {
    spec.widths.clear();
    for (const std::string& width : split(value, '-')) spec.widths.push_back(positive(key, width));
    if (spec.widths.empty() || spec.widths.size() > 10)
      throw UsageError("model: widths=" + excerpt(value) + "; take 1 to 10, as in 16-32-64");
  } else if (is_unet && key == "bottleneck") {
    spec.bottleneck = positive(key, value);
  } else if (is_unet && key == "convs") {
    spec.convs = positive(key, value, most_convs);
  } else if (is_unet && key == "kernel") {
    spec.kernel = positive(key, value, widest_kernel);
    if (spec.kernel % 2 == 0) throw UsageError("model: kernel=" + excerpt(value) + " must be odd");
  } else if (is_unet && key == "upsampling") {
    spec.upsampling = choice(key, value, upsamplings);
  } else if (is_unet && key == "output") {
    spec.output = choice(key, value, activations);
  } else if (is_unet && key == "blocks") {
    spec.blocks = choice(key, value, block_kinds);
  } else if (is_unet && key == "gates") {
    spec.gates = choice(key, value, no_or_yes);
  } else if (is_unet && key == "season") {
    spec.season = choice(key, value, no_or_yes);
  } else if (spec.family == Family::paper_cnn && key == "patch") {
    spec.patch = positive(key, value);
    if (spec.patch < 8)
      throw UsageError("model: patch=" + excerpt(value) + " must be at least 8: it is halved three times");
  } else {
    throw UsageError("model: unknown key " + excerpt(key) +
                     (is_unet
                          ? "; a U-Net has widths, bottleneck, convs, kernel, upsampling, output, blocks, gates, season"
                      : spec.family == Family::paper_cnn ? "; paper-cnn has patch"
                                                         : "; a SIFnet has none"));
  }
}

void refuse_huge(const ModelSpec& spec, const std::string& text) {
  constexpr double most = 1e9;
  if (const double count = parameter_count(spec); count > most) {
    std::ostringstream shown;
    shown << count;
    throw UsageError("model: " + excerpt(text) + " has " + shown.str() + " parameters; take one of 1e9 at most");
  }
}

double convolution(double inputs, double outputs, double kernel) {
  return outputs * (inputs * kernel * kernel + 1);
}

double block_parameters(const ModelSpec& spec, double inputs, int width) {
  if (spec.blocks == Blocks::dense) {
    const double growth = dense_growth(spec, width);
    double count = 0;
    for (int i = 0; i < spec.convs; ++i) count += convolution(inputs + i * growth, growth, spec.kernel);
    return count + convolution(inputs + spec.convs * growth, width, 1);
  }
  const double shortcut = spec.blocks == Blocks::residual && inputs != width ? convolution(inputs, width, 1) : 0;
  return convolution(inputs, width, spec.kernel) + (spec.convs - 1) * convolution(width, width, spec.kernel) + shortcut;
}

double gate_parameters(int width) {
  const double inner = gate_channels(width);
  return 2 * convolution(width, inner, 1) + convolution(inner, 1, 1);
}

double season_parameters(int width) {
  return convolution(season_channels, season_hidden, 1) + 2 * convolution(season_hidden, width, 1);
}

double unet_parameters(const ModelSpec& spec) {
  const double up_kernel = spec.upsampling == Upsampling::transposed ? 2 : 3;
  double count = spec.season ? season_parameters(spec.widths.front()) : 0, channels = spec.inputs;
  for (const int width : spec.widths) count += block_parameters(spec, channels, width), channels = width;
  count += block_parameters(spec, channels, spec.bottleneck), channels = spec.bottleneck;
  for (size_t i = spec.widths.size(); i-- > 0;) {
    const int width = spec.widths[i];
    count += convolution(channels, width, up_kernel) + (spec.gates ? gate_parameters(width) : 0) +
             block_parameters(spec, 2.0 * width, width);
    channels = width;
  }
  return count + convolution(channels, 1, 1);
}

}  // namespace

double parameter_count(const ModelSpec& spec) {
  switch (spec.family) {
    case Family::sifnet:
      return convolution(spec.inputs, 64, 1) + convolution(64, 256, 3) + convolution(256, 64, 3) +
             2 * (convolution(64, 128, 3) + convolution(128, 64, 3)) + convolution(64, 32, 1) + convolution(32, 1, 1);
    case Family::sifnet_small:
      return convolution(spec.inputs, 16, 1) + convolution(16, 32, 3) + convolution(32, 16, 3) + convolution(16, 8, 3) +
             convolution(8, 4, 1) + convolution(4, 1, 1);
    case Family::paper_cnn: {
      const double pooled = spec.patch / 8;
      return convolution(spec.inputs, 32, 3) + convolution(32, 64, 3) + convolution(64, 128, 3) +
             convolution(128 * pooled * pooled, 512, 1) + convolution(512, double(spec.patch) * spec.patch, 1);
    }
    case Family::unet:
      break;
  }
  return unet_parameters(spec);
}

int dense_growth(const ModelSpec& spec, int width) {
  return (width + spec.convs - 1) / spec.convs;
}

int gate_channels(int width) {
  return (width + 1) / 2;
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const auto& [name, spec] : presets()) names.push_back(name);
  return names;
}

ModelSpec model_spec(const std::string& text, int inputs) {
  const size_t colon = text.find(':');
  const std::string name = text.substr(0, colon);
  for (const auto& [preset, preset_spec] : presets()) {
    if (preset != name) continue;
    ModelSpec spec = preset_spec;
    spec.inputs = inputs;
    for (const std::string& part : split(colon == std::string::npos ? "" : text.substr(colon + 1), ',')) {
      const size_t equals = part.find('=');
      if (equals == std::string::npos) throw UsageError("model: " + excerpt(part) + " is not key=value");
      change(spec, part.substr(0, equals), part.substr(equals + 1));
    }
    refuse_huge(spec, text);
    return spec;
  }
  const std::vector<std::string> names = preset_names();
  throw UsageError("unknown model " + excerpt(name) + "; take one of " + join(names) + did_you_mean(name, names));
}

std::string to_string(const ModelSpec& spec) {
  const std::string inputs = ":inputs=" + std::to_string(spec.inputs);
  switch (spec.family) {
    case Family::sifnet:
      return "sifnet" + inputs;
    case Family::sifnet_small:
      return "sifnet-small" + inputs;
    case Family::paper_cnn:
      return "paper-cnn" + inputs + ",patch=" + std::to_string(spec.patch);
    case Family::unet:
      break;
  }
  std::string widths;
  for (int width : spec.widths) widths += (widths.empty() ? "" : "-") + std::to_string(width);
  std::string variations;
  if (spec.blocks != Blocks::plain) variations += ",blocks=" + name_of(spec.blocks, block_kinds);
  if (spec.gates) variations += ",gates=yes";
  if (spec.season) variations += ",season=yes";
  return "unet" + inputs + ",widths=" + widths + ",bottleneck=" + std::to_string(spec.bottleneck) +
         ",convs=" + std::to_string(spec.convs) + ",kernel=" + std::to_string(spec.kernel) +
         ",upsampling=" + name_of(spec.upsampling, upsamplings) + ",output=" + name_of(spec.output, activations) +
         variations;
}

}  // namespace unetsr::nn
