#include "pipeline/plot/run_figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kernels/error.hpp"
#include "pipeline/maps/uncertainty.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/history.hpp"
#include "pipeline/train/run_config.hpp"
#include "pipeline/train/run_files.hpp"
#include "pipeline/train/split_file.hpp"

namespace unetsr::pipeline::picture {
namespace {

namespace fs = std::filesystem;
using Histories = std::vector<std::vector<Epoch>>;

constexpr Colour blue = {31, 119, 180}, orange = {214, 96, 20};
constexpr double charts_share = 0.52, title_height = 2.4, least_chart_height = 15, most_chart_height = 22;  // ems
constexpr double brightest = 2;  // mW m-2 sr-1 nm-1, beyond which hardly any SIF lies
using data::sif_units;

Histories histories_of(const RunFiles& files, int members) {
  Histories histories;
  for (int k = 0; k < members && fs::exists(files.of_member(k).history()); ++k) {
    histories.push_back(read_history(files.of_member(k).history()));
    if (histories.back().empty()) histories.pop_back();
  }
  if (histories.empty()) throw Error(files.directory.string() + ": has no epochs yet; train it first");
  return histories;
}

Chart loss_chart(const Histories& histories) {
  Chart chart{"Training loss", "epoch", "loss", {}, false, true};
  for (const auto& history : histories) {
    ChartLine& line = chart.lines.emplace_back(ChartLine{{}, blue, ""});
    for (const Epoch& e : history) line.points.push_back({double(e.epoch), e.loss});
  }
  return chart;
}

Chart validation_chart(const Histories& histories, Protocol protocol) {
  Chart chart{protocol == Protocol::paper ? "RMSE on test patches" : "RMSE on validation cells",
              "epoch",
              units_markup(sif_units),
              {},
              false,
              true};
  for (const auto& history : histories) {
    ChartLine line{{}, orange, ""};
    for (const Epoch& e : history)
      if (e.monitored) line.points.push_back({double(e.epoch), e.monitored->rmse});
    if (!line.points.empty()) chart.lines.push_back(std::move(line));
  }
  return chart;
}

Chart deviation_chart(const data::ConservedUncertainty& u) {
  Chart chart{"Standard deviation of the maps",
              "SIF (" + units_markup(sif_units) + ")",
              units_markup(sif_units),
              {{{}, orange, "uncorrected"}, {{}, blue, "corrected by soundings"}},
              true};
  for (int i = 0; i <= 40; ++i) {
    const double sif = brightest * i / 40;
    chart.lines[0].points.push_back({sif, u.uncorrected.sigma(sif)});
    chart.lines[1].points.push_back({sif, u.corrected.sigma(sif)});
  }
  return chart;
}

// A layer for the first of the windows that share their cells' roles, with the labels of all.
std::vector<MapLayer> split_layers(const SplitPlaces& places) {
  const size_t cells = size_t(places.grid.cells());
  std::vector<MapLayer> layers;
  for (size_t w = 0; w < places.windows.size(); ++w) {
    const auto begin = places.split.roles.begin() + std::ptrdiff_t(w * cells);
    std::vector<float> values;
    std::transform(begin, begin + std::ptrdiff_t(cells), std::back_inserter(values),
                   [](data::Role r) { return float(r); });
    const auto same = std::find_if(layers.begin(), layers.end(), [&](const MapLayer& l) { return l.values == values; });
    if (same == layers.end())
      layers.push_back({"Training, validation and test cells", places.windows[w], Quantity::role, "role", "",
                        places.grid, std::move(values)});
    else
      same->subtitle += ", " + places.windows[w];
  }
  if (layers.size() == 1 && places.windows.size() > 1) layers[0].subtitle = "all windows";
  constexpr size_t at_most = 4;
  if (layers.size() > at_most) layers.resize(at_most);
  return layers;
}

}  // namespace

RunFigure::RunFigure(const fs::path& directory, const MapFigureOptions& options)
    : width_(options.width), em_(options.em), chart_width_(options.width) {
  const RunFiles files{directory};
  if (!fs::exists(files.configuration()))
    throw Error(directory.string() + ": not a run directory (it has no run.toml)");
  const ResolvedOptions run = read_run_config(files.configuration());
  const Histories histories = histories_of(files, run.members);
  title_ = fmt::format("{}: {}, {}, seed {}", names_of_runs({directory})[0], run.model,
                       run.protocol == Protocol::paper ? "protocol paper" : "supervision " + to_string(run.supervision),
                       run.seed);
  charts_.push_back(loss_chart(histories));
  if (Chart validation = validation_chart(histories, run.protocol); !validation.lines.empty())
    charts_.push_back(std::move(validation));
  if (const auto uncertainty = read_uncertainty(files.uncertainty())) charts_.push_back(deviation_chart(*uncertainty));
  if (run.protocol == Protocol::honest && fs::exists(files.split())) {
    chart_width_ = std::floor(charts_share * options.width);
    MapFigureOptions map = options;
    map.width = options.width - int(chart_width_);
    split_.emplace(in_rows(split_layers(read_split(files.split()))), map);
  }
  const double count = double(charts_.size()), map_height = split_ ? split_->size().height : 0;
  height_ =
      title_height * em_ + std::clamp(map_height, count * least_chart_height * em_, count * most_chart_height * em_);
  height_ = std::max(height_, title_height * em_ + map_height);
}

void RunFigure::draw(const Canvas& canvas) const {
  canvas.text({0.8 * em_, 0.7 * em_}, escaped(title_), {.size = 1.15 * em_, .bold = true});
  const double top = title_height * em_, count = double(charts_.size());
  const double height = std::min((height_ - top) / count, most_chart_height * em_);
  for (size_t i = 0; i < charts_.size(); ++i)
    draw_chart(canvas, {0.8 * em_, top + 0.6 * em_ + double(i) * height, chart_width_ - 1.6 * em_, height - 0.6 * em_},
               em_, charts_[i]);
  if (!split_) return;
  const Canvas::Moved moved(canvas, {chart_width_, top});
  split_->draw(canvas);
}

std::string RunFigure::description() const {
  std::string text = "Training of " + title_ + ":";
  for (const Chart& chart : charts_) text += " " + chart.title + ";";
  return text + (split_ ? " map of training, validation, test and buffer cells" : "");
}

}  // namespace unetsr::pipeline::picture
