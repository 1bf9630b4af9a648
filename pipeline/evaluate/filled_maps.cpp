#include "pipeline/evaluate/filled_maps.hpp"

#include <cmath>

#include "pipeline/predict/map_filling.hpp"

namespace unetsr::pipeline {
namespace {

MapFilling filled(const FinishedRun& run, const FileScene& scene, const CorrectedMaps& maps) {
  MapFilling filling(scene.file, run);
  for (int w = 0; w < scene.windows(); ++w)
    filling.keep(w, whole(scene.header().grid), maps.maps->read(w), maps.left_in(w));
  filling.fill([](double) {});
  return filling;
}

// The filled cells that are scored, window by window, their errors in units of their standard deviation, and the truth.
struct Scored {
  std::vector<float> network, linear, harmonic, ratio, actual;
  CoverageCounts coverage;
};

Scored score(const MapFilling& filling, const FinishedRun& run, const FileScene& scene,
             const std::function<data::Mask(int window)>& cells) {
  Scored scored;
  data::Mask chosen;
  std::vector<float> truth, deviation;
  int window = -1;
  for (const FilledCell& c : filling.gaps().cells) {
    if (c.at.window != window) {
      window = c.at.window, chosen = cells(window), truth = scene.target(window);
      if (run.uncertainty) deviation = filling.deviation(window);
    }
    const float actual = truth[c.at.cell];
    if (!chosen[c.at.cell] || std::isnan(actual)) continue;
    scored.network.push_back(c.sif), scored.linear.push_back(c.linear), scored.harmonic.push_back(c.harmonic);
    scored.ratio.push_back(c.ratio), scored.actual.push_back(actual);
    if (run.uncertainty) scored.coverage.add((double(c.sif) - double(actual)) / double(deviation[c.at.cell]));
  }
  return scored;
}

}  // namespace

void add_filled(report::EvaluatedRun& shown, const FinishedRun& run, const FileScene& scene, const CorrectedMaps& maps,
                const std::function<data::Mask(int window)>& cells) {
  const Scored scored = score(filled(run, scene, maps), run, scene, cells);
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
