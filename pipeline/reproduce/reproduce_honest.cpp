#include <fmt/format.h>

#include <algorithm>

#include "data/dataset/missing.hpp"
#include "data/scores/metrics.hpp"
#include "data/splits/overlap.hpp"
#include "pipeline/evaluate/baselines.hpp"
#include "pipeline/evaluate/noise_ceiling.hpp"
#include "pipeline/reproduce/reproduce_parts.hpp"

namespace unetsr::pipeline {
namespace {

using data::missing;

constexpr int folds = 4, buffer = 8, quick_epochs = 6;

// Predictions of one model or baseline on cells that were held out from it, put together from the folds.
struct HeldOut {
  std::string name;
  bool baseline;
  std::vector<std::vector<float>> by_seed;  // (windows, rows, columns) each

  std::vector<float>& seed(size_t i, size_t cells) {
    if (by_seed.size() <= i) by_seed.resize(i + 1, std::vector<float>(cells, missing));
    return by_seed[i];
  }
};

class HeldOutTable {
 public:
  explicit HeldOutTable(const data::Dataset& dataset) : target_(dataset.values(data::target_layer)) {}

  void add(const std::string& name, bool baseline, size_t seed, const std::vector<float>& prediction,
           const data::Mask& cells) {
    auto found = std::find_if(models_.begin(), models_.end(), [&](const HeldOut& h) { return h.name == name; });
    if (found == models_.end()) found = models_.insert(models_.end(), {name, baseline, {}});
    std::vector<float>& values = found->seed(seed, target_.size());
    for (size_t i = 0; i < cells.size(); ++i)
      if (cells[i]) values[i] = prediction[i];
  }

  const std::vector<HeldOut>& models() const { return models_; }

  std::vector<report::ScoreRow> rows() const {
    std::vector<report::ScoreRow> rows;
    for (const HeldOut& model : models_) {
      report::ScoreRow row{model.name, model.baseline, {}, {}, {}};
      for (const auto& prediction : model.by_seed) {
        const data::Metrics m = data::score(prediction, target_);
        row.r2.push_back(m.r2), row.mae.push_back(m.mae), row.rmse.push_back(m.rmse);
      }
      rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  std::span<const float> target_;
  std::vector<HeldOut> models_;
};

std::vector<std::string> models(const ReproduceOptions& options) {
  if (options.quick) return {"unet", "sifnet-small", "paper-cnn"};
  return {"unet", "sifnet", "sifnet-small", "paper-cnn"};
}

TrainOptions options_for(const std::string& model, const std::string& test, uint64_t seed,
                         const std::filesystem::path& dataset, const ReproduceOptions& reproduce) {
  TrainOptions options;
  options.dataset = dataset;
  options.model = model;
  options.test = test;
  options.buffer = buffer;
  options.seed = seed;
  options.validation = 0;  // a schedule fixed beforehand: nothing is chosen, so nothing need be held back to choose by
  options.compute = reproduce.compute;
  if (reproduce.quick) options.epochs = std::min(reproduce.epochs.value_or(quick_epochs), quick_epochs);
  return options;
}

// What is held out at once, and what its runs are called.
struct HeldOutPart {
  std::string test, run_name;
};

// Trains every model and seed on the rest of the data and predicts what is held out.
class HonestRuns {
 public:
  HonestRuns(const data::Dataset& dataset, const std::filesystem::path& dataset_file, const ReproduceOptions& options,
             int seeds, const Output& output)
      : dataset_(dataset), dataset_file_(dataset_file), options_(options), seeds_(seeds), output_(output) {}

  void hold_out(const HeldOutPart& part, HeldOutTable& table, report::HonestPart& honest) {
    for (int seed = 1; seed <= seeds_; ++seed)
      for (const std::string& model : models(options_)) {
        const FinishedRun run =
            train_or_open(options_for(model, part.test, uint64_t(seed), dataset_file_, options_),
                          fmt::format("honest-{}-{}-seed{}", model, part.run_name, seed), options_, output_);
        const HonestProtocol protocol(dataset_, honest_options(run.options, {}, run.mapper.device));
        table.add(model, false, size_t(seed - 1), protocol.predict(run.mapper.predictor, run.mapper.sizes),
                  protocol.scored_cells(data::Role::test));
        honest.epochs = int(run.histories.front().size());
        honest.features = run.options.features;
        seconds_ += run.seconds;
        if (seed == 1 && model == models(options_).front()) add_baselines(protocol, table, honest);
      }
  }

  double seconds() const { return seconds_; }

 private:
  void add_baselines(const HonestProtocol& protocol, HeldOutTable& table, report::HonestPart& honest) const {
    const data::Mask cells = protocol.scored_cells(data::Role::test);
    for (const Baseline& baseline : baseline_predictions(dataset_, protocol.scored_cells(data::Role::train)))
      table.add(baseline.name, true, 0, baseline.prediction, cells);
    honest.buffer_cells = buffer;
    honest.training_cells_near_test =
        honest.training_cells_near_test.value_or(0) + data::training_cells_near_test(protocol.split(), buffer);
  }

  const data::Dataset& dataset_;
  const std::filesystem::path& dataset_file_;
  const ReproduceOptions& options_;
  int seeds_;
  const Output& output_;
  double seconds_ = 0;
};

void add_ceilings(const data::Dataset& dataset, report::HonestPart& honest) {
  const std::vector<NoiseCeiling> ceilings = noise_ceiling_per_window(dataset);
  for (size_t window = 0; window < ceilings.size(); ++window)
    honest.ceilings.push_back({dataset.windows[window], ceilings[window].noise, ceilings[window].r2, false});
  const NoiseCeiling pooled = pooled_noise_ceiling(dataset);
  honest.ceilings.push_back({"all windows pooled", pooled.noise, pooled.r2, true});
}

void add_maps(const data::Dataset& dataset, const HeldOutTable& table, report::HonestPart& honest) {
  const size_t cells = size_t(dataset.grid.cells());
  const std::span<const float> coarse = dataset.values(data::coarse_layer), target = dataset.values(data::target_layer);
  for (size_t window = 0; window < dataset.windows.size(); ++window) {
    const auto cut = [&](const auto& values) {
      return std::vector<float>(values.begin() + std::ptrdiff_t(window * cells),
                                values.begin() + std::ptrdiff_t((window + 1) * cells));
    };
    report::WindowMaps maps{dataset.windows[window], cut(coarse), cut(target), {}};
    for (const HeldOut& model : table.models())
      if (model.name == "unet") maps.predictions.push_back({model.name, cut(model.by_seed.front())});
    honest.maps.push_back(std::move(maps));
  }
  for (const HeldOut& model : table.models())
    if (model.name == "unet" || model.name == "coarse" || model.name == "linear-7x7")
      honest.scatter.push_back({model.name, {target.begin(), target.end()}, model.by_seed.front()});
}

}  // namespace

void reproduce_honest(const data::Dataset& dataset, const std::filesystem::path& dataset_file,
                      const ReproduceOptions& options, const Output& output, report::ReproduceReport& report) {
  report::HonestPart& honest = report.honest.emplace();
  honest.folds = folds;
  HonestRuns runs(dataset, dataset_file, options, report.seeds, output);
  HeldOutTable columns(dataset);
  for (int fold = 0; fold < folds; ++fold)
    runs.hold_out({fmt::format("columns:{}/{}", fold, folds), fmt::format("fold{}", fold)}, columns, honest);
  honest.columns = columns.rows();
  for (const HeldOut& model : columns.models())
    if (model.name == "coarse")
      honest.scored_cells =
          std::count_if(model.by_seed[0].begin(), model.by_seed[0].end(), [](float v) { return v == v; });
  add_ceilings(dataset, honest);
  add_maps(dataset, columns, honest);

  const int windows = int(dataset.windows.size());
  for (int window = 0; windows > 1 && window < windows; ++window) {
    HeldOutTable transfer(dataset);
    runs.hold_out({fmt::format("window:{}", window), fmt::format("window{}", window)}, transfer, honest);
    std::string train;
    for (int other = 0; other < windows; ++other)
      if (other != window) train += (train.empty() ? "" : ", ") + dataset.windows[size_t(other)];
    honest.windows.push_back({train, dataset.windows[size_t(window)], transfer.rows()});
  }
  report.provenance.stages.push_back({"training, honest protocol", runs.seconds()});
}

}  // namespace unetsr::pipeline
