#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/predict/predict.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {

void predict_command(int argc, const char* const* argv) {
  pipeline::PredictOptions o;
  Options options(
      "predict", "predict [OPTIONS] DATASET.h5 RUN_DIR OUT.tif|OUT.nc",
      "Make maps of SIF, mW m-2 sr-1 nm-1, on the dataset's grid with a trained network. A map has one band for each "
      "window; a run that was trained on footprints adds the band of its standard deviation. Cells are missing "
      "where an input is missing. Maps are made in blocks, so that they may be larger than the memory.",
      "  unetsr predict scene.h5 runs/first sif.tif\n"
      "  unetsr predict scene.h5 runs/first sif.nc --window 2020-06-25\n"
      "  unetsr predict scene.h5 runs/first sif.tif --conserve none\n"
      "  unetsr predict scene.h5 runs/first sif.tif --fill\n"
      "  unetsr predict scene.h5 runs/first sif.tif --format COG --co COMPRESS=ZSTD\n");
  options.argument("dataset", "DATASET.h5", o.dataset, "dataset of unetsr prepare");
  options.argument("run-directory", "RUN_DIR", o.run_directory, "run of unetsr train");
  options.argument("out", "OUT", o.out, "map to write: GeoTIFF (.tif, .tiff) or netCDF (.nc)");
  options.add("window", o.window, "name of one window, as in 2020-06-25 (default: all windows)");
  options.add(
      "conserve", o.conserve,
      "correction of the maps by measurements: footprints (the soundings, within their errors), blocks (the coarse "
      "SIF, exactly) or none (default: footprints for a run that was trained on them, else none)");
  options.add("format", o.format, "file format: GTiff, COG or netCDF (default: by the extension .tif, .tiff or .nc)");
  options.repeated(
      "co", "KEY=VALUE", o.creation_options,
      "creation option of GDAL's format, as in COMPRESS=ZSTD; netCDF: ZLEVEL=0 to ZLEVEL=9; may be repeated");
  options.flag(
      "fill", o.fill,
      "fill gaps, from other windows and the cells around them, by a network that is trained on gaps planted in "
      "the map; a band of flags marks these cells (default: no)");
  options.add("block", o.block, block_help, pipeline::block_range);
  options.add_compute(o.compute);
  options.flag("overwrite", o.overwrite, "replace OUT");
  options.parse(argc, argv);
  pipeline::catch_interrupts();
  pipeline::refuse_input_as_output(o.out, {options.config()});
  pipeline::predict(o, options.output());
}

}  // namespace unetsr::tools
