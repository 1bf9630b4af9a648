#include "pipeline/evaluate/evaluation_tables.hpp"
#include "pipeline/console/csv_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "pipeline/report/interval_words.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;

// A figure of an entry under the name that files give it.
struct Figure {
  std::string name;
  data::Estimate estimate;
  std::optional<double> spread;       // over the seeds
  std::optional<double> fold_spread;  // over the folds
};

std::vector<Figure> figures_of(const report::PooledEntry& e) {
  std::vector<Figure> all;
  for (const auto& [name, value, interval] : data::metric_figures)
    all.push_back({name,
                   {e.metrics.*value, e.intervals.*interval},
                   e.spread ? std::optional((*e.spread).*value) : std::nullopt,
                   e.fold_spread ? std::optional((*e.fold_spread).*value) : std::nullopt});
  for (const auto& [name, estimate] : data::map_figures) all.push_back({name, e.map.*estimate, {}, {}});
  all.push_back({"rmse_less_best_baseline", e.less_best_baseline, {}, {}});
  all.push_back({"rmse_less_best_uncorrected", e.less_best_uncorrected, {}, {}});
  all.push_back({"rmse_less_best_corrected", e.less_best_corrected, {}, {}});
  all.push_back({"rmse_less_first", e.less_first, {}, {}});
  return all;
}

Json to_json(const data::Metrics& m) {
  Json json;
  for (const auto& figure : data::metric_figures) json[figure.name] = m.*figure.value;
  json["cells"] = m.cells;
  return json;
}

Json to_json(const data::Estimate& estimate) {
  Json json = {{"value", estimate.value}};
  if (estimate.interval) {
    json["low"] = estimate.interval->low, json["high"] = estimate.interval->high;
    if (estimate.interval->too_narrow) json["too_narrow"] = true;
  }
  return json;
}

Json to_json(const report::PooledEntry& e) {
  Json json = {{"baseline", e.baseline},
               {"method", e.variant.method},
               {"denoised_bands", e.variant.denoised},
               {"corrected", e.variant.corrected},
               {"runs", e.runs},
               {"folds", e.folds},
               {"seeds", e.seeds},
               {"cells", e.metrics.cells}};
  for (const Figure& f : figures_of(e)) {
    if (!std::isfinite(f.estimate.value)) continue;
    Json& figure = json[f.name] = to_json(f.estimate);
    if (f.spread) figure["sd"] = *f.spread;
    if (f.fold_spread) figure["sd_folds"] = *f.fold_spread;
  }
  return json;
}

Json to_json(const report::Pool& pool) {
  Json json = {{"held_out", pool.held_out},
               {"leaky", pool.leaky},
               {"complete", pool.complete},
               {"skill_reference", pool.skill_reference},
               {"best_baseline", pool.best_baseline},
               {"best_uncorrected_baseline", pool.best_uncorrected_baseline},
               {"best_corrected_baseline", pool.best_corrected_baseline},
               {"intervals",
                {{"hold_for", report::area_of_intervals(pool)},
                 {"window_cells", pool.window_cells},
                 {"degrees_of_freedom", pool.freedom},
                 {"too_narrow", report::entries_too_narrow(pool)}}}};
  for (const report::PooledEntry& e : pool.entries) json["entries"][e.name] = to_json(e);
  for (const report::Contribution& c : pool.contributions) {
    Json one = {{"what", c.what}, {"from", c.from}, {"to", c.to}};
    one["rmse_difference"] = to_json(c.difference);
    json["contributions"].push_back(std::move(one));
  }
  for (const report::Stratum& s : pool.strata)
    for (size_t i = 0; i < pool.entries.size(); ++i)
      json["strata"][s.family][s.name][pool.entries[i].name] = to_json(s.metrics[i]);
  if (pool.spectra) {
    json["spectra"]["wavelength_km"] = pool.spectra->wavelength_km;
    for (const auto& line : pool.spectra->lines) json["spectra"]["power"][line.name] = line.power;
  }
  return json;
}

Json to_json(const report::EvaluateReport& report, const report::EvaluatedRun& run) {
  Json entry = to_json(run.metrics);
  entry["model"] = run.model;
  entry["seed"] = run.seed;
  entry["leaky"] = run.leaky;
  entry["held_out"] = held_out_in_words(report, run);
  entry["epochs"] = run.epochs;
  entry["seconds"] = run.seconds;
  if (!run.footprints.empty()) entry["footprints"] = run.footprints;
  for (const auto& c : run.conserved) entry["conserved"][c.name] = to_json(c.metrics);
  for (const auto& c : run.coverage) {
    auto& shares = entry["coverage"][c.of];
    for (size_t k = 0; k < interval_levels.size(); ++k) shares[fmt::format("{:.2f}", interval_levels[k])] = c.share[k];
    shares["values"] = c.values;
  }
  for (const auto& f : run.filled) entry["filled"][f.name] = to_json(f.metrics);
  for (const auto& f : run.importance)
    entry["importance"][f.feature] = {{"rmse_rise", f.rmse_rise},
                                      {"rmse_rise_sd", f.rmse_rise_sd},
                                      {"r2_fall", f.r2_fall},
                                      {"r2_fall_sd", f.r2_fall_sd}};
  for (const auto& b : run.baselines) entry["baselines"][b.variant.name()] = to_json(b.metrics);
  return entry;
}

std::string number(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? fmt::format("{:.6g}", *value) : "";
}

}  // namespace

std::string held_out_in_words(const report::EvaluateReport& report, const report::EvaluatedRun& run) {
  return run.held_out + (report.scored_against == report::ScoredAgainst::truth       ? ", against the truth"
                         : report.scored_against == report::ScoredAgainst::soundings ? ", soundings"
                                                                                     : "");
}

std::string metrics_json(const report::EvaluateReport& report) {
  Json json;
  json["software"] = "unetsr " + report.provenance.version;
  json["dataset"] = report.dataset;
  if (!report.provenance.world.empty()) json["world"] = report.provenance.world;
  json["scored_against"] = to_string(report.scored_against);
  if (report.noise_ceiling_r2) json["noise_ceiling_r2"] = *report.noise_ceiling_r2;
  for (const auto& run : report.runs) json["runs"][run.name] = to_json(report, run);
  for (const report::Pool& pool : report.pools) json["pools"].push_back(to_json(pool));
  return json.dump(2) + "\n";
}

std::string metrics_csv(const report::EvaluateReport& report) {
  std::string text = "held_out,complete,leaky,entry,baseline,denoised,corrected,folds,seeds,cells";
  for (const Figure& f : figures_of({})) text += fmt::format(",{0},{0}_low,{0}_high,{0}_sd,{0}_sd_folds", f.name);
  text += "\n";
  for (const report::Pool& pool : report.pools)
    for (const report::PooledEntry& e : pool.entries) {
      text += fmt::format("{},{:d},{:d},{},{:d},{:d},{:d},{},{},{}", csv_text(pool.held_out), pool.complete, pool.leaky,
                          csv_text(e.name), e.baseline, e.variant.denoised, e.variant.corrected, e.folds, e.seeds,
                          e.metrics.cells);
      for (const Figure& f : figures_of(e)) {
        const auto& i = f.estimate.interval;
        text +=
            fmt::format(",{},{},{},{},{}", number(f.estimate.value), number(i ? std::optional(i->low) : std::nullopt),
                        number(i ? std::optional(i->high) : std::nullopt), number(f.spread), number(f.fold_spread));
      }
      text += "\n";
    }
  return text;
}

}  // namespace unetsr::pipeline
