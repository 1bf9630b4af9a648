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
      "What a trained network makes of its inputs, on its test cells: the error of its maps with a channel\n"
      "permuted, and the contribution of each channel of each cell.\n"
      "Writes OUT_DIR/importance.csv, importance.json, attributions.tif and report.html.",
      "  unetsr explain scene.h5 runs/first explained\n"
      "  unetsr explain scene.h5 runs/first explained --window 2019-06-10 --draws 20\n"
      "  unetsr explain scene.h5 runs/first explained --truth 'scene/truth/truth_{window}.tif'\n");
  options.argument("dataset", "DATASET.h5", o.dataset, "dataset that unetsr prepare wrote");
  options.argument("run-directory", "RUN_DIR", o.run_directory, "run of unetsr train");
  options.argument("out-directory", "OUT_DIR", o.out_directory, "created if it does not exist");
  options.add(
      "truth", o.truth,
      "rasters of the true SIF of a simulated scene, {window} is replaced by each window's date: score at 1 km");
  options.add("window", o.window, "label of one window (default: all windows)");
  options.add("draws", o.draws, "permutations of each channel", pipeline::draw_range);
  options.add("seed", o.seed, "seed of the first permutation; the others count up");
  options.add("steps", o.steps, "steps of the integral over gradients: more are slower and more exact",
              pipeline::step_range);
  options.add("block", o.block, "cells on the side of a block: larger is faster and takes more memory",
              pipeline::block_range);
  options.add("format", o.format, "format of the attributions: GTiff, COG or netCDF (attributions.nc)");
  options.add_compute(o.compute);
  options.flag("overwrite", o.overwrite, "replace the files of an earlier call in OUT_DIR");
  options.parse(argc, argv);
  pipeline::catch_interrupts();
  pipeline::refuse_input_as_output(o.out_directory, {options.config()});
  pipeline::explain(o, options.output());
}

}  // namespace unetsr::tools
