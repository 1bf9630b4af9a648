#include "pipeline/demo.hpp"

#include <fmt/format.h>

#include "data/simulated_tables.hpp"
#include "data/table_files.hpp"
#include "pipeline/atomic_file.hpp"
#include "pipeline/evaluate.hpp"
#include "pipeline/prepare.hpp"
#include "pipeline/train.hpp"

namespace unetsr::pipeline {

void demo(const DemoOptions& options, const Output& output) {
  const std::filesystem::path tables = options.out_directory / "tables", scene = options.out_directory / "scene.h5",
                              report = options.out_directory / "report";
  refuse_to_overwrite(report / "report.html", options.overwrite);
  std::filesystem::create_directories(tables);
  data::SimulatedTables simulated;
  simulated.rows = 96, simulated.columns = 160;
  simulated.seed = options.seed;
  simulated.yield_range = 5;
  data::write_simulated_tables(tables, simulated);
  output.line(
      fmt::format("simulated {} x {} cells in two windows: {}", simulated.rows, simulated.columns, tables.string()));

  PrepareOptions prepared;
  for (const data::TablePair& pair : data::find_table_pairs(tables)) {
    prepared.fine.push_back(pair.fine);
    prepared.coarse.push_back(pair.coarse);
  }
  prepared.out = scene;
  prepared.overwrite = true;
  prepare(prepared, output);

  EvaluateOptions evaluation;
  for (const std::string model : {"unet", "sifnet-small"}) {
    TrainOptions training;
    training.dataset = scene;
    training.run_directory = options.out_directory / "runs" / model;
    training.model = model;
    training.validation = 0;
    training.seed = options.seed;
    training.threads = options.threads;
    training.overwrite = true;
    train(training, output);
    evaluation.runs.push_back(training.run_directory);
  }
  evaluation.dataset = scene;
  evaluation.out_directory = report;
  evaluation.threads = options.threads;
  evaluation.overwrite = options.overwrite;
  evaluate(evaluation, output);
}

}  // namespace unetsr::pipeline
