#include "pipeline/ablate/ablate.hpp"

#include "pipeline/console/interrupt.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {

void ablate_command(int argc, const char* const* argv) {
  pipeline::AblateOptions o;
  o.training.test.clear();
  Options options(
      "ablate", "ablate [OPTIONS] DATASET.h5 OUT_DIR",
      "Train a reference and variations of it, other features or other networks, and tell how far the error\n"
      "of each lies from that of the reference. Writes OUT_DIR/ablation.csv, ablation.json, report and\n"
      "runs. A call that was cut short goes on where it was; finished runs are kept.",
      "  unetsr ablate scene.h5 ablation --without 'ndvi*' --without sif,sif_mean --with lbp\n"
      "  unetsr ablate scene.h5 ablation --models unet:convs=1,unet:kernel=5,sifnet --seeds 1,2,3\n"
      "  unetsr ablate scene.h5 ablation --without lbp --features sif,nirv,lbp --folds 4\n");
  options.argument("dataset", "DATASET.h5", o.training.dataset, "dataset that unetsr prepare wrote");
  options.argument("out-directory", "OUT_DIR", o.out_directory, "made if it is not there");
  options.repeated("without", "FEATURES", o.without,
                   "variation: these features, with commas between, taken away; 'ndvi*': with its _coarse and _mean; "
                   "may be given again and again");
  options.repeated("with", "FEATURES", o.with, "variation: these features added; may be given again and again");
  options.add("models", o.models, "variations: these networks instead of --model, with commas between");
  options.add("seeds", o.seeds, "of every variation, with commas between, as in 1,2,3; none: 1");
  options.add("folds", o.folds, "train every variation on every fold, as crossvalidate does; 0: on what --test says");
  options.add("score-truth", o.score_truth,
              "granules: raster of the true SIF of a simulated scene, {window} for the window's date: score at 1 km");
  pipeline::visit_run_options(o.training, [&](const std::string& name, auto& field, const char* help) {
    if constexpr (std::is_same_v<decltype(field), std::filesystem::path&>) return;
    if (name == "seed") return;
    if constexpr (std::is_same_v<decltype(field), bool&>)
      options.flag(name, field, help);
    else if constexpr (!std::is_same_v<decltype(field), std::filesystem::path&>)
      options.add(name, field,
                  name == "test" ? "cells held out, as of train; with --folds what folds are of, as of crossvalidate; "
                                   "none: columns:0/4, or columns"
                                 : help);
  });
  options.flag("overwrite", o.overwrite, "replace the tables and the report in OUT_DIR; finished runs stay");
  options.parse(argc, argv);
  pipeline::catch_interrupts();
  pipeline::ablate(o, options.output());
}

}  // namespace unetsr::tools
