#include "pipeline/ablate/variations.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <sstream>

#include "data/features/feature_groups.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "nn/model_spec.hpp"

namespace unetsr::pipeline {
namespace {

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');)
    if (!part.empty()) parts.push_back(part);
  return parts;
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> without(const std::vector<std::string>& features, const std::string& names) {
  std::vector<std::string> kept = features;
  for (const std::string& name : split_at_commas(names)) {
    const std::vector<std::string> gone = data::channels_named(name, features);
    if (gone.empty())
      throw UsageError(
          fmt::format("--without {}: the reference has no such feature; it has {}", name, list_of_names(features)));
    std::erase_if(kept, [&](const std::string& feature) { return holds(gone, feature); });
  }
  if (kept.empty()) throw UsageError("--without " + names + " leaves no feature");
  return kept;
}

std::vector<std::string> with(std::vector<std::string> features, const std::string& names) {
  for (const std::string& name : split_at_commas(names)) {
    if (holds(features, name)) throw UsageError("--with " + name + ": the reference has this feature already");
    features.push_back(name);
  }
  return features;
}

}  // namespace

std::string Variation::directory() const {
  std::string text;
  for (const char c : name) {
    if (c == '*')
      text += "-all";
    else
      text += std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' ? c : '-';
  }
  return text;
}

std::vector<std::string> split_models(const std::string& text) {
  std::vector<std::string> models;
  for (const std::string& part : split_at_commas(text)) {
    const bool goes_on = part.find('=') != std::string::npos && part.find(':') == std::string::npos;
    if (goes_on && !models.empty())
      models.back() += "," + part;
    else
      models.push_back(part);
  }
  return models;
}

std::vector<Variation> variations_of(const AblateOptions& o, const TrainOptions& reference) {
  std::vector<Variation> all = {{"reference", reference}};
  const auto add = [&](const std::string& name, const TrainOptions& training) {
    const Variation variation{name, training};
    for (const Variation& other : all) {
      if (other.training.model == training.model && other.training.features == training.features) return;
      if (other.directory() == variation.directory())
        throw UsageError(
            fmt::format("{} and {} would both be trained in {}: ablate one after the other, into two "
                        "directories",
                        other.name, name, variation.directory()));
    }
    all.push_back(variation);
  };
  for (const std::string& names : o.without) {
    TrainOptions training = reference;
    training.features = without(*reference.features, names);
    add("without " + names, training);
  }
  for (const std::string& names : o.with) {
    TrainOptions training = reference;
    training.features = with(*reference.features, names);
    add("with " + names, training);
  }
  for (const std::string& model : split_models(o.models)) {
    nn::model_spec(model, 1);
    TrainOptions training = reference;
    training.model = model;
    add(model, training);
  }
  if (all.size() == 1) throw UsageError("nothing to compare the reference with: give --without, --with or --models");
  return all;
}

}  // namespace unetsr::pipeline
