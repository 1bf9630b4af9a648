#include "pipeline/plot/plot.hpp"

#include "kernels/error.hpp"
#include "pipeline/console/outputs.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {

void plot_command(int argc, const char* const* argv) {
  pipeline::PlotOptions o;
  std::vector<std::filesystem::path> files;
  Options options(
      "plot", "plot [OPTIONS] MAP|DATASET.h5|RUN_DIR... OUT.png|OUT.svg",
      "Draw maps, a dataset or a run as a picture, with coordinates, a scale bar, coasts and borders, and colour bars "
      "with units. Of one map it shows all bands, of a dataset the coarse SIF, the NDVI and the number of soundings, of "
      "a run the loss, the validation score and which cells train, validate and test. Of several maps and datasets it "
      "shows one panel each, side by side, with one colour scale for each quantity. FILE:BAND takes one band of a map "
      "(counted from 1), DATASET.h5:LAYER one layer of a dataset.",
      "  unetsr plot sif.tif sif.png\n"
      "  unetsr plot scene.h5 scene.png --window 2020-06-25\n"
      "  unetsr plot runs/first run.svg\n"
      "  unetsr plot scene.h5:sif sif.tif:1 both.png --title Coarse,Sharpened\n"
      "  unetsr plot sif.tif part.png --bbox -97,45,-95,47\n");
  options.arguments("INPUT... OUT", files, "what to draw, and the picture to write (.png or .svg)");
  options.key("inputs", o.inputs);
  options.key("out", o.out);
  options.add("window", o.windows,
              "labels of the windows to draw, separated by commas (default: the first four; of "
              "several inputs the first)");
  options.add("bbox", o.bbox, "W,S,E,N: the area to draw, in degrees (default: all that the inputs cover)");
  options.add("crs", o.crs,
              "projection of the picture (EPSG:5070, a PROJ string, ...) (default: Lambert's azimuthal equal-area "
              "projection around the middle; of more than a continent the Equal Earth projection)");
  options.add("range", o.range,
              "LOW,HIGH: the values at the ends of the first panel's colours (default: 1st to 99th percentile of what "
              "is drawn)");
  options.add("title", o.titles, "titles of the columns of maps, separated by commas (default: the inputs' own)");
  options.add("width", o.width, "width in pixels (default: 900 for one column of maps, 1200 for two, else 1600)",
              pipeline::width_range);
  options.flag("overwrite", o.overwrite, "replace OUT");
  options.parse(argc, argv);
  if (files.size() >= 2) {
    o.inputs.clear();
    for (auto file = files.begin(); file + 1 != files.end(); ++file) o.inputs.push_back(file->string());
    o.out = files.back();
  } else if (!files.empty() || o.inputs.empty() || o.out.empty()) {
    throw UsageError("give at least one map, dataset or run, and OUT.png or OUT.svg; see unetsr plot --help");
  }
  pipeline::refuse_input_as_output(o.out, {options.config()});
  pipeline::plot(o, options.output());
}

}  // namespace unetsr::tools
