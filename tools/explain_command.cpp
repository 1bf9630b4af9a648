#include "pipeline/explain/explain.hpp"

#include "pipeline/console/interrupt.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {

void explain_command(int argc, const char* const* argv) {
  pipeline::ExplainOptions o;
  Options options(
      "explain", "explain [OPTIONS] DATASET.h5 RUN_DIR OUT_DIR",
      "Tell what a trained network makes of its inputs, on the cells that its run held out: how much worse\n"
      "its maps become when a channel is permuted, and how far each channel of each cell moves them.\n"
      "Writes OUT_DIR/importance.csv, importance.json, attributions.tif and report.html.",
      "  unetsr explain scene.h5 runs/first explained\n"
      "  unetsr explain scene.h5 runs/first explained --window 2019-06-10 --draws 20\n"
      "  unetsr explain scene.h5 runs/first explained --truth 'scene/truth/truth_{window}.tif'\n");
  options.argument("dataset", "DATASET.h5", o.dataset, "dataset that unetsr prepare wrote");
  options.argument("run-directory", "RUN_DIR", o.run_directory, "run of unetsr train");
  options.argument("out-directory", "OUT_DIR", o.out_directory, "made if it is not there");
  options.add("truth", o.truth,
              "granules: raster of the true SIF of a simulated scene, {window} for the window's date: score at 1 km");
  options.add("window", o.window, "the window with this label alone; none: all of them");
  options.add("draws", o.draws, "how often each channel is permuted");
  options.add("seed", o.seed, "of the permutations: that of the first draw, those after it follow");
  options.add("steps", o.steps, "of the integral over gradients: more is slower and closer");
  options.add("block", o.block,
              "cells on the side of what is explained at once: more is quicker and takes more memory");
  options.add("format", o.format, "of the attributions: GTiff, COG or netCDF (attributions.nc)");
  options.add_compute(o.compute);
  options.flag("overwrite", o.overwrite, "replace what an earlier call wrote to OUT_DIR");
  options.parse(argc, argv);
  pipeline::catch_interrupts();
  pipeline::explain(o, options.output());
}

}  // namespace unetsr::tools
