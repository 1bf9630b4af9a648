#include "pipeline/train/finished_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "data/dataset/json_text.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "pipeline/console/memory.hpp"
#include "pipeline/maps/footprints_file.hpp"
#include "pipeline/maps/uncertainty.hpp"
#include "pipeline/models/shipped_models.hpp"
#include "pipeline/train/end_mark.hpp"
#include "pipeline/train/held_out.hpp"
#include "pipeline/train/members.hpp"
#include "pipeline/train/run_audit.hpp"
#include "pipeline/train/run_config.hpp"
#include "pipeline/train/training_loop.hpp"

namespace unetsr::pipeline {
namespace {

void read_mapper(const nlohmann::json& metadata, FinishedRun& run) {
  if (const auto sif = metadata.find("sif"); sif != metadata.end())
    run.sif = {parse<data::SifKind>(sif->at("kind").get<std::string>()), sif->at("wavelength"), sif->at("fit_window")};
  metadata.at("features").get_to(run.mapper.features);
  run.mapper.scaling = data::scaling_from_json(metadata.at("scaling"));
  if (run.options.protocol == Protocol::honest) metadata.at("target_spread").get_to(run.mapper.target_spread);
  if (run.options.supervision == Supervision::footprints) {
    metadata.at("cloud_shielding").get_to(run.cloud_shielding);
    metadata.at("first_guess_unit").get_to(run.mapper.first_guess_unit);
  }
}

void read_metadata(const std::string& text, FinishedRun& run) {
  const nlohmann::json metadata = data::parse_json(text, "/metadata");
  require_same_run(run.options, metadata);
  read_mapper(metadata, run);
}

// What follows from the network itself.
void complete_mapper(FinishedRun& run, Device device) {
  const nn::Network<float>& network = run.network->members().front()->network();
  run.parameters = run.options.members * network.parameters().size();
  run.mapper.predictor = [ensemble = run.network](nn::Images images, const nn::Patches& patches, int at_once,
                                                  const nn::Trainer::Visit& each) {
    ensemble->predict(std::move(images), patches, at_once, each);
  };
  run.mapper.sizes = image_sizes(network.spec());
  run.mapper.first_guess = run.options.first_guess;
  run.mapper.radius = receptive_field_radius(network.spec());
  run.mapper.device = device;
}

}  // namespace

FinishedRun open_run(const std::filesystem::path& run_directory, nn::Execution execution) {
  if (!std::filesystem::exists(run_directory) && find_shipped_model(run_directory.string()))
    return shipped_run(run_directory.string(), execution);
  const RunFiles files{run_directory};
  FinishedRun run;
  run.directory = run_directory;
  run.name = names_of_runs({run_directory}).front();
  run.options = read_run_config(files.configuration());
  run.dataset = read_end_mark(files, run.options).dataset;
  if (run.options.protocol == Protocol::honest) run.places = read_split(files.split());
  execution.exact = run.options.exact;
  for (int k = 0; k < run.options.members; ++k) {
    run.histories.push_back(read_history(files.of_member(k).history()));
    for (const Epoch& e : run.histories.back()) run.seconds += e.seconds;
  }
  const bool validated =
      run.options.protocol == Protocol::honest && std::any_of(run.histories[0].begin(), run.histories[0].end(),
                                                              [](const Epoch& e) { return e.monitored.has_value(); });
  run.network = load_members(files, run.options.members, validated, execution,
                             [&](const nn::Checkpoint& c) { read_metadata(c.metadata, run); });
  run.footprints = read_footprints(files.footprints());
  run.uncertainty = read_uncertainty(files.uncertainty());
  run.audit = read_audit(files.audit());
  complete_mapper(run, execution.device);
  return run;
}

FinishedRun shipped_run(const std::string& name, const nn::Execution& execution) {
  const ShippedModel& model = shipped_model(name);
  const nn::Checkpoint checkpoint = nn::Checkpoint::read(model.checkpoint, name + ".h5");
  const nlohmann::json record = data::parse_json(std::string(model.record), name + ".json"),
                       metadata = data::parse_json(checkpoint.metadata, name + ".h5: /metadata");
  FinishedRun run;
  run.directory = run.name = name;
  run.options.dataset = "simulated scenes";
  run.options.model = record.at("model");
  run.options.members = 1;
  run.options.supervision = Supervision::footprints;
  run.options.first_guess = record.at("first_guess");
  metadata.at("features").get_to(run.options.features);
  read_mapper(metadata, run);
  run.places.emplace();
  for (const auto& scene : record.at("trained_on")) {
    run.places->before.emplace_back().dataset = scene.at("dataset");
    run.places->before.back().simulated = true;
  }
  const auto network = std::make_shared<nn::Trainer>(nn::model_spec(checkpoint.model, 1), 0, execution);
  network->restore(checkpoint);
  run.network = std::make_shared<nn::Ensemble>(std::vector{network});
  complete_mapper(run, execution.device);
  return run;
}

std::vector<std::string> names_of_runs(const std::vector<std::filesystem::path>& directories) {
  std::vector<std::vector<std::string>> parts;  // the last first
  for (const auto& directory : directories) {
    parts.emplace_back();
    for (const auto& part : std::filesystem::absolute(directory).lexically_normal())
      if (!part.empty()) parts.back().insert(parts.back().begin(), part.string());
  }
  const auto name = [&](size_t run, size_t count) {
    std::string text = parts[run].front();
    for (size_t k = 1; k < std::min(count, parts[run].size()); ++k) text = parts[run][k] + "/" + text;
    return text;
  };
  std::vector<std::string> names;
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto shared = [&](size_t count) {
      for (size_t other = 0; other < parts.size(); ++other)
        if (other != i && name(other, count) == name(i, count)) return true;
      return false;
    };
    size_t count = 1;
    while (count < parts[i].size() && shared(count)) ++count;
    names.push_back(name(i, count));
  }
  return names;
}

FinishedRun open_honest_run(const std::filesystem::path& directory, const nn::Execution& execution) {
  FinishedRun run = open_run(directory, execution);
  if (run.options.protocol == Protocol::paper)
    throw UsageError(
        directory.string() +
        ": was trained by the paper's protocol, whose inputs are made from the target; without a target there is no "
        "map. Train with --protocol honest");
  return run;
}

double memory_of_block(const FinishedRun& run, const data::Grid& grid, double side) {
  constexpr double feature_cell = 24;  // a layer as it is read, the feature, and the network's input
  const auto seen = [&](int size) { return std::min(double(size), side + 2.0 * run.mapper.radius); };
  const double cells = seen(grid.rows) * seen(grid.columns);
  return memory_of(run.network->members().front()->network().spec(), cells, false) +
         feature_cell * double(input_channels(run.mapper.features).size()) * cells;
}

std::vector<int> windows_asked_for(const std::vector<std::string>& labels, const std::string& label) {
  std::vector<int> windows;
  for (size_t i = 0; i < labels.size(); ++i)
    if (label.empty() || labels[i] == label) windows.push_back(int(i));
  if (windows.empty())
    throw UsageError(fmt::format("--window {}: no such window; there are {}", label, list_of_names(labels)));
  return windows;
}

}  // namespace unetsr::pipeline
