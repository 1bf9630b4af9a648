#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <deque>
#include <functional>
#include <limits>

#include "pipeline/report/sections.hpp"

namespace unetsr::pipeline::report {
namespace {

std::vector<float> difference(const std::vector<float>& a, const std::vector<float>& b) {
  std::vector<float> d(std::min(a.size(), b.size()));
  for (size_t i = 0; i < d.size(); ++i) d[i] = a[i] - b[i];
  return d;
}

Series series_of(const Curve& curve, const std::function<double(const Epoch&)>& value) {
  Series s{display_name(curve.model), curve.style.colour, {}, {}};
  s.dashes = curve.style.dashes;
  if (s.colour.empty()) s.colour = series_colour(curve.model);
  for (const Epoch& e : curve.epochs) {
    s.x.push_back(e.epoch);
    s.y.push_back(value(e));
  }
  return s;
}

// From 0 to above all but a few of the values: those of the first epochs are often far larger.
Range error_range(const std::vector<Series>& series) {
  std::vector<double> values;
  for (const Series& s : series) values.insert(values.end(), s.y.begin(), s.y.end());
  return {0, 1.1 * quantile_range(std::move(values), 0, 0.97).high};
}

Html row_of(const std::string& name, const Html& value) {
  return element(
      "tr", {},
      element("th", {{"class", "words"}, {"scope", "row"}}, escape(name)) + element("td", {{"class", "words"}}, value));
}

Html sheet(const Html& rows) {
  return element("div", {{"class", "scroll sheet"}}, element("table", {}, element("tbody", {}, rows)));
}

}  // namespace

const ScoreRow* find_row(const std::vector<ScoreRow>& rows, const std::string& name) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const ScoreRow& r) { return r.name == name; });
  return found == rows.end() || found->r2.empty() ? nullptr : &*found;
}

const ScoreRow* best_row(const std::vector<ScoreRow>& rows, bool baseline) {
  const ScoreRow* best = nullptr;
  for (const ScoreRow& r : rows)
    if (r.baseline == baseline && !r.r2.empty() && (!best || mean(r.r2) > mean(best->r2))) best = &r;
  return best;
}

Html curve_panels(const std::vector<Curve>& curves, const std::string& monitored,
                  const std::vector<Series>& further_r2) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  struct Quantity {
    std::string title, label;
    std::function<double(const Epoch&)> value;
  };
  const Quantity quantities[] = {
      {"RMSE, " + monitored, "RMSE, " + sif_units,
       [&](const Epoch& e) { return e.monitored ? e.monitored->rmse : none; }},
      {"MAE, " + monitored, "MAE, " + sif_units, [&](const Epoch& e) { return e.monitored ? e.monitored->mae : none; }},
      {"R², " + monitored, "R²", [&](const Epoch& e) { return e.monitored ? e.monitored->r2 : none; }},
      {"Training loss", "loss", [](const Epoch& e) { return e.loss; }}};
  Range epochs{0, 1};
  for (const Curve& curve : curves)
    if (!curve.epochs.empty()) epochs.high = std::max(epochs.high, double(curve.epochs.back().epoch));
  Html drawn;
  for (const Quantity& q : quantities) {
    LineChart chart{q.title, {.label = "epoch", .range = epochs}, {.label = q.label}, {}};
    for (const Curve& curve : curves) chart.series.push_back(series_of(curve, q.value));
    if (&q == &quantities[3]) {
      chart.y.logarithmic = true;
    } else if (&q == &quantities[2]) {
      chart.series.insert(chart.series.end(), further_r2.begin(), further_r2.end());
      chart.y.range = Range{0, 1};
    } else {
      chart.y.range = error_range(chart.series);
    }
    const bool measured = std::any_of(chart.series.begin(), chart.series.end(), [](const Series& s) {
      return std::any_of(s.y.begin(), s.y.end(), [](double v) { return std::isfinite(v); });
    });
    drawn += measured ? line_chart(chart) : not_available(q.title + ": not recorded in these runs.");
  }
  return chart_group(drawn);
}

Html window_map_row(const WindowMaps& window, const MapFrame& frame) {
  std::vector<std::span<const float>> rasters = {window.coarse, window.target}, errors;
  std::vector<std::vector<float>> differences;
  for (const auto& p : window.predictions) {
    rasters.push_back(p.values);
    differences.push_back(difference(p.values, window.target));
  }
  errors.assign(differences.begin(), differences.end());
  const ColourScale scale = shared_scale(rasters), error = error_scale(errors);
  Html row = map_panel("Coarse input", window.coarse, frame, scale) + map_panel("Target", window.target, frame, scale);
  for (size_t i = 0; i < window.predictions.size(); ++i) {
    const std::string name = display_name(window.predictions[i].model);
    row += map_panel(name, window.predictions[i].values, frame, scale);
    row += map_panel(name + " − target", differences[i], frame, error);
  }
  Html bars = colour_bar(scale, data::sif_name({}) + ", " + sif_units);
  if (!differences.empty()) bars += colour_bar(error, "prediction − target, " + sif_units);
  const int panels_in_row = 2 + 2 * int(window.predictions.size());
  return map_row(panels_in_row, row, bars);
}

Html window_viewer(const std::string& id, const std::vector<WindowMaps>& windows, const MapFrame& frame,
                   const std::string& target_name, bool with_errors) {
  MapViewer viewer{id, frame, {}, {}, {}, "Coarse input", target_name};
  std::string target = target_name;
  target[0] = char(std::tolower(target[0]));
  std::vector<std::span<const float>> sif, deviations;
  std::deque<std::vector<float>> errors;
  for (size_t w = 0; w < windows.size(); ++w) {
    viewer.windows.push_back(windows[w].window);
    const auto add = [&](const std::string& name, size_t scale, std::span<const float> values) {
      viewer.layers.push_back({name, w, scale, values});
    };
    add("Coarse input", 0, windows[w].coarse);
    add(target_name, 0, windows[w].target);
    sif.insert(sif.end(), {windows[w].coarse, windows[w].target});
    for (const auto& p : windows[w].predictions) {
      const std::string name = display_name(p.model);
      add(name, 0, p.values);
      sif.push_back(p.values);
      if (viewer.right == target_name) viewer.right = name;
      if (with_errors) {
        errors.push_back(difference(p.values, windows[w].target));
        add(name + " − " + target, 1, errors.back());
      }
      if (p.deviation.empty()) continue;
      add(name + ", standard deviation", with_errors ? 2 : 1, p.deviation);
      deviations.push_back(p.deviation);
    }
  }
  viewer.scales = {{shared_scale(sif), data::sif_name({}) + ", " + sif_units}};
  const std::vector<std::span<const float>> all_errors(errors.begin(), errors.end());
  if (!errors.empty()) viewer.scales.push_back({error_scale(all_errors), "prediction − " + target + ", " + sif_units});
  if (!deviations.empty()) viewer.scales.push_back({shared_scale(deviations), "standard deviation, " + sif_units});
  return map_viewer(viewer);
}

Html scatter_panels(const std::vector<PredictionPairs>& pairs, const std::string& counted) {
  std::vector<std::span<const float>> values;
  for (const PredictionPairs& p : pairs) {
    values.push_back(p.actual);
    values.push_back(p.predicted);
  }
  const Range range = quantile_range(values, 0.001, 0.999);
  Html plots;
  for (const PredictionPairs& p : pairs)
    plots += density_plot({display_name(p.model), "actual, " + sif_units, "predicted, " + sif_units, p.actual,
                           p.predicted, range, counted});
  return element("div", {{"class", "panels narrow"}}, plots);
}

Html provenance_section(const RunProvenance& p) {
  Html run;
  if (!p.command.empty()) run += row_of("Command", element("code", {}, escape(p.command)));
  for (const auto& [name, value] :
       {std::pair{"Version", p.version}, {"Device", p.device}, {"Written", p.created}, {"Simulated world", p.world}})
    if (!value.empty()) run += row_of(name, escape(value));
  if (p.threads > 0) run += row_of("Threads", escape(std::to_string(p.threads)));
  if (!p.seeds.empty()) {
    std::vector<std::string> seeds;
    for (const uint64_t seed : p.seeds) seeds.push_back(std::to_string(seed));
    run += row_of("Seeds", escape(joined(seeds)));
  }
  for (const auto& [name, value] : p.options) run += row_of(name, element("code", {}, escape(value)));
  Html section = run.empty() ? not_available("How this was run is not recorded.") : sheet(run);

  Table files{"", false, {{"File", false}, {"Size"}, {"SHA-256", false}}, {}};
  for (const auto& f : p.files)
    files.rows.push_back({{element("code", {}, escape(f.path)), escape(bytes_text(f.bytes)),
                           element("code", {{"class", "hash"}}, escape(f.sha256))}});
  section += subheading("Files read");
  section +=
      files.rows.empty()
          ? not_available("No files are recorded.")
          : folded(fmt::format("{} {}, with checksums", files.rows.size(), files.rows.size() == 1 ? "file" : "files"),
                   element("div", {{"class", "sheet"}}, table(files)));

  section += subheading("Time taken");
  Table times{"", false, {{"Stage", false}, {"Time"}}, {}};
  double total = 0;
  for (const auto& s : p.stages) {
    times.rows.push_back({{escape(s.name), escape(duration(s.seconds))}});
    total += s.seconds;
  }
  if (p.stages.size() > 1) times.rows.push_back({{escape("Sum"), escape(duration(total))}, "rule-above"});
  return section + (times.rows.empty() ? not_available("No times are recorded.") : table(times));
}

}  // namespace unetsr::pipeline::report
