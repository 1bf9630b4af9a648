#include "pipeline/train/train.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "data/dataset/dataset_file.hpp"
#include "data/dataset/scales.hpp"
#include "data/features/patches.hpp"
#include "data/scores/metrics.hpp"
#include "kernels/error.hpp"
#include "kernels/exact.hpp"
#include "nn/schedule.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/peak_memory.hpp"
#include "pipeline/maps/uncertainty.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/footprint_protocol.hpp"
#include "pipeline/train/held_out.hpp"
#include "pipeline/train/members.hpp"
#include "pipeline/train/run_audit.hpp"
#include "pipeline/train/run_config.hpp"
#include "pipeline/train/supervision.hpp"
#include "pipeline/train/training_loop.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;

// What the paper did, and what served best in the honest protocol, where the user says nothing.
TrainOptions with_defaults(TrainOptions o) {
  // Soundings tell what a cell's own bands are worth; what more a larger network can say, it learns from their noise.
  if (o.model.empty()) o.model = o.supervision == "footprints" ? "unet-pointwise" : "unet";
  const bool paper = o.protocol == Protocol::paper, cnn = o.model.starts_with("paper-cnn");
  const bool large_sifnet = o.model == "sifnet";  // ten times a U-Net's work for each cell
  const auto fill = [](auto& option, auto unset, auto value) {
    if (option == unset) option = value;
  };
  if (o.features.empty())
    o.features = !paper ? HonestProtocol::default_features()
                 : cnn  ? PaperProtocol::cnn_features()
                        : PaperProtocol::unet_features();
  const bool footprints = !paper && o.supervision == "footprints";
  const bool small_step = cnn || o.model.starts_with("sifnet");
  fill(o.members, 0, 1);
  fill(o.epochs, 0, paper ? 500 : footprints ? 80 : large_sifnet ? 20 : 60);
  fill(o.batch, 0, paper && !cnn ? 32 : large_sifnet ? 8 : 16);
  fill(o.learning_rate, 0.0, paper ? (cnn ? 1e-3 : 2e-3) : small_step ? 1e-3 : footprints ? 2e-3 : 3e-3);
  fill(o.optimizer, std::string(), paper ? "adam" : "adamw");
  if (o.weight_decay < 0) o.weight_decay = paper ? 0 : footprints ? 1e-3 : 1e-2;
  fill(o.schedule, std::string(), paper ? "constant" : "one-cycle");
  o.compute = effective(o.compute);
  return o;
}

// What depends on the dataset.
void fill_supervision(TrainOptions& o, const data::Dataset& dataset) {
  if (o.supervision.empty()) o.supervision = o.protocol == Protocol::paper ? "gridded" : default_supervision(dataset);
  if (o.supervision == "wald" && o.wald_factor == 0) o.wald_factor = dataset.coarse_factor;
  if (o.supervision == "footprints" && o.features.empty())
    o.features =
        FootprintProtocol::default_features(dataset, dataset.windows.size() > 1 && !o.test.starts_with("window:"));
  if (o.first_guess.empty())
    o.first_guess =
        o.supervision == "footprints" ? FootprintProtocol::default_first_guess(o.features) : data::coarse_layer;
}

// Where the grid is small, patches of a third of its side still differ from each other.
int default_patch(const TrainOptions& o, const data::Grid& grid) {
  constexpr int usual = 40, least = 16, with_footprints = 64;
  if (o.supervision == "gridded" || o.model.starts_with("paper-cnn")) return usual;
  return std::clamp(std::min(grid.rows, grid.columns) / 3 / 8 * 8, least,
                    o.supervision == "wald" ? usual : with_footprints);
}

void check(const TrainOptions& o) {
  if ((o.supervision == "truth") == o.truth.empty())
    throw UsageError("--supervision truth and --truth belong together: what to learn, and where it is");
  if (o.members < 1) throw UsageError("--members must be at least 1");
  if (o.epochs < 1) throw UsageError("--epochs must be at least 1");
  if (o.batch < 1) throw UsageError("--batch must be at least 1");
  if (o.buffer < 0) throw UsageError("--buffer must be at least 1 cell, or 0 for what the run needs");
  if (o.patch != 0 && o.patch < 8) throw UsageError("--patch must be at least 8 cells");
  if (o.huber_delta <= 0) throw UsageError("--huber-delta must be above 0");
  if (o.learning_rate <= 0) throw UsageError("--learning-rate must be above 0");
  if (o.validation < 0 || o.validation > 0.5) throw UsageError("--validation must be a share from 0 to 0.5");
  if (o.optimizer != "adam" && o.optimizer != "adamw")
    throw UsageError("unknown optimizer " + o.optimizer + "; take adam or adamw");
}

// `unit`: what a target of 1 is in mW m-2 sr-1 nm-1.
kernels::Loss loss_of(const TrainOptions& o, double unit) {
  if (o.loss == "mse") return {kernels::LossKind::mse, 1};
  if (o.loss == "mae") return {kernels::LossKind::mae, 1};
  if (o.loss == "huber") return {kernels::LossKind::huber, o.huber_delta / unit};
  throw UsageError("unknown loss " + o.loss + "; take mse, mae or huber");
}

kernels::Adam adam_of(const TrainOptions& o) {
  kernels::Adam adam;
  adam.weight_decay = float(o.weight_decay);
  adam.decoupled = o.optimizer == "adamw";
  return adam;
}

// What a checkpoint says of the data that it was trained on; equal for equal options and data.
Json metadata_of(const TrainOptions& o, const data::Dataset& dataset, const data::Scaling& scaling) {
  Json json;
  json["protocol"] = o.protocol == Protocol::paper ? "paper" : "honest";
  json["supervision"] = o.supervision;
  json["wald_factor"] = o.wald_factor;
  json["first_guess"] = o.first_guess;
  json["features"] = o.features;
  json["windows"] = dataset.windows;
  json["scaling"] = data::to_json(scaling);
  json["patch"] = o.patch;
  json["batch"] = o.batch;
  json["epochs"] = o.epochs;
  json["seed"] = o.seed;
  json["inputs"] = Json::array();
  for (const auto& file : dataset.provenance.inputs) json["inputs"].push_back(file.sha256);
  return json;
}

nn::Schedule schedule_of(const TrainOptions& o, int64_t steps) {
  return {nn::schedule_kind(o.schedule), o.learning_rate, steps};
}

Scores scores_of(const data::Metrics& m) {
  return {m.r2, m.mae, m.rmse, m.bias, m.cells};
}

Json split_json(const data::CropsSplit& split) {
  const auto list = [](const std::vector<kernels::Crop>& crops) {
    Json json = Json::array();
    for (const kernels::Crop& c : crops) json.push_back({c.image, c.row, c.column});
    return json;
  };
  return {{"description", "random crops, split after cropping (leaky)"},
          {"train", list(split.train)},
          {"test", list(split.test)}};
}

Json split_json(const data::Split& split) {
  Json json = {{"description", split.description}, {"rows", split.rows}, {"columns", split.columns}};
  for (const auto role : {data::Role::train, data::Role::validation, data::Role::test, data::Role::buffer})
    json["cells"][data::to_string(role)] = split.count(role);
  // One string a row: t train, v validation, T test, b buffer.
  for (int window = 0; window < split.windows; ++window) {
    Json rows = Json::array();
    for (int i = 0; i < split.rows; ++i) {
      std::string row;
      for (int j = 0; j < split.columns; ++j)
        row += "tvTb"[size_t(
            split.roles[(size_t(window) * size_t(split.rows) + size_t(i)) * size_t(split.columns) + size_t(j)])];
      rows.push_back(row);
    }
    json["roles"].push_back(rows);
  }
  return json;
}

// Refuses what leaks, but for the paper's protocol, before anything is written.
void begin_run(const RunAudit& audit, const Json& split, const TrainOptions& o, const data::Dataset& dataset,
               const RunFiles& files, const Output& output) {
  if (o.protocol == Protocol::honest) refuse_leaks(audit, o, dataset.windows);
  tell(audit, o, output);
  std::filesystem::create_directories(files.directory);
  write_text_atomically(files.configuration(), to_toml(o));
  write_text_atomically(files.split(), split.dump() + "\n");
  write_audit(files.audit(), audit, o);
}

// Options that are wrong whatever the dataset.
void check_by_themselves(const TrainOptions& asked) {
  const TrainOptions o = with_defaults(asked);
  check(o);
  schedule_of(o, 1);
  loss_of(o, 1);
  nn::model_spec(o.model, 1);
}

struct Setting {
  TrainOptions options;  // effective
  data::Dataset scale;   // that training takes place on; of footprints none but the granules
};

Setting setting_of(TrainOptions o, const data::Dataset& granules) {
  Setting setting;
  fill_supervision(o, granules);
  o = with_defaults(o);
  const bool footprints = o.supervision == "footprints";
  if (!footprints) setting.scale = training_scale(granules, o.supervision, o.wald_factor);
  if (o.supervision == "truth")
    for (data::Layer& layer : setting.scale.layers)
      if (layer.name == data::target_layer) layer.values = truth_layer(o.truth, granules).values;
  if (o.patch == 0) o.patch = default_patch(o, footprints ? granules.grid : setting.scale.grid);
  if (o.protocol == Protocol::honest) {
    o.test = with_block_side(o.test, o, granules, setting.scale);
    if (o.buffer == 0) o.buffer = separation_of(o, granules).buffer();
  }
  setting.options = std::move(o);
  return setting;
}

std::string title_of(const TrainOptions& o) {
  return "train " + o.run_directory.filename().string();
}

MembersTask members_task(const TrainOptions& o, int channels, const nn::Execution& execution, double unit) {
  return {nn::model_spec(o.model, channels), o.members, o.seed, execution, loss_of(o, unit), adam_of(o), {}};
}

// A member's task: its length, and what its checkpoints say.
TrainingTask task_of(const TrainOptions& o, int64_t steps_per_epoch, const Json& metadata) {
  TrainingTask task;
  task.epochs = o.epochs;
  task.patience = o.patience;
  task.steps_per_epoch = int(steps_per_epoch);
  task.learning_rate = schedule_of(o, int64_t(o.epochs) * steps_per_epoch);
  task.metadata = metadata.dump();
  return task;
}

// Steps of a protocol that has a target for each cell of a patch; members go on where the one before ended.
template <class Protocol>
auto steps_on_cells(const Protocol& protocol, nn::Trainer& trainer, const TrainOptions& o, int64_t first_step) {
  trainer.set_images(protocol.training_images());
  return [&protocol, batch = o.batch, patch = o.patch, first_step](nn::Trainer& t, int64_t step, float learning_rate) {
    const std::vector<kernels::Crop> crops = protocol.crops_of_step(first_step + step, batch);
    t.step({crops, patch, patch}, learning_rate);
  };
}

void train_paper(const TrainOptions& o, const data::Dataset&, const data::Dataset& dataset,
                 const nn::Execution& execution, const RunFiles& files, const Output& output) {
  const PaperProtocol protocol(dataset, o.features, o.patch, o.seed, execution.device);
  if (o.batch > protocol.training_patches())
    throw UsageError(
        fmt::format("--batch {} is more than the {} training patches", o.batch, protocol.training_patches()));
  begin_run(audit_of(protocol, dataset), split_json(protocol.split()), o, dataset, files, output);
  MembersTask members = members_task(o, protocol.channels(), execution, 1);
  const int64_t steps_per_epoch = protocol.training_patches() / o.batch;
  const Json metadata = metadata_of(o, dataset, protocol.scaling());
  members.task_of = [&](nn::Trainer& trainer, int member) {
    TrainingTask task = task_of(o, steps_per_epoch, metadata);
    task.take_step = steps_on_cells(protocol, trainer, o, member * o.epochs * steps_per_epoch);
    task.monitor = [&](nn::Trainer& t) { return protocol.score(protocol.predict_test(predictor_of(t), o.batch)); };
    return task;
  };
  train_members(members, files, o.resume, title_of(o), output);
}

void train_honest(const TrainOptions& o, const data::Dataset& granules, const data::Dataset& dataset,
                  const nn::Execution& execution, const RunFiles& files, const Output& output) {
  constexpr int steps_per_epoch = 10;
  const HonestProtocol protocol(dataset, honest_options(o, execution.device));
  begin_run(audit_of(protocol, o, granules, dataset), split_json(protocol.split()), o, dataset, files, output);
  MembersTask members = members_task(o, protocol.channels(), execution, protocol.target_spread());
  const data::Mask validation = protocol.scored_cells(data::Role::validation);
  const bool validates = std::count(validation.begin(), validation.end(), 1) > 0;
  const std::span<const float> target = dataset.values(data::target_layer);
  Json metadata = metadata_of(o, dataset, protocol.scaling());
  metadata["test"] = o.test;
  metadata["validation"] = o.validation;
  metadata["target_spread"] = protocol.target_spread();
  members.task_of = [&](nn::Trainer& trainer, int member) {
    TrainingTask task = task_of(o, steps_per_epoch, metadata);
    task.take_step = steps_on_cells(protocol, trainer, o, int64_t(member) * o.epochs * steps_per_epoch);
    task.monitor = [&](nn::Trainer& t) -> std::optional<Scores> {
      if (!validates) return std::nullopt;
      return scores_of(data::score(protocol.predict(predictor_of(t), image_sizes(members.spec)), target, validation));
    };
    return task;
  };
  train_members(members, files, o.resume, title_of(o), output);
}

void tell_soundings(const FootprintProtocol& protocol, int patch, const Output& output) {
  output.line(fmt::format("{} soundings train, {} validate, {} test; {} lie between them or off the grid",
                          protocol.soundings(data::Role::train), protocol.soundings(data::Role::validation),
                          protocol.soundings(data::Role::test),
                          protocol.soundings(data::Role::buffer) + protocol.left_out()));
  if (protocol.too_wide() > 0)
    output.line(fmt::format("{} of those that train are wider than a patch of {} cells, which leaves them out",
                            protocol.too_wide(), patch));
  output.line(
      fmt::format("full cloud hides {:.0f} % of the SIF, by these soundings", 100 * protocol.cloud_shielding()));
}

// Each sounding against the map of the other days, parted in four ways; those that test have no say. Soundings tell
// lengths too poorly to fit them: on simulated scenes they are one coarse cell of corrected maps, two and a half of
// maps alone.
std::optional<data::ConservedUncertainty> uncertainty_of(const FootprintProtocol& protocol, const Mapper& mapper,
                                                         int coarse_factor) {
  constexpr int partings = 4;
  const bool of_coarse_sif = mapper.uses_coarse_sif();
  const auto fitted = [&](const FootprintProtocol::MapMaker& make_map, double coarse_cells) {
    return data::fit_map_uncertainty(
        protocol.all_soundings(),
        protocol.residuals({data::Role::train, data::Role::validation, data::Role::buffer}, make_map, partings),
        coarse_cells * coarse_factor);
  };
  const FootprintProtocol::MapMaker network = FootprintProtocol::made_once(
      [&](const data::Dataset& half, const auto&) { return mapper.map(data::fine_scale(half)); }, of_coarse_sif);
  std::optional<data::MapError> error;  // alike in all halves
  double usual_left = 1;
  const auto alone = fitted(network, 2.5);
  const auto conserved = fitted(
      [&](const data::Dataset& half, const auto& chosen) {
        std::vector<float> corrected = network(half, chosen);
        if (!error) {
          std::vector<float> fully = corrected;
          const CorrectedBySoundings first = protocol.conserve(fully, chosen, of_coarse_sif);
          error = first.error, usual_left = first.fit.usual_left;
        }
        protocol.correct_roughly(corrected, chosen, *error);
        return corrected;
      },
      1);
  if (!alone || !conserved) return std::nullopt;
  return data::ConservedUncertainty{*alone, *conserved, usual_left};
}

void train_footprints(const TrainOptions& o, const data::Dataset& granules, const data::Dataset&,
                      const nn::Execution& execution, const RunFiles& files, const Output& output) {
  constexpr int steps_per_epoch = 25;
  FootprintProtocol protocol(granules, honest_options(o, execution.device));
  begin_run(audit_of(protocol, o, granules), split_json(protocol.split()), o, granules, files, output);
  tell_soundings(protocol, o.patch, output);
  MembersTask members = members_task(o, protocol.channels(), execution, protocol.target_spread());
  const auto mapper_of = [&](Predictor predictor) {
    return Mapper{o.features,
                  protocol.scaling(),
                  protocol.target_spread(),
                  std::move(predictor),
                  image_sizes(members.spec),
                  o.first_guess,
                  protocol.first_guess_unit(),
                  reach_of(members.spec),
                  execution.device};
  };
  Json metadata = metadata_of(o, granules, protocol.scaling());
  metadata["test"] = o.test;
  metadata["validation"] = o.validation;
  metadata["target_spread"] = protocol.target_spread();
  metadata["cloud_shielding"] = protocol.cloud_shielding();
  metadata["first_guess_unit"] = protocol.first_guess_unit();
  // Maps of both halves, and what soundings say of them, cost as much as an epoch or two.
  const int epochs_of_a_draw = std::max(1, o.epochs / 8), draws = o.epochs / epochs_of_a_draw + 1;
  const bool validates = protocol.soundings(data::Role::validation) > 0;
  const Part validated = protocol.cells_of(data::Role::validation);
  FootprintProtocol::Batch batch;
  members.task_of = [&](nn::Trainer& trainer, int member) {
    TrainingTask task = task_of(o, steps_per_epoch, metadata);
    task.epochs_of_a_draw = epochs_of_a_draw;
    const Mapper mapper = mapper_of(predictor_of(trainer));
    const bool of_coarse_sif = mapper.uses_coarse_sif();
    // `drawn`: the halves that the trainer has.
    task.take_step = [&, mapper, of_coarse_sif, member, drawn = -1](nn::Trainer& t, int64_t step,
                                                                    float learning_rate) mutable {
      const int draw = int(step / steps_per_epoch) / epochs_of_a_draw;
      if (draw != drawn) {
        t.set_images(protocol.draw_halves(member * draws + draw));
        // Before the first draw has passed, maps are too far off for their errors to be told.
        if (draw > 0)
          protocol.learn_errors(
              [&](const data::Dataset& half, const auto&) { return mapper.map(data::fine_scale(half)); },
              of_coarse_sif);
        drawn = draw;
      }
      protocol.draw_batch(int64_t(member) * o.epochs * steps_per_epoch + step, o.batch, batch);
      const int64_t cells = int64_t(o.batch) * o.patch * o.patch;
      t.step({batch.crops, o.patch, o.patch}, batch.footprints.view(cells),
             {batch.targets.data(), int(batch.targets.size()), 1, 1, 1}, learning_rate);
    };
    task.monitor = [&, mapper, of_coarse_sif](nn::Trainer& t) -> std::optional<Scores> {
      if (!validates || t.steps() % (epochs_of_a_draw * steps_per_epoch) != 0) return std::nullopt;
      const auto validated_map = [&](const data::Dataset& half, const auto& chosen) {
        std::vector<float> map = mapper.map(data::fine_scale(half), validated);
        protocol.conserve(map, chosen, of_coarse_sif);
        return map;
      };
      const data::Metrics m = protocol.score(data::Role::validation, validated_map, FootprintProtocol::Sky::clear);
      if (!std::isfinite(m.r2)) return std::nullopt;  // too few soundings
      return scores_of(m);
    };
    return task;
  };
  if (!o.resume) std::filesystem::remove(files.uncertainty());
  train_members(members, files, o.resume, title_of(o), output);
  if (std::filesystem::exists(files.uncertainty())) return;  // it had come to its end before
  const std::shared_ptr<nn::Ensemble> ensemble = load_members(files, o.members, true, execution);
  if (const auto uncertainty = uncertainty_of(protocol, mapper_of(predictor_of(*ensemble)), granules.coarse_factor))
    write_uncertainty(files.uncertainty(), *uncertainty);
  else
    output.line("the soundings do not tell how far off maps are: they will have no standard deviation");
}

}  // namespace

void train(const TrainOptions& asked, const Output& output) {
  check_by_themselves(asked);
  const nn::Execution execution = start_computing(with_defaults(asked).compute);
  const data::Dataset granules = data::read_dataset(asked.dataset);
  const Setting setting = setting_of(asked, granules);
  TrainOptions o = setting.options;
  const RunFiles files{o.run_directory};
  o.resume = o.resume && std::filesystem::exists(files.last());
  if (o.resume)
    require_same_training(o, files.configuration());
  else
    refuse_to_overwrite(files.last(), o.overwrite);
  set_exact(o.exact);

  (o.protocol == Protocol::paper   ? train_paper
   : o.supervision == "footprints" ? train_footprints
                                   : train_honest)(o, granules, setting.scale, execution, files, output);
  output.line(fmt::format("{}: held {:.0f} MiB of memory at most", title_of(o), peak_memory_mib()));
}

TrainOptions effective_options(const TrainOptions& asked, const data::Dataset& granules) {
  check_by_themselves(asked);
  return setting_of(asked, granules).options;
}

void check_held_out(const TrainOptions& asked, const data::Dataset& granules, const std::vector<std::string>& tests) {
  check_by_themselves(asked);
  for (const std::string& test : tests) {
    TrainOptions one = asked;
    one.test = test;
    const Setting setting = setting_of(one, granules);
    const HonestOptions options = honest_options(setting.options);
    const bool footprints = setting.options.supervision == "footprints";
    const data::Split split = make_split(footprints ? granules.coarse().shape() : setting.scale.shape(), options);
    const data::Mask training = split.mask(data::Role::train);
    if (footprints)
      data::PatchSampler(granules.shape(), options.patch, fine_mask(granules, training), least_training_share);
    else
      data::PatchSampler(setting.scale.shape(), options.patch, training, least_training_share);
  }
}

}  // namespace unetsr::pipeline
