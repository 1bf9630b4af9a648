#include "pipeline/train/run_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "nn/model_spec.hpp"
#include "pipeline/console/toml_file.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/train/held_out.hpp"

namespace unetsr::pipeline {
namespace {

// Refuses options that no training resolves to.
void require_possible(const ResolvedOptions& o) {
  require_in_range(o);
  nn::model_spec(o.model, 1);
  if (o.supervision == Supervision::wald && !o.wald_factor)
    throw UsageError("wald-factor is missing; a run of --supervision wald has one");
  if ((o.supervision == Supervision::truth) == o.truth.empty())
    throw UsageError("--supervision truth and --truth belong together");
  if (o.protocol == Protocol::paper) return;
  require_test_cells(o.test);
  if (o.buffer == 0) throw UsageError("--buffer 0: a run of the honest protocol has 1 cell or more");
}

}  // namespace

std::map<std::string, std::string> training_options(const ResolvedOptions& options) {
  std::map<std::string, std::string> values;
  visit_run_options(options,
                    [&](const char* name, const auto& field, const OptionHelp&) { values[name] = toml_value(field); });
  for (const char* elsewhere : {"dataset", "run-directory", "threads", "memory"}) values.erase(elsewhere);
  for (const char* bound : {"start", "end"})
    if (values[bound].empty()) values.erase(bound);
  return values;
}

std::string to_toml(const ResolvedOptions& options) {
  std::string text =
      "# Written by unetsr " + version() + "; unetsr train --config with this file trains the same again.\n";
  visit_run_options(options, [&](const char* name, const auto& field, const OptionHelp&) {
    if (const std::string value = toml_value(field); !value.empty()) text += fmt::format("{} = {}\n", name, value);
  });
  return text;
}

ResolvedOptions read_run_config(const std::filesystem::path& path) {
  TomlFile file(path);
  ResolvedOptions options;
  visit_run_options(options, [&](const char* name, auto& field, const OptionHelp&) {
    using Field = std::remove_cvref_t<decltype(field)>;
    constexpr bool needed = std::is_same_v<Field, OptionValue<Field>>;  // no optional
    if (!file.read(name, field) && needed)
      throw UsageError(path.string() + ": " + name + " is missing; a run.toml of unetsr train has every option");
  });
  file.refuse_other_keys();
  try {
    require_possible(options);
  } catch (const UsageError& e) {
    throw UsageError(path.string() + ": " + excerpt(e.what(), 250));
  }
  return options;
}

void require_same_run(const ResolvedOptions& o, const nlohmann::json& metadata) {
  for (const auto& [name, value] : training_options(o))
    if (const std::string trained = metadata.at("options").value(name, ""); trained != value)
      throw Error(fmt::format("/metadata has {} = {}, but run.toml {}", name, excerpt(trained), excerpt(value)));
}

void require_same_training(const ResolvedOptions& options, const std::filesystem::path& file) {
  std::map<std::string, std::string> asked = training_options(options),
                                     before = training_options(read_run_config(file));
  for (const auto& [name, value] : asked) before.try_emplace(name);
  for (const auto& [name, value] : before)
    if (const std::string now = asked[name]; now != value)
      throw UsageError(fmt::format("{}: {} = {}, but now {} is asked; omit --{}, or --overwrite trains anew",
                                   file.string(), name, excerpt(value), excerpt(now), name));
}

}  // namespace unetsr::pipeline
