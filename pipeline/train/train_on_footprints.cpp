#include "pipeline/train/train_on_footprints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "data/baselines/interpolation.hpp"
#include "data/dataset/missing.hpp"
#include "data/features/features.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/console/text_table.hpp"
#include "pipeline/maps/footprints_file.hpp"
#include "pipeline/maps/uncertainty.hpp"
#include "pipeline/train/area_comparison.hpp"
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

void print_soundings(const FootprintProtocol& protocol, const DatasetSample::Counts& counts,
                     const ResolvedOptions& options, const Output& output) {
  TextTable table({protocol.samples() ? "soundings, about" : "soundings", "number"});
  const auto add = [&](const std::string& what, int64_t count) { table.add({what, fmt::to_string(count)}); };
  add("training", counts.train);
  if (protocol.too_wide() > 0)
    add(fmt::format("  of these unused: larger than a patch of {} cells", options.patch), protocol.too_wide());
  add("validation", counts.validation);
  add("test", counts.test);
  add("unused: in the buffer, or partly off the grid", counts.unused);
  output.line("\n" + table.text(output.width()));
  output.line(fmt::format("estimated from the training soundings: a full cloud cover hides {:.0f} % of the SIF",
                          100 * protocol.cloud_shielding()));
  if (options.footprints == FootprintPlaces::estimated)
    output.line("footprints, from the training soundings: " + footprints_in_words(protocol.footprints()));
}

class FootprintTraining {
 public:
  explicit FootprintTraining(const Training& training)
      : training_(training),
        options_(training.options),
        protocol_(in_stage(training.output, "make the features", [&] { return protocol_of(training); })) {
    const DatasetSample::Counts counts = protocol_->counts();
    require_tested(counts.test, "soundings", options_);
    warn_of_few_validated(counts.validation, "soundings", options_, training.output);
    const RunAudit audit = in_stage(training.output, "check for leaks",
                                    [&] { return audit_of(*protocol_, training.held_out, training.dataset); });
    protocol_->forget_statistics();
    begin_run(training, audit, places_of(training, protocol_->split(), training.dataset.coarse_grid()));
    if (options_.footprints == FootprintPlaces::estimated)
      write_footprints(training.files.footprints(), protocol_->footprints());
    print_soundings(*protocol_, counts, options_, training.output);
    members_ = members_task(training, protocol_->channels(), protocol_->target_spread());
    members_.task_of = [this](nn::Trainer& trainer, int member) { return task_of_member(trainer, member); };
    find_validated_cells();
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
    if (const auto uncertainty = uncertainty_of(protocol_->scored_areas(), mapper, [&](double share) {
          stop_if_interrupted();
          stage.reached(share);
        }))
      write_uncertainty(files.uncertainty(), *uncertainty);
    else
      training_.output.warning("too few soundings to estimate the maps' error: maps have no standard deviation");
  }

 private:
  static constexpr int steps_per_epoch = FootprintProtocol::steps_per_epoch;

  static std::unique_ptr<FootprintProtocol> protocol_of(const Training& training) {
    if (training.sample) return std::make_unique<FootprintProtocol>(training.sample, honest_options(training));
    return std::make_unique<FootprintProtocol>(training.dataset, honest_options(training));
  }

  bool validates() const { return validating_ > 1; }

  void find_validated_cells() {
    for (const auto& area : protocol_->scored_areas()) {
      validating_ += area->comparison().count(data::Role::validation);
      validated_.push_back(area->comparison().cells_of(data::Role::validation));
      validating_cells_.push_back(fine_mask(area->comparison().dataset(), area->split().mask(data::Role::validation)));
    }
  }

  // Maps of the areas that are scored, made once where no coarse SIF is used, and corrected by the chosen soundings.
  // Cells that do not validate are missing, which is quicker to correct.
  template <class MakeMap>
  AreaMapMaker corrected(const MakeMap& make_map, bool of_coarse_sif) const {
    return [this, make_map, of_coarse_sif, made = AreaMaps()](const AreaChoices& chosen) mutable {
      const auto& areas = protocol_->scored_areas();
      if (made.empty() || of_coarse_sif) {
        made.clear();
        for (size_t a = 0; a < areas.size(); ++a) {
          std::vector<float> map = make_map(a, chosen[a]);
          for (size_t i = 0; i < map.size(); ++i)
            if (!validating_cells_[a][i]) map[i] = data::missing;
          made.push_back(stored(map));
        }
      }
      AreaMaps maps = made;
      const Areas comparisons = protocol_->scored_comparisons();
      correct(comparisons, maps, chosen, map_error_of(comparisons, maps, chosen, of_coarse_sif));
      return maps;
    };
  }

  // What the validation scores of the table of epochs compare with.
  void score_first_guess() {
    Stage stage(training_.output, "score the first guess");
    double maps = 0;
    const auto guess_of_area = [&](size_t area, const std::vector<uint8_t>& chosen) {
      stop_if_interrupted();
      stage.reached(maps++ / (2.0 * double(validated_.size())));
      return protocol_->scored_areas()[area]->first_guess(chosen);
    };
    guess_ =
        scored(protocol_->scored_comparisons(), data::Role::validation,
               corrected(guess_of_area, data::holds_coarse_sif(options_.first_guess)), SoundingComparison::Sky::clear);
    const data::Metrics guess = data::score(guess_.predicted, guess_.measured);
    training_.output.line(reference_text(guess.cells, "soundings", options_.first_guess, guess.rmse, noise_alone()));
  }

  // The RMSE that the noise of the scored soundings gives.
  double noise_alone() const {
    double sum = 0, count = 0;
    for (size_t i = 0; i < guess_.noise_variance.size(); ++i)
      if (!std::isnan(guess_.predicted[i])) sum += guess_.noise_variance[i], ++count;
    return std::sqrt(sum / count);
  }

  void print_last_word_on(const Mapper& mapper) const {
    const auto unchanged = [&](const AreaChoices& chosen) {
      AreaMaps maps;
      for (size_t a = 0; a < chosen.size(); ++a) {
        const SoundingComparison& comparison = protocol_->scored_areas()[a]->comparison();
        maps.push_back(stored(data::downscale_nearest(comparison.with_coarse_sif(comparison.dataset(), chosen[a]))));
      }
      return maps;
    };
    std::vector<ValidatedMap> maps = {
        {"the map", validated_by(mapper).predicted},
        {"the first guess with the same correction", guess_.predicted},
        {"the coarse SIF unchanged",
         scored(protocol_->scored_comparisons(), data::Role::validation, unchanged, SoundingComparison::Sky::as_seen)
             .predicted}};
    print_last_word(guess_.measured, std::move(maps), guess_.noise_variance, "soundings", training_.output);
  }

  Mapper mapper_of(Predictor predictor) const {
    Mapper mapper;
    mapper.features = options_.features;
    mapper.scaling = protocol_->scaling();
    mapper.target_spread = protocol_->target_spread();
    mapper.predictor = std::move(predictor);
    mapper.sizes = image_sizes(members_.spec);
    mapper.first_guess = options_.first_guess;
    mapper.first_guess_unit = protocol_->first_guess_unit();
    mapper.radius = receptive_field_radius(members_.spec);
    mapper.device = training_.execution.device;
    return mapper;
  }

  Json metadata() const {
    Json metadata = metadata_of(training_, training_.dataset, protocol_->scaling());
    metadata["target_spread"] = protocol_->target_spread();
    metadata["cloud_shielding"] = protocol_->cloud_shielding();
    metadata["first_guess_unit"] = protocol_->first_guess_unit();
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
      if (draw != drawn) draw_halves(t, mapper, member, draw, drawn < 0);
      drawn = draw;
      take_step(t, int64_t(member) * options_.epochs * steps_per_epoch + step, learning_rate);
    };
    task.monitor = [this, mapper](nn::Trainer& t) { return validate(t, mapper); };
    task.squared_errors = [this, mapper](nn::Trainer&) {
      const ScoredSoundings validated = validated_by(mapper);
      return squared_errors(validated.predicted, validated.measured);
    };
    return task;
  }

  // `first`: the trainer has no images yet.
  void draw_halves(nn::Trainer& trainer, const Mapper& mapper, int member, int draw, bool first) {
    const bool with_images = first || protocol_->draws_images();
    nn::Images images = protocol_->draw_halves(member * draws() + draw, with_images);
    if (with_images) trainer.set_images(std::move(images));
    if ((draw + 1) * epochs_of_a_draw() < options_.epochs) protocol_->read_ahead(member * draws() + draw + 1);
    if (draw == 0) return;  // too early in the training to estimate the maps' errors
    protocol_->learn_errors(
        [&](const TrainingArea& area, const auto& chosen) {
          return area.map(mapper, {0, 0, area.rows(), area.columns()}, chosen);
        },
        mapper.uses_coarse_sif());
  }

  void take_step(nn::Trainer& trainer, int64_t step, float learning_rate) {
    const int patch = options_.patch;
    protocol_->draw_batch(step, options_.batch, batch_);
    trainer.step({batch_.crops, patch, patch}, batch_.footprints.view(int64_t(options_.batch) * patch * patch),
                 {batch_.targets.data(), int(batch_.targets.size()), 1, 1, 1}, learning_rate);
  }

  ScoredSoundings validated_by(const Mapper& mapper) const {
    const auto map_of_area = [&](size_t area, const std::vector<uint8_t>& chosen) {
      const TrainingArea& of = *protocol_->scored_areas()[area];
      if (validated_[area].rows == 0)
        return std::vector<float>(size_t(of.windows()) * size_t(of.rows()) * size_t(of.columns()), data::missing);
      return of.map(mapper, validated_[area], chosen);
    };
    return scored(protocol_->scored_comparisons(), data::Role::validation,
                  corrected(map_of_area, mapper.uses_coarse_sif()), SoundingComparison::Sky::clear);
  }

  std::optional<Scores> validate(nn::Trainer& trainer, const Mapper& mapper) const {
    if (!validates() || trainer.steps() % (epochs_of_a_draw() * steps_per_epoch) != 0) return std::nullopt;
    const ScoredSoundings validated = validated_by(mapper);
    const data::Metrics m = data::score(validated.predicted, validated.measured);
    if (!std::isfinite(m.r2)) return std::nullopt;  // too few soundings
    return scores_of(m);
  }

  const Training& training_;
  const ResolvedOptions& options_;
  std::unique_ptr<FootprintProtocol> protocol_;
  MembersTask members_;
  ScoredSoundings guess_;              // the soundings that validate, on the corrected first guess
  int64_t validating_ = 0;             // soundings
  std::vector<data::Part> validated_;  // of each scored area: the cells that hold all footprints that validate
  std::vector<data::Mask> validating_cells_;
  FootprintProtocol::Batch batch_;
};

}  // namespace

void train_on_footprints(const Training& training) {
  FootprintTraining(training).run();
}

}  // namespace unetsr::pipeline
