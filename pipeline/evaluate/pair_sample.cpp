#include "pipeline/evaluate/pair_sample.hpp"

#include <algorithm>
#include <cmath>

namespace unetsr::pipeline {

PairSample::PairSample(const FileScene& scene) {
  constexpr double most = 2e6;
  if (scene.pictures.side() > 1) every_ = size_t(std::ceil(double(scene.windows()) * double(scene.cells()) / most));
}

void PairSample::add(std::span<const float> map, std::span<const float> target, const data::Mask& cells,
                     report::EvaluatedRun& run) {
  if (every_ == 0) return;
  for (size_t i = 0; i < map.size(); ++i) {
    if (!cells[i] || std::isnan(map[i]) || std::isnan(target[i]) || seen_++ % every_ != 0) continue;
    run.measured.push_back(target[i]), run.remeasured.push_back(map[i]);
  }
}

}  // namespace unetsr::pipeline
