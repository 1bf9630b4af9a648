#include "pipeline/reproduce/reproduce.hpp"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <numeric>

#include "data/dataset/dataset_file.hpp"
#include "data/scores/correlation.hpp"
#include "data/tables/table_pair.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/output_lock.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/report/provenance.hpp"
#include "pipeline/reproduce/reproduce_metrics.hpp"
#include "pipeline/reproduce/reproduce_parts.hpp"
#include "pipeline/train/train.hpp"

namespace unetsr::pipeline {
namespace {

report::ReproduceReport start_report(const data::Dataset& dataset, const ReproduceOptions& options) {
  report::ReproduceReport report;
  report.quick = options.quick;
  report.seeds = options.quick ? 1 : options.seeds;
  report.windows = dataset.windows;
  report.grid = dataset.grid;
  const View<const float> target = dataset.view(data::target_layer);
  for (int window = 0; window < target.n; ++window) {
    int64_t present = 0;
    for (int i = 0; i < target.h; ++i)
      for (int j = 0; j < target.w; ++j) present += target(window, i, j, 0) == target(window, i, j, 0);
    report.cells_per_window.push_back(present);
  }
  std::vector<std::string> bands = {data::target_layer, data::coarse_layer};
  for (const std::string& band : data::auxiliary_bands(dataset)) bands.push_back(band);
  report.correlation = data::correlation_matrix(dataset, bands);
  report.correlation_cells = "all cells of all windows";
  report.provenance = run_provenance(dataset.provenance, resolve(options.compute));
  report.provenance.options = {{"tables", options.tables_directory.string()},
                               {"seeds", std::to_string(report.seeds)},
                               {"epochs", options.epochs ? std::to_string(*options.epochs) : "as in the paper"},
                               {"quick", options.quick ? "yes" : "no"}};
  report.provenance.seeds.resize(size_t(report.seeds));
  std::iota(report.provenance.seeds.begin(), report.provenance.seeds.end(), 1);
  return report;
}

}  // namespace

FinishedRun train_or_open(TrainOptions run, const std::string& name, const ReproduceOptions& options,
                          const Output& output) {
  run.run_directory = options.out_directory / "runs" / name;
  run.resume = true;
  try {
    train(run, output.of_a_step());
  } catch (const UsageError&) {  // an earlier run with other options
    if (!options.overwrite) throw;
    run.resume = false;
    run.overwrite = true;
    train(run, output.of_a_step());
  }
  return open_run(run.run_directory, start_computing(resolve(options.compute)));
}

void reproduce(const ReproduceOptions& options, const Output& output) {
  require_in_range("seeds", options.seeds, seed_count_range);
  start_computing(resolve(options.compute));
  const std::filesystem::path metrics = options.out_directory / "metrics.json",
                              page = options.out_directory / "report.html";
  const std::filesystem::path dataset_file = options.out_directory / "dataset.h5";
  refuse_input_as_output(options.out_directory, {options.tables_directory});
  refuse_to_overwrite(metrics, options.overwrite);
  refuse_to_overwrite(page, options.overwrite);
  refuse_to_overwrite(dataset_file, true);  // it is the same again
  const auto pairs = data::find_table_pairs(options.tables_directory);
  const OutputLock lock = OutputLock::of_folder(options.out_directory);
  data::Dataset dataset = data::dataset_from_tables(pairs);
  dataset.provenance.command = "unetsr reproduce";
  dataset.provenance.version = version();
  dataset.provenance.created = now_utc();
  write_atomically(dataset_file, [&](const auto& file) { data::write_dataset(file, dataset); });

  report::ReproduceReport report = start_report(dataset, options);
  reproduce_paper(dataset, dataset_file, options, output, report);
  reproduce_honest(dataset, dataset_file, options, output, report);
  write_text_atomically(metrics, reproduce_metrics(report).dump(2) + "\n");
  write_text_atomically(page, report::reproduce_page(report));
  output.line("wrote " + metrics.string());
  output.line("wrote " + page.string() + "; open it in a browser");
}

}  // namespace unetsr::pipeline
