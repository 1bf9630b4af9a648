#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/report/evaluate_sections.hpp"

namespace unetsr::pipeline::report {
namespace {

bool against_soundings(const EvaluateReport& r) {
  return r.scored_against == ScoredAgainst::soundings;
}

std::string target_of(const EvaluateReport& r) {
  return r.scored_against == ScoredAgainst::truth ? "truth" : "target";
}

PredictionPairs pairs_of(const EvaluateReport& r, const EntryMap& map) {
  return against_soundings(r) || r.picture_cells > 1 ? PredictionPairs{map.name, map.measured, map.remeasured}
                                                     : PredictionPairs{map.name, r.target, map.values};
}

std::vector<double> residuals_of(const PredictionPairs& pairs) {
  std::vector<double> residuals;
  for (size_t i = 0; i < std::min(pairs.actual.size(), pairs.predicted.size()); ++i)
    if (std::isfinite(pairs.actual[i]) && std::isfinite(pairs.predicted[i]))
      residuals.push_back(double(pairs.actual[i]) - double(pairs.predicted[i]));
  return residuals;
}

// Percent of the residuals in bins between -reach and reach.
Series histogram_of(const std::vector<double>& residuals, double reach, Series series) {
  constexpr int bins = 41;
  const double width = 2 * reach / bins;
  std::vector<int64_t> counts(bins, 0);
  for (const double residual : residuals) {
    const double bin = std::floor((residual + reach) / width);
    if (bin >= 0 && bin < bins) ++counts[size_t(bin)];
  }
  for (int k = 0; k < bins; ++k) {
    series.x.push_back(-reach + (k + 0.5) * width);
    series.y.push_back(100 * double(counts[size_t(k)]) / double(residuals.size()));
  }
  return series;
}

Html spectra_of(const EvaluateReport& r, const Pool& pool) {
  const Spectra& spectra = *pool.spectra;
  const std::string target = target_of(r);
  const Axis wavelength{.label = "wavelength, km (from broad to fine)", .logarithmic = true, .reversed = true};
  LineChart power{"Power", wavelength, {.label = "power, (mW m⁻² sr⁻¹ nm⁻¹)²", .logarithmic = true}, {}};
  LineChart ratio{"Power over that of the " + target, wavelength, {.label = "ratio"}, {}};
  for (const Spectra::Line& line : spectra.lines) {
    Series series{target, "ink", {}, {}};
    for (size_t i = 0; i < pool.entries.size(); ++i)
      if (&line != &spectra.lines.front() && pool.entries[i].name == line.name) series = entry_series(pool, i);
    series.x = spectra.wavelength_km, series.y = line.power;
    power.series.push_back(series);
    for (size_t i = 0; i < series.y.size(); ++i) series.y[i] /= spectra.lines.front().power[i];
    ratio.series.push_back(series);
  }
  for (LineChart* chart : {&power, &ratio})
    if (spectra.coarse_wavelength_km > 0) chart->mark = {spectra.coarse_wavelength_km, "two coarse cells"};
  return figure(
      chart_group(line_chart(power) + line_chart(ratio)),
      fmt::format("Variance of the maps by wavelength. Test cells: {}. Right of the dashed line is detail that "
                  "the coarse SIF does not contain: a map below the {} there is too smooth, one above it has "
                  "noise or invented detail. The legend switches further maps on.",
                  pool.held_out, target),
      pool.leaky);
}

}  // namespace

Html scatter_section(const EvaluateReport& r, const std::vector<EntryMap>& maps) {
  std::vector<PredictionPairs> pairs;
  for (const EntryMap& map : maps) pairs.push_back(pairs_of(r, map));
  if (pairs.empty()) return {};
  const Html residuals = residuals_part(r, maps);
  if (against_soundings(r))
    return figure(scatter_panels(pairs, "soundings"),
                  "Test soundings, and the means over their footprints of maps that were made without them; brighter "
                  "is more soundings (logarithmic). Soundings are mostly noise, so the cloud is wide for a perfect map "
                  "too. The dashed line is perfect agreement.") +
           residuals;
  return figure(scatter_panels(pairs),
                "Predicted against actual SIF on the test cells; brighter is more cells (logarithmic). The dashed line "
                "is perfect agreement.") +
         residuals;
}

Html residuals_part(const EvaluateReport& r, const std::vector<EntryMap>& maps) {
  std::vector<std::vector<double>> residuals;
  std::vector<double> all;
  for (const EntryMap& map : maps) {
    residuals.push_back(residuals_of(pairs_of(r, map)));
    all.insert(all.end(), residuals.back().begin(), residuals.back().end());
  }
  if (all.empty()) return {};
  const Range range = quantile_range(std::move(all), 0.005, 0.995);
  const double reach = std::max({std::abs(range.low), std::abs(range.high), 1e-6});
  LineChart chart{"Residuals",
                  {.label = "observed minus predicted, " + sif_units, .range = Range{-reach, reach}},
                  {.label = against_soundings(r) ? "% of the soundings" : "% of the cells"},
                  {}};
  chart.mark = {0, "no error"};
  std::string spreads;
  for (size_t i = 0; i < maps.size(); ++i) {
    if (residuals[i].empty()) continue;
    chart.series.push_back(
        histogram_of(residuals[i], reach, {maps[i].name, palette_colour(i), {}, {}, SeriesShape::steps}));
    spreads += fmt::format(" {}: mean {}, standard deviation {} {}.", maps[i].name, fixed(mean(residuals[i]), 3),
                           fixed(standard_deviation(residuals[i]), 3), sif_units);
  }
  return subheading("Residuals") + figure(line_chart(chart), "How the residuals are distributed." + spreads);
}

Html spectra_section(const EvaluateReport& r) {
  Html section;
  for (const Pool& pool : r.pools)
    if (pool.spectra && !pool.spectra->lines.empty()) section += spectra_of(r, condensed(pool));
  return section;
}

}  // namespace unetsr::pipeline::report
