#include "pipeline/crossvalidate/crossvalidate.hpp"

#include "pipeline/console/interrupt.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {

void crossvalidate_command(int argc, const char* const* argv) {
  pipeline::CrossValidateOptions o;
  o.training.test = "columns";
  Options options("crossvalidate", "crossvalidate [OPTIONS] DATASET.h5 RUNS_DIR",
                  "Train on every fold of a dataset, with one seed or several. A call that was cut short goes on where "
                  "it was.",
                  "  unetsr crossvalidate scene.h5 runs --folds 5 --seeds 3\n"
                  "  unetsr crossvalidate scene.h5 runs --test blocks:auto --folds 5 --buffer 8\n"
                  "  unetsr crossvalidate scene.h5 runs --test window --model sifnet\n"
                  "  unetsr crossvalidate scene.h5 cv/sifnet --model sifnet --folds 5 --seeds 3\n"
                  "  unetsr evaluate scene.h5 cv/*/fold-* report\n");
  options.argument("dataset", "DATASET.h5", o.training.dataset, "dataset that unetsr prepare wrote");
  options.argument("runs-directory", "RUNS_DIR", o.runs_directory,
                   "where each run is written, as fold-FOLD-seed-SEED; made if it is not there");
  options.add("folds", o.folds, "0: 4; with --test window: one for each window");
  options.add("seeds", o.seeds, "runs of each fold, with --seed and the seeds after it");
  pipeline::visit_run_options(o.training, [&](const std::string& name, auto& field, const char* help) {
    if constexpr (std::is_same_v<decltype(field), std::filesystem::path&>)
      return;
    else if constexpr (std::is_same_v<decltype(field), bool&>)
      options.flag(name, field, help);
    else
      options.add(name, field,
                  name == "test" ? "what folds are of: columns, blocks:CELLS (a block's side; auto: as far as the SIF, "
                                   "or what a linear regression leaves of it, correlates) or window"
                                 : help);
  });
  options.flag("overwrite", o.training.overwrite, "train anew what stands in RUNS_DIR");
  options.parse(argc, argv);
  pipeline::catch_interrupts();
  pipeline::crossvalidate(o, options.output());
}

}  // namespace unetsr::tools
