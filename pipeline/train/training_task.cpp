#include "pipeline/train/training_task.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "data/dataset/sha256.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/processes/processes.hpp"
#include "pipeline/train/run_config.hpp"
#include "pipeline/train/scored_split.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> inputs_of(const data::Dataset& dataset) {
  std::vector<std::string> inputs;
  for (const auto& file : dataset.provenance.inputs) inputs.push_back(file.sha256);
  return inputs;
}

std::string sum_of_weights(const FinishedRun& run) {
  data::Sha256 sum;
  for (const auto& member : run.network->members()) {
    const std::vector<float> values = member->network().parameters().values();
    sum.add(values.data(), values.size() * sizeof(float));
  }
  return sum.hexadecimal();
}

kernels::Adam adam_of(const ResolvedOptions& o) {
  kernels::Adam adam;
  adam.weight_decay = float(o.weight_decay);
  adam.decoupled = o.optimizer == Optimizer::adamw;
  return adam;
}

}  // namespace

std::string Training::title() const {
  return "train " + options.run_directory.filename().string();
}

Json metadata_of(const Training& t, const data::Dataset& grid, const data::Scaling& scaling) {
  Json json;
  json["options"] = training_options(t.options);
  json["features"] = t.options.features;
  json["windows"] = grid.windows;
  // Runs from before there was a choice have none.
  if (grid.sif != data::SifQuantity{})
    json["sif"] = {
        {"kind", to_string(grid.sif.kind)}, {"wavelength", grid.sif.wavelength}, {"fit_window", grid.sif.fit_window}};
  if (!grid.provenance.world.empty()) json["world"] = grid.provenance.world;
  json["scaling"] = data::to_json(scaling);
  json["inputs"] = inputs_of(grid);
  if (t.from) json["from"] = sum_of_weights(*t.from);
  if (t.sample) json["sample"] = t.sample->cells();
  return json;
}

SplitPlaces places_of(const Training& t, const data::Split& split, const data::Grid& grid) {
  SplitPlaces places{
      t.dataset.identity, grid, t.dataset.windows, split, inputs_of(t.dataset), t.dataset.provenance.simulated};
  if (t.from) {
    places.before = t.from->places->before;
    if (!t.from->places->windows.empty()) places.before.push_back(*t.from->places);
    for (SplitPlaces& before : places.before) before.before.clear();
  }
  return places;
}

HonestOptions honest_options(const Training& t) {
  HonestOptions options = honest_options(t.options, t.held_out.values, t.execution.device);
  options.windows = used_windows(t.options, t.dataset.windows);
  if (t.from)
    options.start = Start{t.from->mapper.scaling, t.from->mapper.target_spread, t.from->mapper.first_guess_unit};
  return options;
}

Scores scores_of(const data::Metrics& m) {
  return {m.r2, m.mae, m.rmse, m.bias, m.cells};
}

void begin_run(const Training& t, const RunAudit& audit,
               const std::function<void(const std::filesystem::path&)>& write_split) {
  const ResolvedOptions& o = t.options;
  if (o.protocol == Protocol::honest) refuse_leaky_run(audit, o, t.dataset.windows);
  print_audit(audit, o, t.output);
  if (o.resume) return;
  std::filesystem::create_directories(t.files.directory);
  t.files.remove_run();
  write_text_atomically(t.files.configuration(), to_toml(o));
  write_split(t.files.split());
  write_audit(t.files.audit(), audit, o);
}

void begin_run(const Training& t, const RunAudit& audit, const SplitPlaces& places) {
  if (t.from) refuse_seen_test_cells(*t.from, places, t.dataset.provenance);
  begin_run(t, audit, [&](const std::filesystem::path& file) { write_split(file, places); });
}

MembersTask members_task(const Training& t, int channels, double unit) {
  const ResolvedOptions& o = t.options;
  const kernels::Loss loss = {o.loss, o.loss == kernels::LossKind::huber ? o.huber_delta / unit : 1};
  MembersTask task{nn::model_spec(o.model, channels), o.members, o.seed, t.execution, loss, adam_of(o), {}, {}};
  task.execution.shards = o.shards.value_or(1);
  if (processes().size() > 1) task.execution.exchange = &processes();
  if (t.from)
    for (const auto& member : t.from->network->members()) task.start.push_back(member->network().parameters().values());
  return task;
}

TrainingTask task_of(const ResolvedOptions& o, int64_t steps_per_epoch, const Json& metadata) {
  TrainingTask task;
  task.epochs = o.epochs;
  task.patience = o.patience;
  task.steps_per_epoch = int(steps_per_epoch);
  task.learning_rate = nn::Schedule{o.schedule, o.learning_rate, int64_t(o.epochs) * steps_per_epoch};
  task.metadata = metadata.dump();
  return task;
}

}  // namespace unetsr::pipeline
