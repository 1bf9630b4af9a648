#include "pipeline/finished_run.hpp"

#include <memory>

#include "kernels/error.hpp"
#include "nn/trainer.hpp"
#include "pipeline/run_config.hpp"
#include "pipeline/training_loop.hpp"

namespace unetsr::pipeline {

double FinishedRun::seconds() const {
  double sum = 0;
  for (const Epoch& e : history) sum += e.seconds;
  return sum;
}

FinishedRun open_run(const std::filesystem::path& run_directory) {
  const RunFiles files{run_directory};
  FinishedRun run;
  run.directory = run_directory;
  run.options = read_run_config(files.configuration());
  run.history = read_history(files.history());
  const bool validated = run.options.protocol == Protocol::honest && !run.history.empty() && run.history[0].monitored;
  const std::filesystem::path file = validated ? files.best() : files.last();
  const nn::Checkpoint checkpoint = nn::Checkpoint::load(file);
  const nn::ModelSpec spec = nn::model_spec(checkpoint.model, 1);
  const auto trainer = std::make_shared<nn::Trainer>(spec, 0, Device::cpu);
  try {
    trainer->restore(checkpoint);
  } catch (const Error& e) {
    throw Error(file.string() + ": " + e.what());
  }
  run.parameters = trainer->network().parameters().size();
  run.sizes = image_sizes(spec);
  run.predictor = [trainer](View<const float> x, View<float> y) { trainer->predict(x, y); };
  return run;
}

}  // namespace unetsr::pipeline
