#include "pipeline/train/train_defaults.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "data/features/features.hpp"
#include "data/features/neighbour_windows.hpp"
#include "kernels/error.hpp"
#include "nn/model_spec.hpp"
#include "nn/shards.hpp"
#include "pipeline/train/footprint_protocol.hpp"
#include "pipeline/train/held_out.hpp"
#include "pipeline/train/honest_protocol.hpp"
#include "pipeline/train/paper_protocol.hpp"
#include "pipeline/train/run_config.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

bool is_paper_cnn(const std::string& model) {
  return model.starts_with("paper-cnn");
}

// Behind the season's code; with the bands of the windows before and after where a map may be made of these.
std::vector<std::string> with_season(const std::vector<std::string>& features, bool of_other_windows) {
  std::vector<std::string> all = data::season_code();
  all.insert(all.end(), features.begin(), features.end());
  for (const int offset : {-1, 1})
    for (const std::string& name : features)
      if (of_other_windows && !name.ends_with("_mean") && !name.ends_with("_coarse") && name != "day_of_year" &&
          !name.ends_with("reliability"))
        all.push_back(data::neighbour_name(name, offset));
  return all;
}

std::vector<std::string> default_features(const TrainOptions& o, Supervision supervision, const std::string& model,
                                          const data::Dataset& dataset) {
  if (o.protocol == Protocol::paper)
    return is_paper_cnn(model) ? PaperProtocol::cnn_features() : PaperProtocol::unet_features();
  const bool of_other_windows = dataset.windows.size() > 1 && !o.test.starts_with("window:");
  const std::vector<std::string> features = supervision == Supervision::footprints
                                                ? FootprintProtocol::default_features(dataset, of_other_windows)
                                                : HonestProtocol::default_features();
  return nn::model_spec(model, 1).season ? with_season(features, of_other_windows) : features;
}

void require_season_code(const ResolvedOptions& o) {
  const std::vector<std::string>& code = data::season_code();
  if (nn::model_spec(o.model, 1).season &&
      (o.features.size() < code.size() || !std::equal(code.begin(), code.end(), o.features.begin())))
    throw UsageError(
        fmt::format("--model {} reads the season: --features must begin with {}", o.model, fmt::join(code, ",")));
}

std::string default_first_guess(Supervision supervision, const std::vector<std::string>& features) {
  return supervision == Supervision::footprints ? FootprintProtocol::default_first_guess(features) : data::coarse_layer;
}

// Where the grid is small, patches of a third of its side still differ from each other; at least 16 cells. The paper's
// networks and gridded supervision have the paper's 40.
int default_patch(Supervision supervision, const std::string& model, const data::Grid& grid) {
  constexpr int typical = 40, least = 16, with_footprints = 64;
  if (supervision == Supervision::gridded || is_paper_cnn(model)) return typical;
  return std::clamp(std::min(grid.rows, grid.columns) / 3 / 8 * 8, least,
                    supervision == Supervision::wald ? typical : with_footprints);
}

// On a small region patches show the same soundings again and again, and the network learns their noise: an epoch shows
// each `shown` times.
int default_epochs(int most, const ResolvedOptions& o, const data::Dataset& dataset, const HeldOutBasis& basis) {
  constexpr int least = 5, times = 120;
  const double with_values =
      double(std::count_if(basis.values.begin(), basis.values.end(), [](int32_t n) { return n > 0; }));
  const double cells = with_values * dataset.coarse_factor * dataset.coarse_factor * double(dataset.windows.size());
  const double shown = double(FootprintProtocol::steps_per_epoch) * o.batch * o.patch * o.patch / cells;
  return int(std::clamp(times / shown, double(least), double(std::max(least, most))));
}

std::string number(double value) {
  return fmt::format("{}", value);
}

// The default of an option in one mode.
using Shown = std::function<std::string(const ModeDefaults&)>;

Shown shown(const std::string& option) {
  if (option == "model") return [](const ModeDefaults& d) { return d.model; };
  if (option == "members") return [](const ModeDefaults& d) { return std::to_string(d.members); };
  if (option == "epochs") return [](const ModeDefaults& d) { return std::to_string(d.epochs); };
  if (option == "batch") return [](const ModeDefaults& d) { return std::to_string(d.batch); };
  if (option == "learning-rate") return [](const ModeDefaults& d) { return number(d.learning_rate); };
  if (option == "optimizer") return [](const ModeDefaults& d) { return to_string(d.optimizer); };
  if (option == "weight-decay") return [](const ModeDefaults& d) { return number(d.weight_decay); };
  if (option == "schedule") return [](const ModeDefaults& d) { return to_string(d.schedule); };
  return {};
}

}  // namespace

ModeDefaults mode_defaults(Protocol protocol, Supervision supervision, const std::optional<std::string>& asked) {
  const bool paper = protocol == Protocol::paper, footprints = !paper && supervision == Supervision::footprints;
  // Soundings are noisy: a larger network fits their noise.
  const std::string model = asked.value_or(footprints ? "unet-pointwise" : "unet");
  const bool cnn = is_paper_cnn(model), small_step = cnn || model.starts_with("sifnet");
  const bool large_sifnet = model == "sifnet";  // ten times a U-Net's work for each cell
  return {model,
          1,
          paper          ? 500
          : footprints   ? 80
          : large_sifnet ? 20
                         : 60,
          paper && !cnn  ? 32
          : large_sifnet ? 8
                         : 16,
          paper        ? (cnn ? 1e-3 : 2e-3)
          : small_step ? 1e-3
          : footprints ? 2e-3
                       : 3e-3,
          paper ? Optimizer::adam : Optimizer::adamw,
          paper        ? 0
          : footprints ? 1e-3
                       : 1e-2,
          paper ? nn::ScheduleKind::constant : nn::ScheduleKind::one_cycle};
}

std::string default_in_words(const std::string& option) {
  const Shown value = shown(option);
  if (!value) return {};
  const auto with = [&](Protocol protocol, Supervision supervision, const std::optional<std::string>& other) {
    const std::string own = value(mode_defaults(protocol, supervision, {}));
    const std::string of_other = other ? value(mode_defaults(protocol, supervision, other)) : own;
    return of_other == own || option == "model" ? own : fmt::format("{} ({}: {})", own, *other, of_other);
  };
  const std::string footprints = with(Protocol::honest, Supervision::footprints, {}),
                    cells = with(Protocol::honest, Supervision::wald, "sifnet"),
                    paper = with(Protocol::paper, Supervision::gridded, "paper-cnn");
  if (footprints == cells && cells == paper) return footprints;
  if (cells == paper) return fmt::format("{} with footprints, else {}", footprints, cells);
  if (footprints == cells) return fmt::format("{}; protocol paper {}", cells, paper);
  return fmt::format("{} with footprints, else {}; protocol paper {}", footprints, cells, paper);
}

void check(const TrainOptions& o) {
  if ((o.supervision == Supervision::truth) == o.truth.empty())
    throw UsageError("--supervision truth and --truth belong together: give both or none");
  require_in_range(o);
  if (o.protocol == Protocol::honest && o.buffer == 0) throw UsageError("--buffer must be at least 1 cell");
  if (o.protocol == Protocol::honest) require_test_cells(o.test);
  if (o.protocol == Protocol::paper && (o.start || o.end))
    throw UsageError("--protocol paper takes all windows; omit --start and --end");
  if (o.model) nn::model_spec(*o.model, 1);
  resolve(o.compute);
}

ResolvedRun resolve(const TrainOptions& asked, const data::Dataset& dataset, const SoundingSource* soundings) {
  check(asked);
  ResolvedRun run;
  ResolvedOptions& o = run.options;
  o.dataset = asked.dataset, o.run_directory = asked.run_directory;
  o.protocol = asked.protocol;
  o.supervision = asked.supervision.value_or(asked.protocol == Protocol::paper ? Supervision::gridded
                                             : soundings                       ? Supervision::footprints
                                                                               : default_supervision(dataset));
  ModeDefaults defaults = mode_defaults(o.protocol, o.supervision, asked.model);
  if (asked.from) defaults.epochs /= 4, defaults.learning_rate /= 4;
  o.model = defaults.model;
  o.members = asked.members.value_or(defaults.members);
  o.truth = asked.truth;
  o.wald_factor = asked.wald_factor;
  if (o.supervision == Supervision::wald && !o.wald_factor) o.wald_factor = dataset.coarse_factor;
  o.footprints = asked.footprints;
  o.features = asked.features ? *asked.features : default_features(asked, o.supervision, o.model, dataset);
  require_season_code(o);
  o.first_guess = asked.first_guess ? *asked.first_guess : default_first_guess(o.supervision, o.features);
  o.validation = asked.validation;
  o.start = asked.start, o.end = asked.end;
  o.from = asked.from;
  o.epochs = asked.epochs.value_or(defaults.epochs);
  o.batch = asked.batch.value_or(defaults.batch);
  o.shards = asked.shards.value_or(nn::shards_of_batch(nn::model_spec(o.model, int(o.features.size()) + 1)));
  o.learning_rate = asked.learning_rate.value_or(defaults.learning_rate);
  o.optimizer = asked.optimizer.value_or(defaults.optimizer);
  o.weight_decay = asked.weight_decay.value_or(defaults.weight_decay);
  o.schedule = asked.schedule.value_or(defaults.schedule);
  o.loss = asked.loss, o.huber_delta = asked.huber_delta;
  o.patience = asked.patience;
  o.seed = asked.seed;
  o.exact = asked.exact, o.memory = asked.memory;
  o.compute = resolve(asked.compute);
  o.resume = asked.resume, o.overwrite = asked.overwrite;

  const bool footprints = o.supervision == Supervision::footprints;
  if (!footprints) run.training_grid = training_grid(dataset, o.supervision, o.wald_factor);
  if (o.supervision == Supervision::truth)
    for (data::Layer& layer : run.training_grid.layers)
      if (layer.name == data::target_layer) layer.values = truth_layer(o.truth, dataset).values;
  const data::Grid& grid = footprints ? dataset.grid : run.training_grid.grid;
  o.patch = asked.patch ? *asked.patch : default_patch(o.supervision, o.model, grid);
  o.test = asked.test;
  o.buffer = asked.buffer.value_or(0);
  if (o.protocol == Protocol::honest) {
    run.held_out = held_out_basis(o, dataset, run.training_grid, soundings);
    const Shape shape = split_shape(o, dataset, run.training_grid);
    o.test = with_block_side(o.test, shape, run.held_out);
    if (!asked.buffer) o.buffer = default_buffer(shape, o, run.held_out);
    if (footprints && !asked.epochs) o.epochs = default_epochs(o.epochs, o, dataset, run.held_out);
  }
  return run;
}

}  // namespace unetsr::pipeline
