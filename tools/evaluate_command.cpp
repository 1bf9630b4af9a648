#include "pipeline/evaluate/evaluate.hpp"

#include "data/formats/compared_map.hpp"
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
      "Score finished runs on their test cells, together with baselines, which are methods without a network. Writes "
      "OUT_DIR/metrics.json, OUT_DIR/metrics.csv and OUT_DIR/report.html.",
      "  unetsr evaluate scene.h5 runs/first runs/second report\n"
      "  unetsr evaluate scene.h5 runs/* report --overwrite\n"
      "  unetsr evaluate next-year.h5 runs/first report-2021 --independent\n"
      "  unetsr evaluate scene.h5 runs/* report \\\n"
      "      --truth 'scene/truth/truth_{window}.tif' --conserve blocks\n"
      "  unetsr evaluate scene.h5 runs/first report --compare Sen4GPP=sen4gpp.nc:sif\n");
  options.arguments(
      "DATASET.h5 RUN_DIR... OUT_DIR", files,
      "dataset of unetsr prepare, runs of unetsr train, directory to write, which is created if it does not exist");
  options.key("dataset", o.dataset);
  options.key("runs", o.runs);
  options.key("out-directory", o.out_directory);
  options.add("truth", o.truth, truth_help);
  options.repeated("compare", data::compared_syntax, o.compare, compare_help);
  options.add(
      "conserve", conserve,
      "with --truth: also score networks' maps after these corrections, separated by commas: none, footprints, blocks "
      "(see unetsr predict --help); where the dataset has soundings, none and footprints always are");
  options.flag(
      "independent", o.independent,
      "score all cells of a dataset that the runs were not trained on; refused where a cell lies where and when a run "
      "trained");
  options.flag("fill", o.fill,
               "with --truth: also score gaps of the maps, filled as unetsr predict --fill does, on the test cells");
  options.flag("importance", o.importance,
               "also score each run with permuted inputs, as unetsr explain does; takes minutes");
  options.add(
      "memory", o.memory,
      "memory that may be taken, as in 2GB: maps that are corrected and footprints lie in scratch files in OUT_DIR "
      "where they do not fit; refused at once where the rest does not (default: half of what the machine has "
      "left)");
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
