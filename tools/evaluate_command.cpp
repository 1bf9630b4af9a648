#include "pipeline/evaluate/evaluate.hpp"

#include "kernels/error.hpp"
#include "pipeline/console/outputs.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {

void evaluate_command(int argc, const char* const* argv) {
  pipeline::EvaluateOptions o;
  std::vector<std::filesystem::path> files;
  std::vector<std::string> conserve;
  Options options(
      "evaluate", "evaluate [OPTIONS] DATASET.h5 RUN_DIR... OUT_DIR",
      "Score finished runs, beside the baselines, on the cells that they held out.\n"
      "Writes OUT_DIR/metrics.json, OUT_DIR/metrics.csv and OUT_DIR/report.html.",
      "  unetsr evaluate scene.h5 runs/first runs/second report\n"
      "  unetsr evaluate scene.h5 runs/* report --overwrite\n"
      "  unetsr evaluate next-year.h5 runs/first report-2021 --independent\n"
      "  unetsr evaluate scene.h5 runs/* report --truth 'scene/truth/truth_{window}.tif'\n"
      "  unetsr evaluate scene.h5 runs/* report --truth 'truth_{window}.tif' --conserve footprints,blocks\n");
  options.arguments("DATASET.h5 RUN_DIR... OUT_DIR", files, "the dataset, the runs that train wrote, where to write");
  options.key("dataset", o.dataset);
  options.key("runs", o.runs);
  options.key("out-directory", o.out_directory);
  options.add(
      "truth", o.truth,
      "rasters of the true SIF of a simulated scene, {window} is replaced by each window's date: score at 1 km");
  options.add(
      "conserve", conserve,
      "with --truth: also score the maps after these corrections: none, footprints, blocks, as of unetsr predict");
  options.flag(
      "independent", o.independent,
      "DATASET.h5 is not what the runs were trained on: score all of its cells, after a check that none of them "
      "lies where and when they trained");
  options.flag("importance", o.importance,
               "also score each run with permuted inputs, as unetsr explain does; takes minutes");
  options.add_compute(o.compute);
  options.flag("overwrite", o.overwrite, "replace the report and metrics in OUT_DIR");
  options.parse(argc, argv);
  for (const std::string& kind : conserve) o.conserve.push_back(parse<pipeline::Conservation>(kind));
  if (files.size() >= 3) {
    o.dataset = files.front();
    o.runs.assign(files.begin() + 1, files.end() - 1);
    o.out_directory = files.back();
  } else if (!files.empty() || o.dataset.empty() || o.runs.empty() || o.out_directory.empty()) {
    throw UsageError("give DATASET.h5, at least one RUN_DIR and OUT_DIR; see unetsr evaluate --help");
  }
  pipeline::refuse_input_as_output(o.out_directory, {options.config()});
  pipeline::evaluate(o, options.output());
}

}  // namespace unetsr::tools
