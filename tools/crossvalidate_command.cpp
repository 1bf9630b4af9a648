#include "pipeline/crossvalidate/crossvalidate.hpp"
#include "pipeline/train/run_config.hpp"
#include "pipeline/train/train_defaults.hpp"

#include "pipeline/console/interrupt.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {

void crossvalidate_command(int argc, const char* const* argv) {
  pipeline::CrossValidateOptions o;
  o.training.test = "blocks:auto";
  Options options(
      "crossvalidate", "crossvalidate [OPTIONS] DATASET.h5 RUNS_DIR",
      "Train on every fold of a dataset, with one seed or several, so that each cell is a test cell once. After an "
      "interruption the same call continues; finished runs are kept.",
      "  unetsr crossvalidate scene.h5 runs --folds 5 --seeds 3\n"
      "  unetsr crossvalidate scene.h5 runs --test columns --folds 5\n"
      "  unetsr crossvalidate scene.h5 runs --test window --model sifnet\n"
      "  unetsr crossvalidate scene.h5 cv/sifnet --model sifnet --folds 5 --seeds 3\n"
      "  unetsr evaluate scene.h5 cv/*/fold-* report\n"
      "  mpirun -n 4 unetsr crossvalidate scene.h5 runs --folds 5 --seeds 3\n");
  options.argument("dataset", "DATASET.h5", o.training.dataset, "dataset of unetsr prepare");
  options.argument("runs-directory", "RUNS_DIR", o.runs_directory,
                   "directory of the runs fold-FOLD-seed-SEED; created if it does not exist");
  constexpr const char* folds =
      "kind of folds: blocks:CELLS, columns or window. CELLS is a block's side in cells, or auto: from the correlation "
      "lengths and the buffer, two blocks for each fold or more";
  options.add("folds", o.folds, "number of folds (default: 4; with --test window the number of windows)",
              pipeline::fold_range);
  options.add("seeds", o.seeds, "number of runs per fold; seeds count up from --seed", pipeline::seed_count_range);
  pipeline::visit_run_options(o.training, [&](const std::string& name, auto& field, const pipeline::OptionHelp& help) {
    if constexpr (std::is_same_v<decltype(field), std::filesystem::path&>)
      return;
    else if constexpr (std::is_same_v<decltype(field), bool&>)
      options.flag(name, field, help);
    else
      options.add(name, field, name == "test" ? pipeline::OptionHelp{help.group, folds} : help,
                  pipeline::default_in_words(name));
  });
  options.flag("overwrite", o.training.overwrite, "replace the runs in RUNS_DIR");
  options.parse(argc, argv);
  pipeline::catch_interrupts();
  pipeline::crossvalidate(o, options.output());
}

}  // namespace unetsr::tools
