#include "kernels/error.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/models/shipped_models.hpp"
#include "pipeline/predict/predict.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {
namespace {

std::string names_of_models() {
  std::string names;
  for (const pipeline::ShippedModel& model : pipeline::shipped_models())
    names += (names.empty() ? "" : ", ") + std::string(model.name);
  return names;
}

// Those of the command line, before those of the TOML file.
void take_arguments(const std::vector<std::filesystem::path>& files, pipeline::PredictOptions& o) {
  std::vector<std::pair<std::string, std::filesystem::path*>> fields = {{"DATASET.h5", &o.dataset}};
  if (o.model.empty()) fields.push_back({"RUN_DIR", &o.run_directory});
  fields.push_back({"OUT", &o.out});
  if (files.size() > fields.size())
    throw UsageError(files.back().string() + ": an argument too many" +
                     (o.model.empty() ? "" : "; with --model there is no RUN_DIR") + "; see unetsr predict --help");
  for (size_t i = 0; i < files.size(); ++i) *fields[i].second = files[i];
  for (const auto& [name, field] : fields)
    if (field->empty()) throw UsageError(name + " is missing; see unetsr predict --help");
}

}  // namespace

void predict_command(int argc, const char* const* argv) {
  pipeline::PredictOptions o;
  Options options(
      "predict", "predict [OPTIONS] DATASET.h5 RUN_DIR|--model NAME OUT.tif|OUT.nc",
      "Make maps of SIF, mW m-2 sr-1 nm-1, on the dataset's grid with a trained network: of a run, or one that comes "
      "with the program and needs no training. On another dataset than it was trained on, the network is fitted to the "
      "soundings there. A map has one band for each "
      "window; a run that was trained on footprints adds the band of its standard deviation. Cells are missing "
      "where an input is missing. Maps are made in blocks, so that they may be larger than the memory.",
      "  unetsr predict scene.h5 runs/first sif.tif\n"
      "  unetsr predict scene.h5 sif.tif --model sif-1\n"
      "  unetsr predict scene.h5 runs/first sif.nc --window 2020-06-25\n"
      "  unetsr predict scene.h5 runs/first june.nc --start 2020-06-01 --end 2020-06-30\n"
      "  unetsr predict scene.h5 runs/first sif.tif --conserve none\n"
      "  unetsr predict scene.h5 runs/first sif.tif --fill\n"
      "  unetsr predict scene.h5 runs/first sif.tif --format COG --co COMPRESS=ZSTD\n"
      "  mpirun -n 4 unetsr predict scene.h5 runs/first sif.tif\n");
  std::vector<std::filesystem::path> files;
  options.arguments(
      "DATASET.h5 RUN_DIR OUT", files,
      "dataset of unetsr prepare; run of unetsr train, omitted with --model; map to write: GeoTIFF (.tif, .tiff) or "
      "netCDF (.nc)");
  options.key("dataset", o.dataset);
  options.key("run-directory", o.run_directory);
  options.key("out", o.out);
  const std::string model_help = "shipped model instead of a run: " + names_of_models() + " (see unetsr info models)";
  options.add("model", o.model, model_help.c_str());
  options.add("window", o.windows.labels,
              "names of windows, separated by commas, as in 2020-06-25,2020-07-11 (default: all windows)");
  options.add("start", o.windows.start, "map windows that begin on this day or later, YYYY-MM-DD");
  options.add("end", o.windows.end, "map windows that begin on this day or earlier, YYYY-MM-DD");
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
  options.add(
      "memory", o.memory,
      "memory that is used at most, as in 800MB or 2GB; what a correction by soundings, the fit of a run of another "
      "dataset and --fill make of all windows, and does not fit, lies in files without a name beside OUT (default: half of "
      "what is free)");
  options.add_compute(o.compute);
  options.flag("map-only", o.map_only,
               "write OUT alone, without the two files beside it: OUT.qml, by which QGIS opens the map in colours, and "
               "OUT.tif.stac.json, an item for catalogues (default: no)");
  options.flag("overwrite", o.overwrite, "replace OUT and the files beside it");
  options.parse(argc, argv);
  take_arguments(files, o);
  pipeline::catch_interrupts();
  pipeline::refuse_input_as_output(o.out, {options.config()});
  pipeline::predict(o, options.output());
}

}  // namespace unetsr::tools
