#include "pipeline/train/train_messages.hpp"

#include <fmt/format.h>

#include "pipeline/console/free_name.hpp"
#include "pipeline/console/shell_text.hpp"
#include "pipeline/console/text_table.hpp"

namespace unetsr::pipeline {

void print_cells(const CellCounts& c, const Output& output) {
  TextTable table({"cells with SIF and inputs", "number"});
  table.add({"training", fmt::to_string(c.training)});
  table.add({"validation", fmt::to_string(c.validation)});
  table.add({"test", fmt::to_string(c.test)});
  output.line("\n" + table.text(output.width()));
}

std::string reference_text(int64_t count, const std::string& what, const std::string& first_guess, double guess_rmse,
                           std::optional<double> noise) {
  std::string text = fmt::format("validation: {} {}; RMSE of the first guess, {}: {:.4f} mW m-2 sr-1 nm-1", count, what,
                                 first_guess, guess_rmse);
  if (noise)
    text += fmt::format("\nvalidation: the soundings' noise alone gives an RMSE of {:.4f} mW m-2 sr-1 nm-1", *noise);
  return text;
}

std::string plan_text(const ResolvedOptions& o, const nn::ModelSpec& spec, int64_t steps_per_epoch) {
  return fmt::format(
      "network: {} with {:.0f} parameters, {} inputs{}\n"
      "training: {} epochs of {} steps; a step takes {} patches of {} x {} cells\n",
      o.model, nn::parameter_count(spec), spec.inputs, o.members > 1 ? fmt::format(", {} times", o.members) : "",
      o.epochs, steps_per_epoch, o.batch, o.patch, o.patch);
}

void print_next(const ResolvedOptions& o, const Output& output) {
  const std::string run = shell_text(o.dataset.string()) + " " + shell_text(o.run_directory.string()) + " ";
  const std::string name = o.run_directory.filename().string();
  std::vector<std::string> commands;
  if (o.protocol == Protocol::honest)
    commands.push_back("unetsr predict " + run + shell_text(free_name(name + ".tif").string()));
  commands.push_back("unetsr evaluate " + run + shell_text(free_name("report-" + name).string()));
  output.next(commands);
}

}  // namespace unetsr::pipeline
