#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/train/run_config.hpp"
#include "pipeline/train/train.hpp"
#include "pipeline/train/train_defaults.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {

void train_command(int argc, const char* const* argv) {
  pipeline::TrainOptions o;
  Options options(
      "train", "train [OPTIONS] DATASET.h5 RUN_DIR",
      "Train a network on a dataset, without its test cells. Writes RUN_DIR: checkpoints, history, options and split.",
      "  unetsr train scene.h5 runs/first\n"
      "  unetsr train scene.h5 runs/second --model sifnet --epochs 60 --seed 2\n"
      "  unetsr train scene.h5 runs/window --features sif,ndvi,nirv --test window:1\n"
      "  unetsr train scene.h5 runs/as-published --protocol paper\n"
      "  unetsr train scene.h5 runs/first --resume\n"
      "  unetsr train scene.h5 runs/on-gpu --device cuda --precision bf16\n"
      "  unetsr train scene.h5 runs/third --config runs/first/run.toml --seed 3\n"
      "  mpirun -n 4 unetsr train scene.h5 runs/fourth\n");
  pipeline::visit_run_options(o, [&](const std::string& name, auto& field, const pipeline::OptionHelp& help) {
    if constexpr (std::is_same_v<decltype(field), std::filesystem::path&>)
      options.argument(name, name == "dataset" ? "DATASET.h5" : "RUN_DIR", field, help.text);
    else if constexpr (std::is_same_v<decltype(field), bool&>)
      options.flag(name, field, help);
    else
      options.add(name, field, help, pipeline::default_in_words(name));
  });
  options.flag("resume", o.resume, "continue an interrupted training, with the options that it began with");
  options.flag("overwrite", o.overwrite, "replace the run in RUN_DIR");
  options.parse(argc, argv, [&]() -> std::filesystem::path {
    const std::filesystem::path before = o.run_directory / "run.toml";
    return o.resume && std::filesystem::exists(before) ? before : "";
  });
  pipeline::catch_interrupts();
  if (!o.resume) pipeline::refuse_input_as_output(o.run_directory / "run.toml", {options.config()});
  pipeline::train(o, options.output());
}

}  // namespace unetsr::tools
