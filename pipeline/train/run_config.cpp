#include "pipeline/train/run_config.hpp"

#include <fmt/format.h>

#include <map>
#include <type_traits>

#include "kernels/error.hpp"
#include "pipeline/console/toml_file.hpp"

namespace unetsr::pipeline {
namespace {

std::string toml_value(Protocol value) {
  return pipeline::toml_value(to_string(value));
}

using pipeline::toml_value;

std::map<std::string, std::string> values_of(const TrainOptions& options) {
  std::map<std::string, std::string> values;
  visit_run_options(options,
                    [&](const char* name, const auto& field, const char*) { values[name] = toml_value(field); });
  for (const char* elsewhere : {"dataset", "run-directory", "threads"}) values.erase(elsewhere);
  return values;
}

}  // namespace

std::string to_string(Protocol value) {
  return value == Protocol::paper ? "paper" : "honest";
}

Protocol protocol(const std::string& name) {
  if (name == "honest") return Protocol::honest;
  if (name == "paper") return Protocol::paper;
  throw UsageError("unknown protocol " + name + "; take honest or paper");
}

std::string to_toml(const TrainOptions& options) {
  std::string text = "# unetsr train --config with this file trains the same again.\n";
  visit_run_options(options, [&](const char* name, const auto& field, const char*) {
    text += fmt::format("{} = {}\n", name, toml_value(field));
  });
  return text;
}

TrainOptions read_run_config(const std::filesystem::path& path) {
  TomlFile file(path);
  TrainOptions options;
  options.buffer = 8, options.members = 1;  // of runs that were trained before there was a choice
  visit_run_options(options, [&](const char* name, auto& field, const char*) {
    if constexpr (std::is_same_v<decltype(field), Protocol&>) {
      std::string text = to_string(field);
      file.read(name, text);
      field = protocol(text);
    } else {
      file.read(name, field);
    }
  });
  file.refuse_other_keys();
  return options;
}

void require_same_training(const TrainOptions& options, const std::filesystem::path& file) {
  const auto asked = values_of(options), before = values_of(read_run_config(file));
  for (const auto& [name, value] : before)
    if (asked.at(name) != value)
      throw UsageError(fmt::format("{}: {} = {}, but now {} is asked; leave --{} away, or --overwrite trains anew",
                                   file.string(), name, value, asked.at(name), name));
}

}  // namespace unetsr::pipeline
