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
  json["protocol"] = to_string(o.protocol);
  json["supervision"] = to_string(o.supervision);
  json["wald_factor"] = o.wald_factor.value_or(0);
  json["first_guess"] = o.first_guess;
  json["features"] = o.features;
  json["windows"] = dataset.windows;
  json["scaling"] = data::to_json(scaling);
  json["patch"] = o.patch;
  json["batch"] = o.batch;
  json["epochs"] = o.epochs;
  json["seed"] = o.seed;
  json["inputs"] = Json::array();
  for (const auto& file : dataset.provenance.inputs) json["inputs"].push_back(file.sha256);
  return json;
}

Json split_json(const data::CropsSplit& split) {
  const auto list = [](const std::vector<kernels::Crop>& crops) {
    Json json = Json::array();
    for (const kernels::Crop& c : crops) json.push_back({c.image, c.row, c.column});
    return json;
  };
  return {{"description", "random crops, split after cropping (leaky)"},
          {"train", list(split.train)},
          {"test", list(split.test)}};
}

Json split_json(const data::Split& split) {
  Json json = {{"description", split.description}, {"rows", split.rows}, {"columns", split.columns}};
  for (const auto role : {data::Role::train, data::Role::validation, data::Role::test, data::Role::buffer})
    json["cells"][to_string(role)] = split.count(role);
  // One string a row: t train, v validation, T test, b buffer.
  for (int window = 0; window < split.windows; ++window) {
    Json rows = Json::array();
    for (int i = 0; i < split.rows; ++i) {
      std::string row;
      for (int j = 0; j < split.columns; ++j)
        row += "tvTb"[size_t(
            split.roles[(size_t(window) * size_t(split.rows) + size_t(i)) * size_t(split.columns) + size_t(j)])];
      rows.push_back(row);
    }
    json["roles"].push_back(rows);
  }
  return json;
}

Scores scores_of(const data::Metrics& m) {
  return {m.r2, m.mae, m.rmse, m.bias, m.cells};
}

void begin_run(const Training& t, const RunAudit& audit, const Json& split) {
  const ResolvedOptions& o = t.options;
  if (o.protocol == Protocol::honest) refuse_leaky_run(audit, o, t.dataset.windows);
  print_audit(audit, o, t.output);
  std::filesystem::create_directories(t.files.directory);
  write_text_atomically(t.files.configuration(), to_toml(o));
  Json with_version = {{"software", "unetsr " + version()}};
  with_version.update(split);
  write_text_atomically(t.files.split(), with_version.dump() + "\n");
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
