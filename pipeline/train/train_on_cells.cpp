#include "pipeline/train/train_on_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "data/dataset/missing.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/train/epoch_choice.hpp"
#include "pipeline/train/held_out.hpp"
#include "pipeline/train/last_word.hpp"
#include "pipeline/train/train_messages.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;

// Steps of a protocol that has a target for each cell of a patch; members go on where the one before ended.
template <class Protocol>
auto steps_on_cells(const Protocol& protocol, nn::Trainer& trainer, const ResolvedOptions& o, int64_t first_step) {
  trainer.set_images(protocol.training_images());
  return [&protocol, batch = o.batch, patch = o.patch, first_step](nn::Trainer& t, int64_t step, float learning_rate) {
    const std::vector<kernels::Crop> crops = protocol.crops_of_step(first_step + step, batch);
    t.step({crops, patch, patch}, learning_rate);
  };
}

}  // namespace

void train_paper(const Training& training) {
  const ResolvedOptions& o = training.options;
  const data::Dataset& dataset = training.training_grid;
  const PaperProtocol protocol(dataset, o.features, o.patch, o.seed, training.execution.device);
  if (o.batch > protocol.training_patches())
    throw UsageError(
        fmt::format("--batch {} is more than the {} training patches", o.batch, protocol.training_patches()));
  begin_run(training, audit_of(protocol, dataset),
            [&](const auto& file) { write_split(file, training.dataset, protocol.split()); });
  MembersTask members = members_task(training, protocol.channels(), 1);
  training.output.line(plan_text(o, members.spec, protocol.training_patches() / o.batch));
  const int64_t steps_per_epoch = protocol.training_patches() / o.batch;
  const Json metadata = metadata_of(training, dataset, protocol.scaling());
  members.task_of = [&](nn::Trainer& trainer, int member) {
    TrainingTask task = task_of(o, steps_per_epoch, metadata);
    task.take_step = steps_on_cells(protocol, trainer, o, member * o.epochs * steps_per_epoch);
    task.scored = "test";
    task.monitor = [&](nn::Trainer& t) { return protocol.score(protocol.predict_test(predictor_of(t), o.batch)); };
    return task;
  };
  train_members(members, training.files, o.resume, training.title(), training.output);
}

void train_on_cells(const Training& training) {
  constexpr int steps_per_epoch = 10;
  const ResolvedOptions& o = training.options;
  const data::Dataset& grid = training.training_grid;
  const HonestProtocol protocol =
      in_stage(training.output, "make the features", [&] { return HonestProtocol(grid, honest_options(training)); });
  const data::Mask validation = protocol.scored_cells(data::Role::validation),
                   test = protocol.scored_cells(data::Role::test);
  const auto count = [](const data::Mask& cells) { return std::count(cells.begin(), cells.end(), 1); };
  const std::string values = "cells with SIF and inputs";
  require_tested(count(test), values, o);
  warn_of_few_validated(count(validation), values, o, training.output);
  begin_run(training,
            in_stage(training.output, "check for leaks",
                     [&] { return audit_of(protocol, o, training.held_out, training.dataset, grid); }),
            places_of(training, protocol.split(), grid.grid));
  MembersTask members = members_task(training, protocol.channels(), protocol.target_spread());
  const bool validates = count(validation) > 1;
  const std::span<const float> target = grid.values(data::target_layer);
  std::vector<float> validated(target.begin(), target.end());  // missing where a cell does not validate
  for (size_t i = 0; i < validated.size(); ++i)
    if (!validation[i]) validated[i] = data::missing;
  print_cells({count(protocol.scored_cells(data::Role::train)), count(validation), count(test)}, training.output);
  if (validates)
    training.output.line(reference_text(count(validation), "cells", o.first_guess,
                                        data::score(protocol.first_guess(), target, validation).rmse));
  training.output.line(plan_text(o, members.spec, steps_per_epoch));
  Json metadata = metadata_of(training, grid, protocol.scaling());
  metadata["target_spread"] = protocol.target_spread();
  members.task_of = [&](nn::Trainer& trainer, int member) {
    TrainingTask task = task_of(o, steps_per_epoch, metadata);
    task.take_step = steps_on_cells(protocol, trainer, o, int64_t(member) * o.epochs * steps_per_epoch);
    task.monitor = [&](nn::Trainer& t) -> std::optional<Scores> {
      if (!validates) return std::nullopt;
      return scores_of(data::score(protocol.predict(predictor_of(t), image_sizes(members.spec)), target, validation));
    };
    task.squared_errors = [&](nn::Trainer& t) {
      return squared_errors(protocol.predict(predictor_of(t), image_sizes(members.spec)), validated);
    };
    return task;
  };
  train_members(members, training.files, o.resume, training.title(), training.output);
  if (!validates) return;
  const std::shared_ptr<nn::Ensemble> ensemble = load_members(training.files, o.members, true, training.execution);
  std::vector<ValidatedMap> maps = {{"the map", protocol.predict(predictor_of(*ensemble), image_sizes(members.spec))},
                                    {"the first guess", protocol.first_guess()}};
  if (o.first_guess != data::coarse_layer)
    maps.push_back({"the coarse SIF unchanged", first_guess_of(grid, data::coarse_layer)});
  print_last_word(validated, std::move(maps), {}, "cells", training.output);
}

}  // namespace unetsr::pipeline
