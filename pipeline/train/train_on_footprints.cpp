#include "pipeline/train/train_on_footprints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "data/baselines/interpolation.hpp"
#include "data/dataset/missing.hpp"
#include "data/dataset/scales.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/console/text_table.hpp"
#include "pipeline/maps/footprints_file.hpp"
#include "pipeline/maps/uncertainty.hpp"
#include "pipeline/train/epoch_choice.hpp"
#include "pipeline/train/footprint_protocol.hpp"
#include "pipeline/train/footprint_uncertainty.hpp"
#include "pipeline/train/held_out.hpp"
#include "pipeline/train/last_word.hpp"
#include "pipeline/train/supervision.hpp"
#include "pipeline/train/train_messages.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;

void print_soundings(const FootprintProtocol& protocol, const ResolvedOptions& options, const Output& output) {
  const SoundingComparison& soundings = protocol.comparison();
  TextTable table({"soundings", "number"});
  const auto add = [&](const std::string& what, int64_t count) { table.add({what, fmt::to_string(count)}); };
  add("training", soundings.count(data::Role::train));
  if (protocol.too_wide() > 0)
    add(fmt::format("  of these unused: larger than a patch of {} cells", options.patch), protocol.too_wide());
  add("validation", soundings.count(data::Role::validation));
  add("test", soundings.count(data::Role::test));
  add("unused: in the buffer, or partly off the grid",
      soundings.count(data::Role::buffer) + soundings.soundings().left_out());
  output.line("\n" + table.text(output.width()));
  output.line(fmt::format("estimated from the training soundings: a full cloud cover hides {:.0f} % of the SIF",
                          100 * soundings.cloud_shielding()));
  if (options.footprints == FootprintPlaces::estimated)
    output.line("footprints, from the training soundings: " + footprints_in_words(protocol.footprints()));
}

class FootprintTraining {
 public:
  explicit FootprintTraining(const Training& training)
      : training_(training), options_(training.options), protocol_(in_stage(training.output, "make the features", [&] {
          return FootprintProtocol(training.dataset, honest_options(training));
        })) {
    const SoundingComparison& soundings = protocol_.comparison();
    require_tested(soundings.count(data::Role::test), "soundings", options_);
    warn_of_few_validated(soundings.count(data::Role::validation), "soundings", options_, training.output);
    const RunAudit audit = in_stage(training.output, "check for leaks",
                                    [&] { return audit_of(protocol_, training.held_out, training.dataset); });
    begin_run(training, audit, places_of(training, protocol_.split(), training.dataset.coarse_grid()));
    if (options_.footprints == FootprintPlaces::estimated)
      write_footprints(training.files.footprints(), protocol_.footprints());
    print_soundings(protocol_, options_, training.output);
    members_ = members_task(training, protocol_.channels(), protocol_.target_spread());
    members_.task_of = [this](nn::Trainer& trainer, int member) { return task_of_member(trainer, member); };
    validated_ = protocol_.comparison().cells_of(data::Role::validation);
    validating_cells_ = fine_mask(training.dataset, protocol_.split().mask(data::Role::validation));
    if (validates()) score_first_guess();
    training.output.line(plan_text(options_, members_.spec, steps_per_epoch));
  }

  void run() {
    const RunFiles& files = training_.files;
    train_members(members_, files, options_.resume, training_.title(), training_.output);
    const std::shared_ptr<nn::Ensemble> ensemble = load_members(files, options_.members, true, training_.execution);
    const Mapper mapper = mapper_of(predictor_of(*ensemble));
    if (validates()) print_last_word_on(mapper);
    Stage stage(training_.output, "estimate the standard deviation");
    if (const auto uncertainty =
            uncertainty_of(protocol_.comparison(), mapper, training_.dataset.coarse_factor, [&](double share) {
              stop_if_interrupted();
              stage.reached(share);
            }))
      write_uncertainty(files.uncertainty(), *uncertainty);
    else
      training_.output.warning("too few soundings to estimate the maps' error: maps have no standard deviation");
  }

 private:
  static constexpr int steps_per_epoch = FootprintProtocol::steps_per_epoch;

  bool validates() const { return protocol_.comparison().count(data::Role::validation) > 1; }

  // Cells that do not validate are missing, which is quicker to correct.
  void keep_validated(std::vector<float>& map) const {
    for (size_t i = 0; i < map.size(); ++i)
      if (!validating_cells_[i]) map[i] = data::missing;
  }

  // What the validation scores of the table of epochs compare with.
  void score_first_guess() {
    const SoundingComparison& comparison = protocol_.comparison();
    Stage stage(training_.output, "score the first guess");
    double halves = 0;
    const auto corrected_guess = [&](const data::Dataset& half, const auto& chosen) {
      stop_if_interrupted();
      stage.reached(halves++ / 2);
      std::vector<float> map =
          first_guess_of(data::fine_scale(half), options_.first_guess, protocol_.first_guess_unit());
      keep_validated(map);
      comparison.conserve(map, chosen, data::holds_coarse_sif(options_.first_guess));
      return map;
    };
    guess_ = comparison.scored(data::Role::validation, corrected_guess, SoundingComparison::Sky::clear);
    const data::Metrics guess = data::score(guess_.predicted, guess_.measured);
    training_.output.line(reference_text(guess.cells, "soundings", options_.first_guess, guess.rmse, noise_alone()));
  }

  // The RMSE that the noise of the scored soundings gives.
  double noise_alone() const {
    const std::vector<double> noise = protocol_.comparison().noise_variance(guess_.soundings);
    double sum = 0, count = 0;
    for (size_t i = 0; i < noise.size(); ++i)
      if (!std::isnan(guess_.predicted[i])) sum += noise[i], ++count;
    return std::sqrt(sum / count);
  }

  void print_last_word_on(const Mapper& mapper) const {
    const SoundingComparison& comparison = protocol_.comparison();
    const auto unchanged = [](const data::Dataset& half, const auto&) { return data::downscale_nearest(half); };
    std::vector<ValidatedMap> maps = {
        {"the map", validated_by(mapper).predicted},
        {"the first guess with the same correction", guess_.predicted},
        {"the coarse SIF unchanged",
         comparison.scored(data::Role::validation, unchanged, SoundingComparison::Sky::as_seen).predicted}};
    print_last_word(guess_.measured, std::move(maps), comparison.noise_variance(guess_.soundings), "soundings",
                    training_.output);
  }

  Mapper mapper_of(Predictor predictor) const {
    Mapper mapper;
    mapper.features = options_.features;
    mapper.scaling = protocol_.scaling();
    mapper.target_spread = protocol_.target_spread();
    mapper.predictor = std::move(predictor);
    mapper.sizes = image_sizes(members_.spec);
    mapper.first_guess = options_.first_guess;
    mapper.first_guess_unit = protocol_.first_guess_unit();
    mapper.radius = receptive_field_radius(members_.spec);
    mapper.device = training_.execution.device;
    return mapper;
  }

  Json metadata() const {
    Json metadata = metadata_of(training_, training_.dataset, protocol_.scaling());
    metadata["target_spread"] = protocol_.target_spread();
    metadata["cloud_shielding"] = protocol_.comparison().cloud_shielding();
    metadata["first_guess_unit"] = protocol_.first_guess_unit();
    return metadata;
  }

  // Maps of both halves, and their errors by the soundings, cost as much as an epoch or two.
  int epochs_of_a_draw() const { return std::max(1, options_.epochs / 8); }
  int draws() const { return options_.epochs / epochs_of_a_draw() + 1; }

  TrainingTask task_of_member(nn::Trainer& trainer, int member) {
    TrainingTask task = task_of(options_, steps_per_epoch, metadata());
    task.epochs_of_a_draw = epochs_of_a_draw();
    const Mapper mapper = mapper_of(predictor_of(trainer));
    // `drawn`: the number of the halves that the trainer has.
    task.take_step = [this, mapper, member, drawn = -1](nn::Trainer& t, int64_t step, float learning_rate) mutable {
      const int draw = int(step / steps_per_epoch) / epochs_of_a_draw();
      if (draw != drawn) draw_halves(t, mapper, member, draw);
      drawn = draw;
      take_step(t, int64_t(member) * options_.epochs * steps_per_epoch + step, learning_rate);
    };
    task.monitor = [this, mapper](nn::Trainer& t) { return validate(t, mapper); };
    task.squared_errors = [this, mapper](nn::Trainer&) {
      const SoundingComparison::Scored scored = validated_by(mapper);
      return squared_errors(scored.predicted, scored.measured);
    };
    return task;
  }

  void draw_halves(nn::Trainer& trainer, const Mapper& mapper, int member, int draw) {
    trainer.set_images(protocol_.draw_halves(member * draws() + draw));
    if (draw == 0) return;  // too early in the training to estimate the maps' errors
    protocol_.learn_errors([&](const data::Dataset& half, const auto&) { return mapper.map(data::fine_scale(half)); },
                           mapper.uses_coarse_sif());
  }

  void take_step(nn::Trainer& trainer, int64_t step, float learning_rate) {
    const int patch = options_.patch;
    protocol_.draw_batch(step, options_.batch, batch_);
    trainer.step({batch_.crops, patch, patch}, batch_.footprints.view(int64_t(options_.batch) * patch * patch),
                 {batch_.targets.data(), int(batch_.targets.size()), 1, 1, 1}, learning_rate);
  }

  SoundingComparison::Scored validated_by(const Mapper& mapper) const {
    const auto validated_map = [&](const data::Dataset& half, const auto& chosen) {
      std::vector<float> map = mapper.map(data::fine_scale(half), validated_);
      keep_validated(map);
      protocol_.comparison().conserve(map, chosen, mapper.uses_coarse_sif());
      return map;
    };
    return protocol_.comparison().scored(data::Role::validation, validated_map, SoundingComparison::Sky::clear);
  }

  std::optional<Scores> validate(nn::Trainer& trainer, const Mapper& mapper) const {
    if (!validates() || trainer.steps() % (epochs_of_a_draw() * steps_per_epoch) != 0) return std::nullopt;
    const SoundingComparison::Scored scored = validated_by(mapper);
    const data::Metrics m = data::score(scored.predicted, scored.measured);
    if (!std::isfinite(m.r2)) return std::nullopt;  // too few soundings
    return scores_of(m);
  }

  const Training& training_;
  const ResolvedOptions& options_;
  FootprintProtocol protocol_;
  MembersTask members_;
  SoundingComparison::Scored guess_;  // the soundings that validate, on the corrected first guess
  data::Part validated_;              // the cells that hold all footprints that validate
  data::Mask validating_cells_;
  FootprintProtocol::Batch batch_;
};

}  // namespace

void train_on_footprints(const Training& training) {
  FootprintTraining(training).run();
}

}  // namespace unetsr::pipeline
