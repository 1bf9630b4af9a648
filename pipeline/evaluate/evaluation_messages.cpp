#include "pipeline/evaluate/evaluation_messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/console/text_table.hpp"
#include "pipeline/evaluate/evaluation_tables.hpp"
#include "pipeline/maps/conservation.hpp"
#include "pipeline/report/baseline_rows.hpp"
#include "pipeline/report/interval_words.hpp"

namespace unetsr::pipeline {
namespace {

struct Row {
  std::string name;
  data::Metrics metrics;
};

void add_sorted(std::vector<Row> rows, TextTable& table) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.metrics.rmse < b.metrics.rmse; });
  for (const Row& row : rows)
    table.add({row.name, fmt::format("{:.4f}", row.metrics.rmse), fmt::format("{:.4f}", row.metrics.mae),
               fmt::format("{:.3f}", row.metrics.r2)});
}

std::vector<Row> rows_of(const report::EvaluatedRun& run) {
  std::vector<Row> rows = {{run.name, run.metrics}};
  for (const auto& c : run.conserved)
    rows.push_back({run.name + ", " + conserved_in_words(parse<Conservation>(c.name)), c.metrics});
  return rows;
}

// One row a baseline: the RMSE of its map, of that of denoised bands, and of both corrected; then the best one's R2.
std::string baselines_text(const std::vector<report::EvaluatedBaseline>& baselines, size_t width) {
  std::vector<const report::EvaluatedBaseline*> all;
  for (const auto& baseline : baselines) all.push_back(&baseline);
  const auto rows = report::baseline_rows(all);
  std::vector<std::string> header = {"baseline's RMSE"};
  for (size_t c = 0; c < report::variant_columns.size(); ++c)
    if (report::has_column(rows, c)) header.push_back(report::variant_columns[c]);
  header.push_back("best R2");
  TextTable table(std::move(header));
  for (const auto& row : rows) {
    std::vector<std::string> cells = {row.method};
    for (size_t c = 0; c < report::variant_columns.size(); ++c)
      if (report::has_column(rows, c))
        cells.push_back(row.maps[c] ? fmt::format("{:.4f}", row.maps[c]->metrics.rmse) : "");
    cells.push_back(row.best() ? fmt::format("{:.3f}", row.best()->metrics.r2) : "");
    table.add(std::move(cells));
  }
  return table.text(width);
}

// Runs that held out the same cells, and the baselines on these.
void print_table(const std::vector<const report::EvaluatedRun*>& runs, const std::string& held_out,
                 const Output& output) {
  std::vector<Row> networks;
  for (const report::EvaluatedRun* run : runs)
    for (Row& row : rows_of(*run)) networks.push_back(std::move(row));
  TextTable table({"run", "RMSE", "MAE", "R2"});
  add_sorted(std::move(networks), table);
  output.line(fmt::format("\nscores on {}\n(RMSE and MAE in mW m-2 sr-1 nm-1)\n{}\n{}", held_out,
                          table.text(output.width()), baselines_text(runs.back()->baselines, output.width())));
}

// What the intervals of the files hold for, and whether they do.
void print_intervals(const report::Pool& pool, const Output& output) {
  if (std::none_of(pool.entries.begin(), pool.entries.end(), [](const auto& e) { return e.intervals.rmse; })) return;
  output.line(fmt::format("95 % intervals on {}: for {}", pool.held_out, report::area_of_intervals(pool)));
  if (const std::string words = report::too_narrow_in_words(pool); !words.empty())
    output.warning(fmt::format("{}: {}", pool.held_out, words));
}

void print_filled(const report::EvaluatedRun& run, const Output& output) {
  TextTable table({"filled by", "RMSE", "bias", "R2"});
  for (const auto& f : run.filled)
    table.add({f.name, fmt::format("{:.4f}", f.metrics.rmse), fmt::format("{:.4f}", f.metrics.bias),
               fmt::format("{:.3f}", f.metrics.r2)});
  output.line(fmt::format("filled gaps of {}, {} test cells, against the truth\n{}", run.name,
                          run.filled.front().metrics.cells, table.text(output.width())));
}

}  // namespace

void print_scores(const report::EvaluateReport& report, const Output& output) {
  std::vector<std::pair<std::string, std::vector<const report::EvaluatedRun*>>> tables;
  for (const report::EvaluatedRun& run : report.runs) {
    const std::string held_out = held_out_in_words(report, run);
    const auto same = std::find_if(tables.begin(), tables.end(), [&](const auto& t) { return t.first == held_out; });
    (same == tables.end() ? tables.emplace_back(held_out, std::vector<const report::EvaluatedRun*>{}) : *same)
        .second.push_back(&run);
  }
  const std::string& world = report.provenance.world;
  const std::string where = world.empty() ? "" : ", simulated world " + world;
  for (const auto& [held_out, runs] : tables) print_table(runs, held_out + where, output);
  for (const report::Pool& pool : report.pools) print_intervals(pool, output);
  if (report.noise_ceiling_r2 && std::isfinite(*report.noise_ceiling_r2))
    output.line(fmt::format("noise ceiling: a perfect map would have R2 {:.3f}", *report.noise_ceiling_r2));
  for (const report::EvaluatedRun& run : report.runs)
    if (!run.filled.empty()) print_filled(run, output);
  for (const report::EvaluatedRun& run : report.runs)
    for (const Coverage& c : run.coverage) output.line(fmt::format("calibration of {}: {}", run.name, in_words(c)));
}

}  // namespace unetsr::pipeline
