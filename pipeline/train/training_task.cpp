#include "pipeline/train/training_task.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/train/run_config.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;

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

Json metadata_of(const ResolvedOptions& o, const data::Dataset& dataset, const data::Scaling& scaling) {
  Json json;
  json["options"] = training_options(o);
  json["features"] = o.features;
  json["windows"] = dataset.windows;
  if (!dataset.provenance.world.empty()) json["world"] = dataset.provenance.world;
  json["scaling"] = data::to_json(scaling);
  json["inputs"] = Json::array();
  for (const auto& file : dataset.provenance.inputs) json["inputs"].push_back(file.sha256);
  json["simulated"] = dataset.provenance.simulated;
  return json;
}

SplitPlaces places_of(const Training& t, const data::Split& split, const data::Grid& grid) {
  return {t.dataset.identity, grid, t.dataset.windows, split};
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

MembersTask members_task(const Training& t, int channels, double unit) {
  const ResolvedOptions& o = t.options;
  const kernels::Loss loss = {o.loss, o.loss == kernels::LossKind::huber ? o.huber_delta / unit : 1};
  return {nn::model_spec(o.model, channels), o.members, o.seed, t.execution, loss, adam_of(o), {}};
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
