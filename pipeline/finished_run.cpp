#include "pipeline/finished_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

#include "kernels/error.hpp"
#include "nn/trainer.hpp"
#include "pipeline/held_out.hpp"
#include "pipeline/run_audit.hpp"
#include "pipeline/run_config.hpp"
#include "pipeline/training_loop.hpp"
#include "pipeline/uncertainty.hpp"

namespace unetsr::pipeline {
namespace {

bool has_ended(const TrainOptions& options, const std::vector<Epoch>& history) {
  int best = 0;
  double rmse = std::numeric_limits<double>::infinity();
  for (const Epoch& e : history)
    if (e.monitored && e.monitored->rmse < rmse) best = e.epoch, rmse = e.monitored->rmse;
  const int epochs = int(history.size());
  return epochs >= options.epochs || (options.patience > 0 && best > 0 && epochs - best >= options.patience);
}

void read_metadata(const std::string& text, FinishedRun& run) {
  const auto metadata = nlohmann::json::parse(text);
  metadata.at("features").get_to(run.features);
  run.scaling = data::scaling_from_json(metadata.at("scaling"));
  if (run.options.protocol == Protocol::honest) metadata.at("target_spread").get_to(run.target_spread);
  if (run.options.supervision == "footprints") {
    metadata.at("cloud_shielding").get_to(run.cloud_shielding);
    metadata.at("first_guess_unit").get_to(run.first_guess_unit);
  }
}

}  // namespace

double FinishedRun::seconds() const {
  double sum = 0;
  for (const Epoch& e : history) sum += e.seconds;
  return sum;
}

FinishedRun open_run(const std::filesystem::path& run_directory, const nn::Execution& execution) {
  const RunFiles files{run_directory};
  FinishedRun run;
  run.directory = run_directory;
  run.options = read_run_config(files.configuration());
  run.history = read_history(files.history());
  if (!has_ended(run.options, run.history))
    throw Error(fmt::format("{}: the training stopped after {} of {} epochs; finish it with unetsr train --resume",
                            run_directory.string(), run.history.size(), run.options.epochs));
  const bool validated =
      run.options.protocol == Protocol::honest &&
      std::any_of(run.history.begin(), run.history.end(), [](const Epoch& e) { return e.monitored.has_value(); });
  const std::filesystem::path file = validated ? files.best() : files.last();
  const nn::Checkpoint checkpoint = nn::Checkpoint::load(file);
  const nn::ModelSpec spec = nn::model_spec(checkpoint.model, 1);
  const auto trainer = std::make_shared<nn::Trainer>(spec, 0, execution);
  try {
    trainer->restore(checkpoint);
    read_metadata(checkpoint.metadata, run);
  } catch (const nlohmann::json::exception&) {
    throw Error(file.string() + ": /metadata: not the JSON it should be; train anew");
  } catch (const Error& e) {
    throw Error(file.string() + ": " + e.what());
  }
  run.uncertainty = read_uncertainty(files.uncertainty());
  run.overlap = read_overlap(files.audit());
  run.parameters = trainer->network().parameters().size();
  run.sizes = image_sizes(spec);
  run.reach = reach_of(spec);
  run.predictor = [trainer](nn::Images images, const nn::Patches& patches, int at_once,
                            const nn::Trainer::Visit& each) {
    trainer->predict(std::move(images), patches, at_once, each);
  };
  return run;
}

Mapper mapper_of(const FinishedRun& run) {
  return {run.features,         run.scaling, run.target_spread, run.predictor, run.sizes, run.options.first_guess,
          run.first_guess_unit, run.reach};
}

}  // namespace unetsr::pipeline
