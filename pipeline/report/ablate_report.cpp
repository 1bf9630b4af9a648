#include "pipeline/report/ablate_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/report/page.hpp"
#include "pipeline/report/sections.hpp"

namespace unetsr::pipeline::report {
namespace {

constexpr int decimals = 4;

bool is_reference(const AblatedEntry& e) {
  return e.name == "reference";
}

const AblatedEntry* reference_of(const AblateReport& r) {
  const auto found = std::find_if(r.entries.begin(), r.entries.end(), is_reference);
  return found == r.entries.end() ? nullptr : &*found;
}

int count_of(const AblateReport& r, bool (*is)(const data::Interval&)) {
  return int(std::count_if(r.entries.begin(), r.entries.end(), [&](const AblatedEntry& e) {
    return e.rmse_difference.interval && is(*e.rmse_difference.interval);
  }));
}

bool better(const data::Interval& difference) {
  return difference.high < 0;
}

bool worse(const data::Interval& difference) {
  return difference.low > 0;
}

const char* verdict(const data::Interval& difference) {
  return better(difference) ? "better" : worse(difference) ? "worse" : "no clear difference";
}

Html headline(const AblateReport& r) {
  std::vector<KeyFigure> figures;
  if (const AblatedEntry* reference = reference_of(r))
    figures.push_back({"Reference, RMSE", fixed(reference->metrics.rmse, decimals), sif_units, r.leaky});
  const std::string of = fmt::format("of {} variations", r.entries.empty() ? 0 : r.entries.size() - 1);
  figures.push_back({"Better than the reference", std::to_string(count_of(r, better)), of, r.leaky});
  figures.push_back({"Worse than the reference", std::to_string(count_of(r, worse)), of, r.leaky});
  if (!r.entries.empty() && r.entries.back().rmse_difference.value > 0)
    figures.push_back({"Largest rise of the RMSE", r.entries.back().name,
                       fmt::format("by {} {}", fixed(r.entries.back().rmse_difference.value, decimals), sif_units),
                       r.leaky});
  return key_figures(figures) +
         note("Better and worse are counted where the 95 % interval of the difference does not contain 0.");
}

Html chart(const AblateReport& r) {
  BarChart chart{
      "Difference from the reference", "RMSE minus that of the reference, " + sif_units, decimals, {}, {}, ""};
  chart.dots = true;
  for (const AblatedEntry& e : r.entries) {
    const auto& interval = e.rmse_difference.interval;
    chart.bars.push_back({e.name, is_reference(e) ? "ink" : "blue", e.rmse_difference.value,
                          interval ? std::optional(Range{interval->low, interval->high}) : std::nullopt});
  }
  if (chart.bars.empty()) return not_available("No variations were evaluated.");
  return figure(bar_chart(chart),
                "Left of the dashed line a variation is better than the reference, right of it worse. Lines are 95 % "
                "intervals of the difference on the same cells: one that crosses the dashed "
                "line means no clear difference.",
                r.leaky);
}

Cell difference_cell(const AblatedEntry& e) {
  const data::Estimate& difference = e.rmse_difference;
  if (is_reference(e)) return {escape("–"), 0};
  Html cell = escape(fixed(difference.value, decimals));
  if (const auto& interval = difference.interval)
    cell += element("span", {{"class", "interval"}},
                    escape(fmt::format("{} to {}: {}", fixed(interval->low, decimals), fixed(interval->high, decimals),
                                       verdict(*interval))));
  return {cell, difference.value};
}

Cell spread_cell(const AblatedEntry& e, double data::Metrics::*value) {
  Html cell = escape(fixed(e.metrics.*value, decimals));
  if (e.spread) cell += element("span", {{"class", "seeds"}}, escape(" ± " + fixed((*e.spread).*value, decimals)));
  return {cell, e.metrics.*value};
}

Html scores(const AblateReport& r) {
  static constexpr const char* against[] = {"the dataset's fine SIF", "the soundings", "the truth"};
  Table t{
      fmt::format("Test cells: {}; scored against {}. RMSE and differences are in {}. Small figures: 95 % intervals. "
                  "±: standard deviation over the seeds.",
                  r.held_out, against[size_t(r.scored_against)], sif_units),
      r.leaky,
      {{"Variation", false},
       {"Difference of RMSE", true, Better::low},
       {"RMSE", true, Better::low},
       {"R²"},
       {"Parameters", true, Better::low},
       {"Folds"},
       {"Seeds"},
       {"Model", false},
       {"Features", false}},
      {},
      true};
  for (const AblatedEntry& e : r.entries)
    t.rows.push_back(
        {{escape(e.name), difference_cell(e), spread_cell(e, &data::Metrics::rmse), spread_cell(e, &data::Metrics::r2),
          escape(with_thousands(e.parameters)), escape(std::to_string(e.folds)), escape(std::to_string(e.seeds)),
          element("code", {}, escape(e.model)), escape(joined(e.features))},
         is_reference(e) ? "best" : ""});
  return table(t);
}

Html limits() {
  Html items;
  for (
      const char* text :
      {"A feature that others can replace costs little when it is omitted. That does not show that the network does "
       "not use it: `unetsr explain` shows the use.",
       "The intervals hold for the held-out cells; other parts of the scene can differ by more. Several variations are compared with one reference: the "
       "best of many is partly so by chance.",
       "With one seed a difference can come from the training alone. `--seeds 1,2,3` shows how much it varies."})
    items += element("li", {}, prose(text));
  return element("ul", {{"class", "limits"}}, items);
}

}  // namespace

std::string ablate_page(const AblateReport& r) {
  Page page("Ablation", fmt::format("Variations of one network on `{}`; test cells: {}. Maps and all scores are in "
                                    "`report/report.html`.",
                                    r.dataset, r.held_out));
  page.lead(headline(r));
  page.section("differences", "Differences", chart(r));
  page.section("scores", "Scores", scores(r));
  page.section("limits", "What these figures do not show", limits());
  page.section("provenance", "Provenance", provenance_section(r.provenance));
  return page.text();
}

}  // namespace unetsr::pipeline::report
