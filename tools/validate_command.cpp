#include "data/formats/compared_map.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/validate/validate.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {

void validate_command(int argc, const char* const* argv) {
  pipeline::ValidateOptions o;
  pipeline::ValidationScreens& screens = o.screens;
  std::vector<std::filesystem::path> files;
  Options options("validate", "validate [OPTIONS] MAP... OCO_FILES... OUT_DIR",
                  "Compare maps with footprints of OCO-2, OCO-3 or FLEX, from which no map was made. Writes "
                  "OUT_DIR/metrics.json, OUT_DIR/metrics.csv and OUT_DIR/report.html.",
                  "  unetsr validate sif.tif oco2/ oco-report\n"
                  "  unetsr validate unet.tif sifnet.tif oco2_LtSIF_*.nc4 oco-report \\\n"
                  "      --dataset scene.h5 --run runs/first\n"
                  "  unetsr validate sif.nc oco2/ oco3/ oco-report --modes nadir,glint \\\n"
                  "      --compare Sen4GPP=sen4gpp.nc:sif\n");
  options.arguments(
      "MAP... OCO_FILES... OUT_DIR", files,
      "maps of unetsr predict; SIF Lite files of OCO-2 or OCO-3 (versions 11 and 11.2), folders of them, or "
      "products of FLEX (FLX_L2__FLXSYN_...); directory to write, which is created if it does not exist");
  options.key("inputs", o.inputs);
  options.key("out-directory", o.out_directory);
  options.add(
      "dataset", o.dataset,
      "dataset that the maps were made of: also compare its coarse SIF and its baselines on the same footprints");
  options.add("baselines", o.baselines,
              "with --dataset: only these baselines, separated by commas, such as coarse,linear-residual (default: all "
              "of unetsr evaluate)");
  options.add("run", o.run,
              "with --dataset: run whose estimates of clouds and footprints the baselines are corrected with, as in "
              "unetsr evaluate");
  options.repeated("compare", data::compared_syntax, o.compare, compare_help);
  options.add("truth", o.truth, truth_help);
  options.add("sif", o.sif,
              "what the maps show: instantaneous, SIF at the overpass of TROPOMI, or daily, the mean over a day; OCO's "
              "SIF is of the same kind (default: what the maps state, else instantaneous)");
  options.add(
      "hours", screens.hours,
      "with --sif instantaneous: keep footprints seen at most so many hours from the overpass of TROPOMI, which is "
      "at 13:30 local solar time on the equator and at 12:55 at 45 degrees north",
      {0.1, 12});
  options.add("quality", screens.quality, "worst quality flag of footprints to keep, 0 (best) to 1", {0, 1});
  options.flag("cloudy", screens.cloudy, "also keep footprints that are cloudy, or not classified");
  options.add("modes", screens.modes,
              "keep these modes of measurement, separated by commas: nadir, glint, target, area map, transition "
              "(default: all)");
  options.add("threads", o.threads, pipeline::thread_help, pipeline::thread_range);
  options.flag("overwrite", o.overwrite, "replace the report and metrics in OUT_DIR");
  options.parse(argc, argv);
  if (files.size() >= 3) {
    o.inputs.assign(files.begin(), files.end() - 1);
    o.out_directory = files.back();
  } else if (!files.empty() || o.inputs.empty() || o.out_directory.empty()) {
    throw UsageError("give at least one MAP, OCO_FILES and OUT_DIR; see unetsr validate --help");
  }
  pipeline::refuse_input_as_output(o.out_directory, {options.config()});
  pipeline::catch_interrupts();
  pipeline::validate(o, options.output());
}

}  // namespace unetsr::tools
