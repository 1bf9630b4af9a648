#include "pipeline/evaluate/scored_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "pipeline/console/number_pattern.hpp"
#include "pipeline/train/run_config.hpp"

namespace unetsr::pipeline {
namespace {

std::string text_of(const std::string& value) {
  return value;
}
std::string text_of(const std::filesystem::path& value) {
  return value.string();
}
std::string text_of(const std::vector<std::string>& value) {
  return fmt::format("{}", fmt::join(value, ","));
}
template <NamedEnum E>
std::string text_of(E value) {
  return to_string(value);
}
template <class Number>
requires std::is_arithmetic_v<Number> std::string text_of(Number value) {
  return fmt::format("{}", value);
}
template <class T>
std::string text_of(const std::optional<T>& value) {
  return value ? text_of(*value) : std::string();
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The features of a run that not all of the others have; where these are many, those that it lacks.
std::string own_features(const ScoredRun& run, const std::vector<const ScoredRun*>& others) {
  constexpr size_t few = 3;
  std::vector<std::string> own;
  for (const std::string& feature : run.features)
    if (std::any_of(others.begin(), others.end(), [&](const ScoredRun* o) { return !holds(o->features, feature); }))
      own.push_back(feature);
  if (own.empty()) return {};
  if (own.size() <= few) return fmt::format(", with {}", fmt::join(own, " "));
  std::vector<std::string> lacking;
  for (const ScoredRun* other : others)
    for (const std::string& feature : other->features)
      if (!holds(run.features, feature) && !holds(lacking, feature)) lacking.push_back(feature);
  if (!lacking.empty() && lacking.size() <= few) return fmt::format(", without {}", fmt::join(lacking, " "));
  // The run's own table lists them all.
  return fmt::format(", with {} and {} more", own.front(), own.size() - 1);
}

std::string own_settings(const ScoredRun& run, const std::vector<const ScoredRun*>& others) {
  std::string text;
  for (const auto& own : run.settings)
    if (std::any_of(others.begin(), others.end(),
                    [&](const ScoredRun* o) { return setting(*o, own.first) != own.second; }))
      text += fmt::format(", {} {}", own.first, own.second.empty() ? "none" : own.second);
  return text;
}

}  // namespace

Fold fold_of(const std::string& test, int windows) {
  if (const auto window = numbers_in_pattern(test, "window:#")) return {"whole windows", window->at(0), windows};
  // KIND:FOLD/FOLDS or KIND:SIZE:FOLD/FOLDS
  const size_t kind = test.find(':'), last = test.find_last_of(":,");
  const auto fold = numbers_in_pattern(std::string_view(test).substr(last + 1), "#/#");
  std::string scheme = test.substr(0, kind);
  if (last > kind) scheme += fmt::format(" of {} cells", test.substr(kind + 1, last - kind - 1));
  return {scheme, fold ? fold->at(0) : 0, fold ? fold->at(1) : 0};
}

std::vector<std::pair<std::string, std::string>> settings_of(const ResolvedOptions& options) {
  static const std::array<std::string, 9> left_out = {"dataset", "run-directory", "model",  "features", "test",
                                                      "seed",    "threads",       "device", "shards"};
  std::vector<std::pair<std::string, std::string>> settings;
  visit_run_options(options, [&](const std::string& name, const auto& value, const OptionHelp&) {
    if (std::find(left_out.begin(), left_out.end(), name) == left_out.end()) settings.push_back({name, text_of(value)});
  });
  return settings;
}

std::string setting(const ScoredRun& run, const std::string& name) {
  for (const auto& [key, value] : run.settings)
    if (key == name) return value;
  return {};
}

std::vector<std::string> entry_names(const std::vector<const ScoredRun*>& runs) {
  std::vector<std::string> names;
  for (const ScoredRun* run : runs) {
    std::vector<const ScoredRun*> others;
    for (const ScoredRun* other : runs)
      if (other != run && other->model == run->model) others.push_back(other);
    std::string name = run->model;
    // Much else follows from the supervision: it alone parts those that it parts.
    const std::string supervision = setting(*run, "supervision");
    if (std::erase_if(others, [&](const ScoredRun* o) { return setting(*o, "supervision") != supervision; }) > 0)
      name += ", " + supervision;
    names.push_back(name + own_features(*run, others) + own_settings(*run, others));
  }
  std::vector<std::string> unique = names;
  for (size_t i = 0; i < names.size(); ++i)
    if (std::count(names.begin(), names.end(), names[i]) > 1) unique[i] += ", " + runs[i]->name;
  return unique;
}

}  // namespace unetsr::pipeline
