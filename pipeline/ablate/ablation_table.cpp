#include "pipeline/ablate/ablation_table.hpp"
#include "pipeline/console/csv_text.hpp"
#include "pipeline/console/text_table.hpp"
#include "pipeline/console/version.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "kernels/error.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;

const report::PooledEntry* entry_of(const report::Pool& pool, const std::string& run) {
  for (const report::PooledEntry& e : pool.entries)
    if (std::find(e.runs.begin(), e.runs.end(), run) != e.runs.end()) return &e;
  return nullptr;
}

// Whether the interval of the difference leaves no doubt of its sign.
bool differs(const AblatedEntry& e) {
  const auto& interval = e.rmse_difference.interval;
  return interval && (interval->low > 0 || interval->high < 0);
}

}  // namespace

std::vector<AblatedEntry> ablated_entries(const report::EvaluateReport& report,
                                          const std::vector<std::pair<std::string, std::string>>& runs) {
  std::vector<AblatedEntry> all;
  const report::Pool& pool = report.pools.front();
  for (const auto& [name, run] : runs) {
    const report::PooledEntry* entry = entry_of(pool, run);
    const auto shown =
        std::find_if(report.runs.begin(), report.runs.end(), [&, r = run](const auto& e) { return e.name == r; });
    if (!entry || shown == report.runs.end())
      throw Error(name + " did not hold out what the reference did, so that they cannot be compared");
    AblatedEntry e{name,         shown->model,   shown->features, shown->parameters,    entry->folds,
                   entry->seeds, entry->metrics, entry->spread,   entry->less_reference};
    if (all.empty()) e.rmse_difference = {0, {}};
    all.push_back(std::move(e));
  }
  std::stable_sort(all.begin(), all.end(), [](const AblatedEntry& a, const AblatedEntry& b) {
    return a.rmse_difference.value < b.rmse_difference.value;
  });
  return all;
}

std::string ablation_text(const std::vector<AblatedEntry>& entries, size_t width) {
  TextTable table({"variation", "RMSE", "difference", "95 % interval", "R2", ""}, {5});
  for (const AblatedEntry& e : entries) {
    const bool reference = e.name == "reference";
    const auto& interval = e.rmse_difference.interval;
    table.add({e.name, fmt::format("{:.4f}", e.metrics.rmse),
               reference ? "" : fmt::format("{:+.4f}", e.rmse_difference.value),
               reference || !interval ? "" : fmt::format("{:+.4f} to {:+.4f}", interval->low, interval->high),
               fmt::format("{:.3f}", e.metrics.r2),
               reference              ? ""
               : !interval            ? "too few blocks"
               : interval->too_narrow ? "interval too narrow"
               : differs(e)           ? ""
                                      : "may be chance"});
  }
  return table.text(width);
}

std::string ablation_csv(const std::vector<AblatedEntry>& entries, const report::Pool& pool) {
  const auto number = [](double value) { return std::isfinite(value) ? fmt::format("{:.6g}", value) : std::string(); };
  std::string text =
      "variation,leaky,model,features,parameters,folds,seeds,cells,rmse,rmse_sd,r2,r2_sd,rmse_difference,"
      "rmse_difference_low,rmse_difference_high\n";
  for (const AblatedEntry& e : entries) {
    const auto& interval = e.rmse_difference.interval;
    text +=
        fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_text(e.name), int(pool.leaky),
                    csv_text(e.model), csv_cell(fmt::format("{}", fmt::join(e.features, " "))), e.parameters, e.folds,
                    e.seeds, e.metrics.cells, number(e.metrics.rmse), e.spread ? number(e.spread->rmse) : "",
                    number(e.metrics.r2), e.spread ? number(e.spread->r2) : "", number(e.rmse_difference.value),
                    interval ? number(interval->low) : "", interval ? number(interval->high) : "");
  }
  return text;
}

std::string ablation_json(const std::vector<AblatedEntry>& entries, const std::string& dataset,
                          const report::Pool& pool) {
  Json json = {{"software", "unetsr " + version()},
               {"dataset", dataset},
               {"held_out", pool.held_out},
               {"leaky", pool.leaky},
               {"variations", Json::array()}};
  for (const AblatedEntry& e : entries) {
    Json row = {{"variation", e.name},      {"model", e.model},
                {"features", e.features},   {"parameters", e.parameters},
                {"folds", e.folds},         {"seeds", e.seeds},
                {"cells", e.metrics.cells}, {"rmse", e.metrics.rmse},
                {"r2", e.metrics.r2},       {"rmse_difference", {{"value", e.rmse_difference.value}}}};
    if (e.spread) row["rmse_sd"] = e.spread->rmse, row["r2_sd"] = e.spread->r2;
    if (const auto& interval = e.rmse_difference.interval) {
      row["rmse_difference"]["low"] = interval->low;
      row["rmse_difference"]["high"] = interval->high;
      if (interval->too_narrow) row["rmse_difference"]["too_narrow"] = true;
      row["told_apart"] = differs(e);
    }
    json["variations"].push_back(std::move(row));
  }
  return json.dump(2) + "\n";
}

}  // namespace unetsr::pipeline
