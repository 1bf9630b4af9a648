#include <fmt/format.h>

#include <algorithm>

#include "pipeline/reproduce/reproduce_parts.hpp"

namespace unetsr::pipeline {
namespace {

constexpr int paper_epochs = 500, quick_epochs = 40, patch = 40, crop_draws = 200;

report::ScoreRow& row(std::vector<report::ScoreRow>& rows, const std::string& name, bool baseline) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.name == name; });
  if (found != rows.end()) return *found;
  rows.push_back({name, baseline, {}, {}, {}});
  return rows.back();
}

void add(report::ScoreRow& scores, const Scores& s) {
  scores.r2.push_back(s.r2), scores.mae.push_back(s.mae), scores.rmse.push_back(s.rmse);
}

TrainOptions options_for(const std::string& model, const std::vector<std::string>& features, uint64_t seed,
                         const std::filesystem::path& dataset, const ReproduceOptions& reproduce) {
  TrainOptions options;
  options.dataset = dataset;
  options.model = model;
  options.protocol = Protocol::paper;
  options.features = features;
  options.patch = patch;
  options.seed = seed;
  options.compute = reproduce.compute;
  options.epochs = reproduce.epochs.value_or(reproduce.quick ? quick_epochs : paper_epochs);
  return options;
}

// The test crop with the most cells that have a target, and what each network made of it.
void add_sample(const PaperProtocol& protocol, const std::vector<float>& coarse,
                const std::vector<report::WindowMaps::Prediction>& predictions, const data::Dataset& dataset,
                report::ReproduceReport& report) {
  const size_t pixels = size_t(patch * patch), patches = protocol.split().test.size();
  const std::vector<float>& targets = protocol.test_targets();
  const auto filled = [&](size_t p) {
    return std::count_if(targets.begin() + std::ptrdiff_t(p * pixels),
                         targets.begin() + std::ptrdiff_t((p + 1) * pixels), [](float t) { return t != 0; });
  };
  size_t best = 0;
  for (size_t p = 1; p < patches; ++p)
    if (filled(p) > filled(best)) best = p;
  const auto cut = [&](const std::vector<float>& values) {
    return std::vector<float>(values.begin() + std::ptrdiff_t(best * pixels),
                              values.begin() + std::ptrdiff_t((best + 1) * pixels));
  };
  report::SampleCrop sample{
      dataset.windows[size_t(protocol.split().test[best].image)], patch, cut(coarse), cut(targets), {}};
  for (const auto& p : predictions) sample.predictions.push_back({p.model, cut(p.values)});
  report.samples.push_back(std::move(sample));

  const int middle = patch / 2;
  const auto at_middle = [&](const std::vector<float>& values) {
    std::vector<float> series;
    for (size_t p = 0; p < patches; ++p) series.push_back(values[p * pixels + size_t(middle * patch + middle)]);
    return series;
  };
  report::PointSeries point{middle, middle, at_middle(targets), {}};
  for (const auto& p : predictions) point.predictions.push_back({p.model, at_middle(p.values)});
  report.point = std::move(point);
}

void add_lbp_maps(const data::Dataset& dataset, report::ReproduceReport& report) {
  const std::vector<std::string> names = {"sif", "lbp_paper", "lbp"};
  const data::FeatureStack stack = data::make_features(dataset, names);
  const size_t cells = size_t(dataset.grid.cells());
  for (size_t window = 0; window < dataset.windows.size(); ++window) {
    report::LbpMaps maps{dataset.windows[window], {}, {}, {}};
    for (size_t i = window * cells; i < (window + 1) * cells; ++i) {
      maps.coarse.push_back(stack.values[3 * i]);
      maps.paper.push_back(stack.values[3 * i + 1]);
      maps.standard.push_back(stack.values[3 * i + 2]);
    }
    report.lbp.push_back(std::move(maps));
  }
}

// The scores of a few seeds depend on their crops; baselines, which need no training, show by how much.
void score_crop_draws(const data::Dataset& dataset, report::ReproduceReport& report) {
  for (int draw = 1; draw <= crop_draws; ++draw) {
    const PaperProtocol protocol(dataset, PaperProtocol::unet_features(), patch, uint64_t(draw));
    add(row(report.crop_draws, "coarse", true), protocol.score(protocol.coarse_unchanged()));
    add(row(report.crop_draws, "linear", true), protocol.score(protocol.linear_regression()));
  }
}

}  // namespace

void reproduce_paper(const data::Dataset& dataset, const std::filesystem::path& dataset_file,
                     const ReproduceOptions& options, const Output& output, report::ReproduceReport& report) {
  auto without = PaperProtocol::unet_features();
  std::erase(without, "sif_difference");
  struct Network {
    std::string name, model;
    std::vector<std::string> features;
  };
  const std::vector<Network> networks = {{"unet", "unet", PaperProtocol::unet_features()},
                                         {"paper-cnn", "paper-cnn", PaperProtocol::cnn_features()},
                                         {"unet-without-difference", "unet", without}};
  report.audit.emplace();
  report.audit->unet_without_difference = report::ScoreRow{"unet-without-difference", false, {}, {}, {}};
  double seconds = 0;
  for (int seed = 1; seed <= report.seeds; ++seed) {
    const PaperProtocol protocol(dataset, PaperProtocol::unet_features(), patch, uint64_t(seed));
    std::vector<report::WindowMaps::Prediction> predictions;
    for (const Network& network : networks) {
      const FinishedRun run =
          train_or_open(options_for(network.model, network.features, uint64_t(seed), dataset_file, options),
                        fmt::format("paper-{}-seed{}", network.name, seed), options, output);
      const Scores last = run.histories.front().back().monitored.value();
      report.paper_epochs = int(run.histories.front().size());
      seconds += run.seconds;
      if (network.name == "unet-without-difference") {
        add(*report.audit->unet_without_difference, last);
        continue;
      }
      add(row(report.paper_scores, network.name, false), last);
      report.paper_curves.push_back({network.name, uint64_t(seed), run.histories.front()});
      const PaperProtocol own(dataset, network.features, patch, uint64_t(seed), run.mapper.device);
      predictions.push_back({network.name, own.predict_test(run.mapper.predictor, 16)});
    }
    const std::vector<float> coarse = protocol.coarse_unchanged();
    add(row(report.paper_scores, "coarse", true), protocol.score(coarse));
    add(row(report.paper_scores, "linear", true), protocol.score(protocol.linear_regression()));
    report.audit->shared_pixel_fraction.push_back(protocol.shared_pixel_fraction());
    if (seed == 1) {
      add_sample(protocol, coarse, predictions, dataset, report);
      for (const auto& p : predictions) report.paper_scatter.push_back({p.model, protocol.test_targets(), p.values});
      const std::vector<double> leak = protocol.linear_leak_r2_per_window();
      for (size_t window = 0; window < leak.size(); ++window)
        report.audit->linear_fits.push_back({dataset.windows[window], {"sif", "sif_difference"}, leak[window], false});
      report.audit->linear_fits.push_back({"both windows pooled, channels scaled per window",
                                           PaperProtocol::unet_features(), protocol.linear_leak_r2(), true});
    }
  }
  score_crop_draws(dataset, report);
  add_lbp_maps(dataset, report);
  report.provenance.stages.push_back({"training, paper protocol", seconds});
}

}  // namespace unetsr::pipeline
