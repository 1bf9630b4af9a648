#include <fmt/format.h>

#include "pipeline/report/baseline_rows.hpp"
#include "pipeline/report/evaluate_sections.hpp"

namespace unetsr::pipeline::report {
namespace {

constexpr int decimals = 3;

std::vector<BaselineRow<PooledEntry>> rows_of(const Pool& pool) {
  std::vector<const PooledEntry*> baselines;
  for (const PooledEntry& e : pool.entries)
    if (e.baseline) baselines.push_back(&e);
  return baseline_rows(baselines);
}

bool has_variants(const std::vector<BaselineRow<PooledEntry>>& rows) {
  return has_column(rows, 1) || has_column(rows, 2) || has_column(rows, 3);
}

Cell rmse_cell(const PooledEntry* e, bool best) {
  if (!e) return {escape("–")};
  const Html value = escape(fixed(e->metrics.rmse, decimals));
  Html cell = best ? element("strong", {}, value) : value;
  if (e->intervals.rmse)
    cell += element("span", {{"class", "interval"}},
                    escape(fmt::format("{} to {}", fixed(e->intervals.rmse->low, decimals),
                                       fixed(e->intervals.rmse->high, decimals))));
  return {cell, e->metrics.rmse};
}

std::string caption_of(const std::vector<BaselineRow<PooledEntry>>& rows) {
  std::string text = "RMSE of the baselines, " + sif_units + "; bold: the best of a row.";
  if (has_column(rows, 1) || has_column(rows, 3))
    text += " Denoised bands: the map is made of the bands without the noise of single pixels.";
  if (has_column(rows, 2) || has_column(rows, 3))
    text +=
        " Corrected: by the same soundings and in the same way as the network's map, which makes it a map of a clear "
        "sky too. Small figures: 95 % intervals.";
  return text;
}

}  // namespace

Pool condensed(const Pool& pool) {
  std::vector<const PooledEntry*> kept;
  for (const auto& row : rows_of(pool))
    if (row.best()) kept.push_back(row.best());
  const auto shown = [&](const PooledEntry& e) {
    return !e.baseline || e.variant == MapVariant{"coarse"} || std::find(kept.begin(), kept.end(), &e) != kept.end();
  };
  Pool short_pool = pool;
  short_pool.entries.clear();
  for (Stratum& s : short_pool.strata) s.metrics.clear();
  for (size_t i = 0; i < pool.entries.size(); ++i) {
    const PooledEntry& e = pool.entries[i];
    if (!shown(e)) {
      if (short_pool.spectra)
        std::erase_if(short_pool.spectra->lines, [&](const Spectra::Line& line) { return line.name == e.name; });
      continue;
    }
    short_pool.entries.push_back(e);
    for (size_t s = 0; s < pool.strata.size(); ++s)
      short_pool.strata[s].metrics.push_back(pool.strata[s].metrics.at(i));
  }
  return short_pool;
}

Html baselines_part(const Pool& pool) {
  const auto rows = rows_of(pool);
  if (!has_variants(rows)) return {};
  Table t{caption_of(rows), pool.leaky, {{"Baseline", false}}, {}, true};
  for (size_t c = 0; c < variant_columns.size(); ++c)
    if (has_column(rows, c)) t.columns.push_back({variant_columns[c], true, Better::low});
  for (const auto& row : rows) {
    std::vector<Cell> cells = {escape(display_name(row.method))};
    for (size_t c = 0; c < variant_columns.size(); ++c)
      if (has_column(rows, c)) cells.push_back(rmse_cell(row.maps[c], row.maps[c] && row.maps[c] == row.best()));
    t.rows.push_back({std::move(cells), "baseline"});
  }
  return subheading("Baselines, and the same corrected") + table(t);
}

Html contributions_part(const Pool& pool) {
  if (pool.contributions.empty()) return {};
  Table t{
      fmt::format("RMSE of the second map minus that of the first, {}: below 0, the step makes the map better. Where "
                  "a step allows several maps, the best of them are compared. Small figures: 95 % intervals.",
                  sif_units),
      pool.leaky,
      {{"Step", false}, {"From", false}, {"To", false}, {"RMSE difference", true, Better::low}},
      {},
      false};
  for (const Contribution& c : pool.contributions)
    t.rows.push_back(
        {{escape(c.what), escape(entry_name(c.from)), escape(entry_name(c.to)), difference_cell(c.difference)}});
  return subheading("What denoising, the correction, footprints and the network bring") + table(t);
}

}  // namespace unetsr::pipeline::report
