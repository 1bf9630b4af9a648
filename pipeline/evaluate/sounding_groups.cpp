#include "pipeline/evaluate/sounding_groups.hpp"

#include <cmath>

#include "data/dataset/missing.hpp"

namespace unetsr::pipeline {

std::vector<ComparedSoundings> compared_soundings(const SoundingComparison& comparison,
                                                  const std::vector<uint8_t>& halves, int windows) {
  std::vector<ComparedSoundings> all;
  for (int half = 0; half < 2; ++half) {
    const size_t first = all.size();
    for (int w = 0; w < windows; ++w) all.push_back({half, w, {}});
    for (size_t i = 0; i < halves.size(); ++i)
      if (comparison.is_compared(i, halves, uint8_t(half), {data::Role::test}))
        all[first + size_t(comparison.soundings()[i].window)].soundings.push_back(i);
  }
  return all;
}

SoundingGroup::SoundingGroup(const SoundingComparison& comparison, std::vector<ComparedSoundings> soundings)
    : compared(std::move(soundings)) {
  const data::SoundingCells& all = comparison.soundings();
  for (const ComparedSoundings& some : compared)
    for (const size_t i : some.soundings) {
      measured.push_back(all[i].sif);
      cells.push_back(all.middle(i) % all.cells_of_window());
      noise_variance.push_back(std::pow(double(all[i].error), 2));
    }
}

void SoundingGroup::keep_common() {
  for (const auto* from : {&baselines, &networks, &uncorrected})
    for (const PredictedSoundings& p : *from)
      for (size_t i = 0; i < measured.size(); ++i)
        if (std::isnan(p.values[i])) measured[i] = data::missing;
}

std::vector<ScoredMap> SoundingGroup::score(const std::vector<PredictedSoundings>& maps,
                                            const MapScorer& scorer) const {
  std::vector<ScoredMap> scored(maps.size(), scorer.empty());
  size_t first = 0;
  for (const ComparedSoundings& some : compared) {
    const size_t count = some.soundings.size();
    const auto part = [&](const auto& all) { return std::span(all).subspan(first, count); };
    const WindowScorer window = scorer.window(some.window);
    for (size_t k = 0; k < maps.size(); ++k) window.add(part(maps[k].values), part(measured), part(cells), scored[k]);
    first += count;
  }
  for (size_t k = 0; k < maps.size(); ++k)
    for (size_t b = 0; b < scored[k].blocks.size(); ++b) scored[k].blocks[b].add(maps[k].negatives.blocks[b]);
  return scored;
}

}  // namespace unetsr::pipeline
