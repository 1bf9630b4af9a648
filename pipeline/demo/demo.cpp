#include "pipeline/demo/demo.hpp"

#include <fmt/format.h>

#include "pipeline/console/output_lock.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/evaluate/evaluate.hpp"
#include "pipeline/predict/map_companions.hpp"
#include "pipeline/predict/predict.hpp"
#include "pipeline/prepare/prepare_granules.hpp"
#include "pipeline/simulate/simulate.hpp"
#include "pipeline/train/train.hpp"
#include "pipeline/validate/validate.hpp"

namespace unetsr::pipeline {

void demo(const DemoOptions& options, const Output& whole) {
  const Output output = whole.of_a_step();
  const std::filesystem::path scene = options.out_directory / "scene", dataset = options.out_directory / "scene.h5",
                              map = options.out_directory / "map.tif", report = options.out_directory / "report",
                              validation_report = options.out_directory / "validation";
  for (const auto& folder : {report, validation_report}) refuse_to_overwrite(folder / "report.html", options.overwrite);
  for (const auto& file : {dataset, map}) refuse_to_overwrite(file, true);
  MapCompanions(map).refuse(true);
  const OutputLock lock = OutputLock::of_folder(options.out_directory);

  SimulateOptions simulation;
  simulation.out_directory = scene;
  simulation.windows = 2;
  simulation.seed = options.seed;
  simulation.threads = options.compute.threads;
  simulation.overwrite = options.overwrite;
  output.line("\ndemo, step 1 of 6: simulate a scene");
  simulate(simulation, output);

  GranuleOptions preparation;
  preparation.inputs = {scene / "troposif", scene / "mod13a2"};
  preparation.out = dataset;
  preparation.bbox = "-100,44.5,-94,49";
  preparation.aux = {"land_cover=" + (scene / "truth" / "igbp.tif").string() + "@mode"};
  preparation.threads = options.compute.threads;
  preparation.overwrite = true;
  output.line("\ndemo, step 2 of 6: prepare a dataset");
  prepare_granules(preparation, output);

  EvaluateOptions evaluation;
  struct Run {
    std::string name;
    std::optional<std::string> model;
    Supervision supervision;
  };
  for (const Run& run :
       {Run{"unet-footprints", {}, Supervision::footprints}, Run{"unet-wald", "unet", Supervision::wald},
        Run{"sifnet-wald", "sifnet", Supervision::wald}}) {
    TrainOptions training;
    training.dataset = dataset;
    training.run_directory = options.out_directory / "runs" / run.name;
    training.model = run.model;
    training.supervision = run.supervision;
    if (run.supervision == Supervision::footprints)
      training.epochs = 40;  // half of the default, and as good on this scene
    training.seed = options.seed;
    training.compute = options.compute;
    training.overwrite = true;
    output.line(fmt::format("\ndemo, step 3 of 6: train {}", run.name));
    train(training, output);
    evaluation.runs.push_back(training.run_directory);
  }

  PredictOptions prediction;
  prediction.dataset = dataset;
  prediction.run_directory = evaluation.runs.front();
  prediction.out = map;
  prediction.compute = options.compute;
  prediction.overwrite = true;
  output.line("\ndemo, step 4 of 6: make maps");
  predict(prediction, output);

  evaluation.dataset = dataset;
  evaluation.out_directory = report;
  evaluation.conserve = {Conservation::none};
  evaluation.truth = (scene / "truth" / "truth_{window}.tif").string();
  evaluation.compute = options.compute;
  evaluation.overwrite = options.overwrite;
  output.line("\ndemo, step 5 of 6: evaluate");
  evaluate(evaluation, output);

  ValidateOptions validation;
  validation.inputs = {map, scene / "oco2"};
  validation.out_directory = validation_report;
  validation.dataset = dataset;
  validation.run = evaluation.runs.front();
  validation.baselines = {"coarse", "bicubic", "linear-residual", "footprint-regression"};
  validation.truth = evaluation.truth;
  validation.threads = options.compute.threads;
  validation.overwrite = options.overwrite;
  output.line("\ndemo, step 6 of 6: compare the map with OCO-2");
  validate(validation, output);
  output.line(fmt::format("demo: the map is {}, the reports {} and {}; open them to look at them", map.string(),
                          (report / "report.html").string(), (validation_report / "report.html").string()));
}

}  // namespace unetsr::pipeline
