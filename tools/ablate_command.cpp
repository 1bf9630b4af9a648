#include "pipeline/ablate/ablate.hpp"
#include "pipeline/train/run_config.hpp"
#include "pipeline/train/train_defaults.hpp"

#include "pipeline/console/interrupt.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {

void ablate_command(int argc, const char* const* argv) {
  pipeline::AblateOptions o;
  Options options(
      "ablate", "ablate [OPTIONS] DATASET.h5 OUT_DIR",
      "Train a reference and variations of it, with other features or other networks, and report the difference "
      "of each error from the reference's. Writes OUT_DIR/ablation.csv, ablation.json, report and runs. After "
      "an interruption the same call continues; finished runs are kept.",
      "  unetsr ablate scene.h5 out --without 'ndvi*' --without sif,sif_mean\n"
      "  unetsr ablate scene.h5 out --models unet:convs=1,sifnet --seeds 1,2,3\n"
      "  unetsr ablate scene.h5 out --features sif,nirv,lbp --without lbp --folds 4\n");
  options.argument("dataset", "DATASET.h5", o.training.dataset, "dataset of unetsr prepare");
  options.argument("out-directory", "OUT_DIR", o.out_directory, "created if it does not exist");
  options.repeated(
      "without", "FEATURES", o.without,
      "variation: these features omitted, separated by commas; 'ndvi*' includes its _coarse and _mean; may be "
      "repeated");
  options.repeated("with", "FEATURES", o.with, "variation: these features added, separated by commas; may be repeated");
  options.add("models", o.models, "variations: these networks instead of --model, separated by commas");
  options.add("seeds", o.seeds, "seeds of every variation, separated by commas, as in 1,2,3 (default: 1)");
  options.add("folds", o.folds,
              "number of folds, on each of which every variation is trained (default: the cells of --test alone)",
              pipeline::fold_range);
  options.add("score-truth", o.score_truth, truth_help);
  options.add("test", o.test,
              "test cells, as for train; with --folds the kind of folds, as for crossvalidate (default: "
              "blocks:auto:0/4; with --folds blocks:auto)");
  pipeline::visit_run_options(o.training, [&](const std::string& name, auto& field, const pipeline::OptionHelp& help) {
    using Field = decltype(field);
    if constexpr (std::is_same_v<Field, bool&>)
      options.flag(name, field, help);
    else if constexpr (!std::is_same_v<Field, std::filesystem::path&>)
      if (name != "seed" && name != "test" && name != "from")
        options.add(name, field, help, pipeline::default_in_words(name));
  });
  options.flag("overwrite", o.overwrite, "replace the tables and the report in OUT_DIR; finished runs stay");
  options.parse(argc, argv);
  pipeline::catch_interrupts();
  pipeline::ablate(o, options.output());
}

}  // namespace unetsr::tools
