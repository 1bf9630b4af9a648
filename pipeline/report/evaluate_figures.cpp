#include <fmt/format.h>

#include "pipeline/report/evaluate_sections.hpp"

namespace unetsr::pipeline::report {

Html scatter_section(const EvaluateReport& r, const std::vector<EntryMap>& maps) {
  std::vector<PredictionPairs> pairs;
  const bool soundings = r.scored_against == ScoredAgainst::soundings;
  for (const EntryMap& map : maps)
    pairs.push_back(soundings ? PredictionPairs{map.name, map.measured, map.remeasured}
                              : PredictionPairs{map.name, r.target, map.values});
  if (pairs.empty()) return {};
  if (soundings)
    return figure(scatter_panels(pairs, "soundings"),
                  "Held-out soundings, and the means over their footprints of maps that were made without them; "
                  "brighter is more soundings (logarithmic). Soundings are mostly noise, so that the cloud is wide for "
                  "a perfect map too. The dashed line is perfect agreement.");
  return figure(scatter_panels(pairs),
                "Predicted against actual SIF on the held-out cells; brighter is more cells (logarithmic). The dashed "
                "line is perfect agreement.");
}

Html spectra_section(const EvaluateReport& r) {
  Html section;
  for (const Pool& pool : r.pools) {
    if (!pool.spectra || pool.spectra->lines.empty()) continue;
    const Spectra& spectra = *pool.spectra;
    const std::string target = r.scored_against == ScoredAgainst::truth ? "truth" : "target";
    const Axis wavelength{.label = "wavelength, km (broad to fine)", .logarithmic = true, .reversed = true};
    LineChart power{"Power (logarithmic)", wavelength, {.label = "", .logarithmic = true}, {}};
    LineChart ratio{"Power over that of the " + target, wavelength, {.label = "ratio"}, {}};
    int baselines = 0;
    for (const Spectra::Line& line : spectra.lines) {
      Series series{target, "s-ink", spectra.wavelength_km, line.power};
      for (size_t i = 0; i < pool.entries.size(); ++i) {
        if (&line == &spectra.lines.front() || pool.entries[i].name != line.name) continue;
        series.name = entry_name(pool.entries[i]);
        series.colour = entry_colour(pool, i);
        if (pool.entries[i].baseline) series.dashes = 1 + baselines++ % 4;
      }
      power.series.push_back(series);
      for (size_t i = 0; i < series.y.size(); ++i) series.y[i] /= spectra.lines.front().power[i];
      ratio.series.push_back(series);
    }
    for (LineChart* chart : {&power, &ratio})
      if (spectra.coarse_wavelength_km > 0) chart->mark = {spectra.coarse_wavelength_km, "two coarse cells"};
    section +=
        figure(legend_of(power.series) + panels(line_chart(power) + line_chart(ratio)),
               fmt::format("Held out: {}. How much the maps vary at each wavelength. Right of the dashed line is "
                           "detail that the coarse SIF does not hold: a map below the {} there is too smooth, one "
                           "above it has noise or invents detail.",
                           pool.held_out, target),
               pool.leaky);
  }
  return section;
}

}  // namespace unetsr::pipeline::report
