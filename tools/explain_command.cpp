#include "pipeline/explain/explain.hpp"

#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/outputs.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {

void explain_command(int argc, const char* const* argv) {
  pipeline::ExplainOptions o;
  Options options(
      "explain", "explain [OPTIONS] DATASET.h5 RUN_DIR OUT_DIR",
      "Measure how a trained network uses its inputs, on its test cells: the rise of the error when one input channel "
      "is permuted, and the contribution of each channel to each cell of the map (integrated gradients). Writes "
      "OUT_DIR/importance.csv, importance.json, attributions.tif and report.html.",
      "  unetsr explain scene.h5 runs/first explained\n"
      "  unetsr explain scene.h5 runs/first explained --window 2019-06-10\n"
      "  unetsr explain scene.h5 runs/first explained \\\n"
      "      --truth 'scene/truth/truth_{window}.tif' --draws 20\n");
  options.argument("dataset", "DATASET.h5", o.dataset, "dataset of unetsr prepare");
  options.argument("run-directory", "RUN_DIR", o.run_directory, "run of unetsr train");
  options.argument("out-directory", "OUT_DIR", o.out_directory, "created if it does not exist");
  options.add("truth", o.truth, truth_help);
  options.add("window", o.window, "name of one window, as in 2019-06-10 (default: all windows)");
  options.add("draws", o.draws, "number of permutations of each channel", pipeline::draw_range);
  options.add("seed", o.seed, "seed for the first permutation; seeds of the others count up from it");
  options.add("steps", o.steps, "number of steps of the integral over gradients: more are slower and more exact",
              pipeline::step_range);
  options.add("block", o.block, block_help, pipeline::block_range);
  options.add("format", o.format, "format of the attributions: GTiff, COG or netCDF (attributions.nc)");
  options.add(
      "memory", o.memory,
      "memory that may be taken, as in 2GB: what is made of all windows and soundings lies in scratch files in OUT_DIR "
      "where it does not fit; refused at once where the rest does not (default: half of what the machine has left)");
  options.add_compute(o.compute);
  options.flag("overwrite", o.overwrite, "replace the files of an earlier call in OUT_DIR");
  options.parse(argc, argv);
  pipeline::catch_interrupts();
  pipeline::refuse_input_as_output(o.out_directory, {options.config()});
  pipeline::explain(o, options.output());
}

}  // namespace unetsr::tools
