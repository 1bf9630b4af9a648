#include "pipeline/evaluate/filled_maps.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/predict/map_filling.hpp"

namespace unetsr::pipeline {
namespace {

// The filled cells that are scored, window by window, their errors in units of their standard deviation, and the truth.
struct Scored {
  std::vector<float> network, linear, harmonic, ratio, actual;
  CoverageCounts coverage;
};

Scored fill_and_score(const FinishedRun& run, const FileScene& scene, const CorrectedMaps& maps,
                      const std::function<data::Mask(int window)>& cells) {
  MapFilling filling(scene.file, run, scene.store);
  for (int w = 0; w < scene.windows(); ++w)
    filling.keep(w, whole(scene.header().grid), maps.maps->read(w), maps.left_in(w));
  Scored scored;
  data::Mask chosen;
  std::vector<float> truth;
  int window = -1;
  const auto add = [&](const FilledCell& c) {
    if (c.at.window != window) window = c.at.window, chosen = cells(window), truth = scene.target(window);
    const float actual = truth[c.at.cell];
    if (!chosen[c.at.cell] || std::isnan(actual)) return;
    scored.network.push_back(c.sif), scored.linear.push_back(c.linear), scored.harmonic.push_back(c.harmonic);
    scored.ratio.push_back(c.ratio), scored.actual.push_back(actual);
    if (run.uncertainty) scored.coverage.add((double(c.sif) - double(actual)) / double(filling.deviation_of(c)));
  };
  filling.fill([](double) {},
               [&](std::span<const FilledCell> filled) { std::for_each(filled.begin(), filled.end(), add); });
  return scored;
}

}  // namespace

void add_filled(report::EvaluatedRun& shown, const FinishedRun& run, const FileScene& scene, const CorrectedMaps& maps,
                const std::function<data::Mask(int window)>& cells) {
  const Scored scored = fill_and_score(run, scene, maps, cells);
  if (scored.actual.empty()) return;
  const auto add = [&](const std::string& name, const std::vector<float>& values) {
    shown.filled.push_back({name, data::score(values, scored.actual)});
  };
  shown.filled.clear();
  add(report::filling_network, scored.network);
  if (scene.windows() == 1) {
    add("mean of the window", scored.linear);
  } else {
    add("mean of other windows x ratio nearby", scored.ratio);
    add("harmonic fit", scored.harmonic);
    add("linear in time", scored.linear);
  }
  if (run.uncertainty) shown.coverage.push_back(scored.coverage.coverage("truth, filled cells"));
}

}  // namespace unetsr::pipeline
