#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>

#include "data/dataset/json_text.hpp"
#include "data/features/scaling.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/text_table.hpp"
#include "pipeline/info/describe.hpp"
#include "pipeline/maps/footprints_file.hpp"
#include "pipeline/train/end_mark.hpp"
#include "pipeline/train/history.hpp"
#include "pipeline/train/run_config.hpp"
#include "pipeline/train/training_loop.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

// An object.
Json parse(const std::string& text, const std::string& where) {
  const Json json = data::parse_ordered_json(text, where);
  if (!json.is_object()) throw Error(where + ": not the JSON it should be");
  return json;
}

std::string description_of(const Json& split) {
  return split.contains("description") && split["description"].is_string() ? split["description"].get<std::string>()
                                                                           : "";
}

std::string scores_text(const Epoch& epoch) {
  std::string text = fmt::format("epoch {}: loss {:.5f}", epoch.epoch, epoch.loss);
  if (epoch.monitored)
    text += fmt::format(", R2 {:.4f}, RMSE {:.4f}, MAE {:.4f} on {} validation values", epoch.monitored->r2,
                        epoch.monitored->rmse, epoch.monitored->mae, epoch.monitored->cells);
  return text;
}

Json to_json(const Epoch& epoch) {
  Json json = {{"epoch", epoch.epoch}, {"loss", epoch.loss}};
  if (epoch.monitored) json["monitored"] = to_json(*epoch.monitored);
  return json;
}

// The best monitored epoch, as training chooses it.
const Epoch* best_of(const std::vector<Epoch>& history) {
  const Epoch* best = nullptr;
  for (const Epoch& e : history)
    if (e.monitored && (!best || e.monitored->rmse < best->monitored->rmse)) best = &e;
  return best;
}

std::string scaling_text(const Json& scaling) {
  const data::Scaling s = data::scaling_from_json(scaling);
  TextTable table({"scaling " + to_string(s.kind), "offset", "spread"});
  for (size_t i = 0; i < s.offset.size(); ++i) {
    const size_t window = i / s.names.size();
    const std::string name = s.names[i % s.names.size()];
    table.add({s.per_window ? fmt::format("{} (window {})", name, window) : name, fmt::format("{:.6g}", s.offset[i]),
               fmt::format("{:.6g}", s.spread[i])});
  }
  return table.text();
}

}  // namespace

Description describe_checkpoint(const nn::Checkpoint& checkpoint, const fs::path& file) {
  const Json metadata = parse(checkpoint.metadata, file.string() + ": /metadata");
  Description d;
  d.json = {{"kind", "checkpoint"},      {"software", checkpoint.software},
            {"model", checkpoint.model}, {"epoch", checkpoint.epoch},
            {"step", checkpoint.step},   {"parameters", checkpoint.parameters.size()},
            {"training", metadata}};
  d.text = fmt::format("checkpoint after epoch {} (step {})\nmodel      {}\nparameters {}\nsoftware   {}\n",
                       checkpoint.epoch, checkpoint.step, checkpoint.model, checkpoint.parameters.size(),
                       checkpoint.software);
  for (const auto& [key, value] : metadata.items())
    if (key != "scaling" && key != "options") d.text += fmt::format("{:<10} {}\n", key, value.dump());
  if (metadata.contains("options"))
    for (const auto& [name, value] : metadata["options"].items())
      d.text += fmt::format("{} = {}\n", name, value.get<std::string>());
  const RunFiles beside{file.parent_path()};
  if (fs::exists(beside.history()))
    for (const Epoch& e : read_history(beside.history()))
      if (e.epoch == checkpoint.epoch) {
        d.json["scores"] = to_json(e);
        d.text += scores_text(e) + "\n";
      }
  if (metadata.contains("scaling")) d.text += "\n" + scaling_text(metadata["scaling"]);
  return d;
}

namespace {

std::string state_of(const RunFiles& files, const ResolvedOptions& options) try {
  read_end_mark(files, options);
  return "finished";
} catch (const Error& e) {
  return e.what();
}

}  // namespace

Description describe_run(const fs::path& directory) {
  const RunFiles files{directory};
  if (!fs::exists(files.configuration()))
    throw Error(directory.string() + ": not a run directory (it has no run.toml)");
  const ResolvedOptions options = read_run_config(files.configuration());
  Description d;
  d.json = {{"kind", "run"},
            {"dataset", options.dataset.string()},
            {"model", options.model},
            {"protocol", to_string(options.protocol)},
            {"features", options.features},
            {"seed", options.seed},
            {"epochs_asked", options.epochs},
            {"state", state_of(files, options)}};
  d.text =
      "run " + directory.string() + "\n\n" + to_toml(options) + "\nstate  " + d.json["state"].get<std::string>() + "\n";
  if (fs::exists(files.split())) {
    std::ifstream in(files.split());
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const Json split = parse(text, files.split().string());
    d.json["split"] = description_of(split);
    d.text += "split  " + description_of(split) + "\n";
  }
  if (fs::exists(files.footprints())) {
    const data::FootprintEstimate footprints = read_footprints(files.footprints());
    d.json["footprints"] = {{"displacement_km", footprints.mean_displacement()}, {"width", nullptr}};
    if (footprints.width) d.json["footprints"]["width"] = *footprints.width;
    d.text += "footprints  " + footprints_in_words(footprints) + "\n";
  }
  std::vector<Json> networks;
  std::string text;
  double seconds = 0, memory = 0;
  for (int k = 0; k < options.members && fs::exists(files.of_member(k).history()); ++k) {
    const std::vector<Epoch> history = read_history(files.of_member(k).history());
    if (history.empty()) break;
    for (const Epoch& e : history) seconds += e.seconds, memory = std::max(memory, e.memory_mib);
    networks.push_back({{"epochs", history.size()}, {"last", to_json(history.back())}});
    if (options.members > 1) text += fmt::format("network {} of {}\n", k + 1, options.members);
    text += fmt::format("epochs {} of {}\nlast   {}\n", history.size(), options.epochs, scores_text(history.back()));
    if (const Epoch* best = best_of(history)) {
      networks.back()["best"] = to_json(*best);
      text += "best   " + scores_text(*best) + "\n";
    }
  }
  d.json["networks"] = networks;
  if (networks.empty()) return d;
  d.json["seconds"] = seconds;
  d.json["memory_mib"] = memory;
  d.text += fmt::format("time   {}\nmemory {:.0f} MiB at most\n{}", format_duration(seconds), memory, text);
  return d;
}

}  // namespace unetsr::pipeline
