#include "pipeline/validate/validation_tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "pipeline/console/csv_text.hpp"
#include "pipeline/console/text_table.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;
using report::ValidatedEntry, report::ValidateReport;

struct NamedEstimate {
  std::string name;
  data::Estimate estimate;
};

std::vector<NamedEstimate> figures_of(const ValidatedEntry& e) {
  std::vector<NamedEstimate> all = {{"r", {e.r, {}}}};
  for (const auto& [name, value, interval] : data::metric_figures)
    all.push_back({name, {e.metrics.*value, e.intervals.*interval}});
  all.push_back({"rmse_without_noise", {e.clear_rmse, {}}});
  all.push_back({"skill", e.skill});
  all.push_back({"rmse_less_first", e.less_first});
  all.push_back({"cross_mission_slope", {e.scale, {}}});
  for (const auto& [name, value, interval] : data::metric_figures)
    all.push_back({std::string(name) + "_after_slope", {e.scaled.*value, e.scaled_intervals.*interval}});
  return all;
}

Json to_json(const data::Metrics& m) {
  Json json = {{"footprints", m.cells}};
  for (const auto& figure : data::metric_figures)
    if (std::isfinite(m.*figure.value)) json[figure.name] = m.*figure.value;
  return json;
}

Json to_json(const data::Estimate& estimate) {
  Json json = {{"value", estimate.value}};
  if (!estimate.interval) return json;
  json["low"] = estimate.interval->low, json["high"] = estimate.interval->high;
  if (estimate.interval->too_narrow) json["too_narrow"] = true;
  return json;
}

Json to_json(const ValidatedEntry& e) {
  Json json = {{"baseline", e.baseline}};
  for (const NamedEstimate& figure : figures_of(e))
    if (std::isfinite(figure.estimate.value)) json[figure.name] = to_json(figure.estimate);
  if (e.coverage)
    for (size_t k = 0; k < interval_levels.size(); ++k)
      json["coverage_after_slope"][fmt::format("{:.2f}", interval_levels[k])] = e.coverage->share[k];
  if (e.truth) json["against_truth"] = to_json(*e.truth);
  return json;
}

std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{:.6g}", value) : "";
}

std::string interval_text(const std::optional<data::Interval>& interval) {
  return interval ? fmt::format("{},{}", number(interval->low), number(interval->high)) : ",";
}

// Of a baseline's maps those behind its best one: the files have them all.
bool is_printed(const ValidateReport& r, size_t i) {
  const auto method = [](const std::string& name) { return name.substr(0, name.find(", ")); };
  for (size_t k = 0; k < i; ++k)
    if (r.entries[i].baseline && r.entries[k].baseline && method(r.entries[k].name) == method(r.entries[i].name))
      return false;
  return true;
}

std::string decimals(double value, int count = 3) {
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, count) : "";
}

bool with_truth(const ValidateReport& r) {
  return std::any_of(r.entries.begin(), r.entries.end(), [](const ValidatedEntry& e) { return e.truth.has_value(); });
}

// How far the figures by noisy footprints, once the noise is accounted for, are from those by the truth.
void print_agreement(const ValidateReport& r, const Output& output) {
  const ValidatedEntry& first = r.entries.front();
  double farthest = 0;
  for (const ValidatedEntry& e : r.entries) farthest = std::max(farthest, std::abs(e.clear_rmse - e.truth->rmse));
  output.line(fmt::format(
      "footprints beside the truth: {} has RMSE {:.3f} without their noise and r {:.3f} of the greatest possible; by the "
      "truth RMSE {:.3f} and r {:.3f}; of all {} maps the two RMSE differ by at most {:.3f}",
      first.name, first.clear_rmse, first.r / std::sqrt(r.ceiling_r2()), first.truth->rmse,
      std::sqrt(first.truth->pearson_r2), r.entries.size(), farthest));
}

}  // namespace

std::string validation_json(const ValidateReport& r) {
  Json json;
  json["software"] = "unetsr " + r.provenance.version;
  if (!r.provenance.world.empty()) json["world"] = r.provenance.world;
  json["sif"] = r.kind;
  json["sensors"] = r.sensors;
  json["windows"] = r.windows;
  for (const auto& [name, count] : r.screens) json["screens"][name] = count;
  json["footprints"] = r.footprints, json["days"] = r.days;
  json["noise"] = r.noise, json["noise_share"] = r.noise_share, json["ceiling_r2"] = r.ceiling_r2();
  json["skill_reference"] = r.skill_reference;
  json["intervals"] = {
      {"window_cells", r.window_cells}, {"degrees_of_freedom", r.freedom}, {"too_narrow", r.too_narrow}};
  for (const ValidatedEntry& e : r.entries) json["maps"][e.name] = to_json(e);
  for (const report::ValidationStratum& s : r.strata)
    for (size_t i = 0; i < r.entries.size(); ++i)
      json["strata"][s.family][s.name][r.entries[i].name] = to_json(s.metrics[i]);
  return json.dump(2) + "\n";
}

std::string validation_csv(const ValidateReport& r) {
  std::string text = "map,baseline,footprints";
  for (const NamedEstimate& figure : figures_of({})) text += fmt::format(",{0},{0}_low,{0}_high", figure.name);
  text += ",rmse_against_truth,r2_against_truth\n";
  for (const ValidatedEntry& e : r.entries) {
    text += fmt::format("{},{:d},{}", csv_text(e.name), e.baseline, e.metrics.cells);
    for (const NamedEstimate& figure : figures_of(e))
      text += "," + number(figure.estimate.value) + "," + interval_text(figure.estimate.interval);
    text += "," + (e.truth ? number(e.truth->rmse) + "," + number(e.truth->r2) : std::string(",")) + "\n";
  }
  return text;
}

void print_validation(const ValidateReport& r, const Output& output) {
  std::vector<std::string> header = {"map", "r", "bias", "RMSE", "no noise", "gain"};
  const bool skill = !r.skill_reference.empty(), truth = with_truth(r);
  if (skill) header.push_back("skill");
  if (truth) header.push_back("truth's RMSE");
  TextTable table(header);
  for (size_t i = 0; i < r.entries.size(); ++i) {
    if (!is_printed(r, i)) continue;
    const ValidatedEntry& e = r.entries[i];
    std::vector<std::string> row = {
        e.name,           decimals(e.r), decimals(e.metrics.bias), decimals(e.metrics.rmse), decimals(e.clear_rmse),
        decimals(e.scale)};
    if (skill) row.push_back(decimals(e.skill.value));
    if (truth) row.push_back(e.truth ? decimals(e.truth->rmse) : "");
    table.add(std::move(row));
  }
  output.line(fmt::format("\nmaps on {} footprints of {}, {} day{}, {} SIF\n{}", r.footprints,
                          fmt::join(r.sensors, " and "), r.days, r.days == 1 ? "" : "s", r.kind,
                          table.text(output.width())));
  output.line(fmt::format(
      "RMSE and bias in mW m-2 sr-1 nm-1; no noise: RMSE without the noise of the footprints; gain: slope of the measurements on the map "
      "through 0; of a baseline: the best of its maps"));
  output.line(fmt::format(
      "noise: {:.3f} a footprint, {:.0f} % of the variance of its values; a perfect map would have r {:.3f} and "
      "RMSE {:.3f}",
      r.noise, 100 * r.noise_share, std::sqrt(std::max(0.0, r.ceiling_r2())), r.noise));
  for (size_t i = 0; i < r.entries.size(); ++i) {
    const ValidatedEntry& e = r.entries[i];
    const bool best_baseline = e.baseline && (i == 0 || !r.entries[i - 1].baseline);
    if (e.less_first.interval && (!e.baseline || best_baseline))
      output.line(fmt::format("RMSE of {} minus that of {}: {:.4f}, 95 % interval {:.4f} to {:.4f}", e.name,
                              r.entries.front().name, e.less_first.value, e.less_first.interval->low,
                              e.less_first.interval->high));
    if (e.coverage) output.line(fmt::format("calibration of {}, after its gain: {}", e.name, in_words(*e.coverage)));
  }
  if (r.too_narrow) output.warning("the footprints lie too close together for the intervals, which are too narrow");
  if (truth) print_agreement(r, output);
}

}  // namespace unetsr::pipeline
