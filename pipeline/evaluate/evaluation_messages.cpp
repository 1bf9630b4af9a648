#include "pipeline/evaluate/evaluation_messages.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/console/text_table.hpp"
#include "pipeline/evaluate/evaluation_tables.hpp"
#include "pipeline/maps/conservation.hpp"

namespace unetsr::pipeline {
namespace {

struct Row {
  std::string name;
  data::Metrics metrics;
  std::string held_out;
};

void add_sorted(std::vector<Row> rows, TextTable& table) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.metrics.rmse < b.metrics.rmse; });
  for (const Row& row : rows)
    table.add({row.name, fmt::format("{:.4f}", row.metrics.rmse), fmt::format("{:.4f}", row.metrics.mae),
               fmt::format("{:.3f}", row.metrics.r2), row.held_out});
}

}  // namespace

void print_scores(const report::EvaluateReport& report, const Output& output) {
  std::vector<Row> runs, baselines;
  for (const report::EvaluatedRun& run : report.runs) {
    const std::string held_out = held_out_in_words(report, run);
    runs.push_back({run.name, run.metrics, held_out});
    for (const auto& c : run.conserved)
      runs.push_back({run.name + ", " + conserved_in_words(parse<Conservation>(c.name)), c.metrics, held_out});
  }
  for (const auto& baseline : report.runs.back().baselines)
    baselines.push_back({baseline.name, baseline.metrics, held_out_in_words(report, report.runs.back())});
  TextTable table({"run", "RMSE", "MAE", "R2", "test cells"}, {4});
  add_sorted(std::move(runs), table);
  if (!baselines.empty()) table.add({"baselines"});
  add_sorted(std::move(baselines), table);
  output.line("\nscores (RMSE and MAE in mW m-2 sr-1 nm-1)\n" + table.text(output.width()));
  for (const report::EvaluatedRun& run : report.runs)
    for (const Coverage& c : run.coverage) output.line(fmt::format("calibration of {}: {}", run.name, in_words(c)));
}

}  // namespace unetsr::pipeline
