#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/predict/predict.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {

void predict_command(int argc, const char* const* argv) {
  pipeline::PredictOptions o;
  Options options("predict", "predict [OPTIONS] DATASET.h5 RUN_DIR OUT.tif|OUT.nc",
                  "Make maps of SIF on the dataset's grid with a trained network: one band a window, missing where an\n"
                  "input is missing. Works in blocks, so that a map may be larger than the memory.",
                  "  unetsr predict scene.h5 runs/first sif.tif\n"
                  "  unetsr predict scene.h5 runs/first sif.nc --window 2020-06-25\n"
                  "  unetsr predict scene.h5 runs/first sif.tif --conserve none\n"
                  "  unetsr predict scene.h5 runs/first sif.tif --format COG --co COMPRESS=ZSTD --co NUM_THREADS=4\n");
  options.argument("dataset", "DATASET.h5", o.dataset, "dataset that unetsr prepare wrote");
  options.argument("run-directory", "RUN_DIR", o.run_directory, "run of unetsr train");
  options.argument("out", "OUT", o.out, "map to write");
  options.add("window", o.window, "label of one window (default: all windows)");
  options.add(
      "conserve", o.conserve,
      "correct the maps so that they reproduce measurements: none, footprints (the soundings, within their errors) or "
      "blocks (the coarse SIF, exactly) (default: footprints, if the run learnt from them)");
  options.add("format", o.format, "GTiff, COG or netCDF (default: by the extension .tif, .tiff or .nc)");
  options.repeated("co", "KEY=VALUE", o.creation_options, "creation option of the format, as of GDAL; netCDF: ZLEVEL");
  options.add("block", o.block, "cells on the side of a block: larger is faster and takes more memory",
              pipeline::block_range);
  options.add_compute(o.compute);
  options.flag("overwrite", o.overwrite, "replace OUT");
  options.parse(argc, argv);
  pipeline::catch_interrupts();
  pipeline::refuse_input_as_output(o.out, {options.config()});
  pipeline::predict(o, options.output());
}

}  // namespace unetsr::tools
