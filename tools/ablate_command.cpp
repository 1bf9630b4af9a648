#include "pipeline/ablate/ablate.hpp"
#include "pipeline/train/run_config.hpp"
#include "pipeline/train/train_defaults.hpp"

#include "pipeline/console/interrupt.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {

void ablate_command(int argc, const char* const* argv) {
  pipeline::AblateOptions o;
  Options options("ablate", "ablate [OPTIONS] DATASET.h5 OUT_DIR",
                  "Train a reference and variations of it, other features or other networks, and report how the error\n"
                  "of each differs from that of the reference. Writes OUT_DIR/ablation.csv, ablation.json, report and\n"
                  "runs. A call that was cut short goes on where it was; finished runs are kept.",
                  "  unetsr ablate scene.h5 ablation --without 'ndvi*' --without sif,sif_mean --with lbp\n"
                  "  unetsr ablate scene.h5 ablation --models unet:convs=1,unet:kernel=5,sifnet --seeds 1,2,3\n"
                  "  unetsr ablate scene.h5 ablation --without lbp --features sif,nirv,lbp --folds 4\n");
  options.argument("dataset", "DATASET.h5", o.training.dataset, "dataset that unetsr prepare wrote");
  options.argument("out-directory", "OUT_DIR", o.out_directory, "created if it does not exist");
  options.repeated(
      "without", "FEATURES", o.without,
      "variation: without these features, separated by commas; 'ndvi*' includes its _coarse and _mean; may "
      "be repeated");
  options.repeated("with", "FEATURES", o.with, "variation: with these features added; may be repeated");
  options.add("models", o.models, "variations: these networks instead of --model, separated by commas");
  options.add("seeds", o.seeds, "seeds of every variation, separated by commas, as in 1,2,3 (default: 1)");
  options.add("folds", o.folds, "train every variation on every fold, as crossvalidate does (default: on --test alone)",
              pipeline::fold_range);
  options.add(
      "score-truth", o.score_truth,
      "rasters of the true SIF of a simulated scene, {window} is replaced by each window's date: score at 1 km");
  options.add("test", o.test,
              "test cells, as of train; with --folds what folds are of, as of crossvalidate (default: columns:0/4, or "
              "columns)");
  pipeline::visit_run_options(o.training, [&](const std::string& name, auto& field, const pipeline::OptionHelp& help) {
    using Field = decltype(field);
    if constexpr (std::is_same_v<Field, bool&>)
      options.flag(name, field, help);
    else if constexpr (!std::is_same_v<Field, std::filesystem::path&>)
      if (name != "seed" && name != "test") options.add(name, field, help, pipeline::default_in_words(name));
  });
  options.flag("overwrite", o.overwrite, "replace the tables and the report in OUT_DIR; finished runs stay");
  options.parse(argc, argv);
  pipeline::catch_interrupts();
  pipeline::ablate(o, options.output());
}

}  // namespace unetsr::tools
