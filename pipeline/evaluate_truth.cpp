#include "pipeline/evaluate_truth.hpp"

#include <cmath>
#include <map>

#include "pipeline/map_baselines.hpp"
#include "pipeline/mapper.hpp"
#include "pipeline/supervision.hpp"

namespace unetsr::pipeline {
namespace {

std::vector<float> map_of(const FinishedRun& run, const data::DatasetFile& file) {
  const Mapper mapper = mapper_of(run);
  const data::Dataset& there = file.description();
  std::vector<float> sif;
  for (size_t window = 0; window < there.windows.size(); ++window) {
    const std::vector<float> map = mapper.map(file, int(window), {0, 0, there.grid.rows, there.grid.columns});
    sif.insert(sif.end(), map.begin(), map.end());
  }
  return sif;
}

std::vector<float> corrected(std::vector<float> maps, const data::Dataset& granules, double cloud_shielding,
                             Conserver& conserver) {
  const size_t cells = size_t(granules.grid.cells());
  for (size_t window = 0; window < granules.windows.size(); ++window)
    conserver.correct(int(window), cloud_shielding, std::span(maps).subspan(window * cells, cells));
  return maps;
}

void keep_present(data::Mask& cells, std::span<const float> values) {
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = cells[i] && !std::isnan(values[i]);
}

// What needs no network, for one split; what is not fitted is made once for all.
class Baselines {
 public:
  explicit Baselines(const data::Dataset& granules) : granules_(granules) {}

  struct Made {
    std::string name;
    const std::vector<float>* map = nullptr;
  };
  // Of coarse training cells; where the network held out fine ones, `training` is empty, and nothing is fitted.
  std::vector<Made> of(const data::Mask& training) {
    fitted_.clear();
    std::vector<Made> all;
    for (const MapBaseline& baseline : map_baselines()) {
      if (baseline.fits && training.empty()) continue;
      auto& maps = baseline.fits ? fitted_ : unfitted_;
      if (!maps.contains(baseline.name)) maps[baseline.name] = baseline.make(granules_, training);
      all.push_back({baseline.name, &maps.at(baseline.name)});
    }
    return all;
  }

 private:
  const data::Dataset& granules_;
  std::map<std::string, std::vector<float>> unfitted_, fitted_;
};

struct RunSplit {
  data::Split fine;
  data::Mask training;  // coarse; empty where the network held out fine cells
};

RunSplit fine_split_of(const FinishedRun& run, const data::Dataset& granules) {
  const bool coarse = holds_out_coarse_cells(run.options.supervision);
  const data::Split split = split_of(run, coarse ? granules.coarse().shape() : granules.shape());
  return coarse ? RunSplit{fine_split(split, granules), split.mask(data::Role::train)} : RunSplit{split, {}};
}

}  // namespace

std::vector<EvaluatedRun> evaluate_against_truth(const std::vector<FinishedRun>& runs, const data::DatasetFile& file,
                                                 const data::Dataset& granules, const data::Layer& truth,
                                                 std::vector<Conserver>& conservers, MapScorer& scorer) {
  std::vector<EvaluatedRun> evaluated_runs;
  std::vector<RunSplit> splits;
  std::vector<std::vector<float>> maps;
  for (const FinishedRun& run : runs) {
    splits.push_back(fine_split_of(run, granules));
    maps.push_back(map_of(run, file));
    evaluated_runs.push_back(evaluated(run, int(granules.windows.size()), splits.back().fine.description,
                                       splits.back().training.empty() ? "fine cells" : ""));
    evaluated_runs.back().shown.split = splits.back().fine;
  }
  const auto groups = same_held_out(evaluated_runs);
  Baselines baselines(granules);
  std::vector<data::Mask> cells;
  for (const auto& group : groups) {
    cells.push_back(splits[group.front()].fine.mask(data::Role::test));
    keep_present(cells.back(), truth.values);
    for (const size_t i : group) keep_present(cells.back(), maps[i]);
    for (const auto& baseline : baselines.of({})) keep_present(cells.back(), *baseline.map);
  }
  scorer.choose_tiles(cells);
  for (size_t g = 0; g < groups.size(); ++g) {
    const auto made = baselines.of(splits[groups[g].front()].training);
    for (const auto& baseline : made) keep_present(cells[g], *baseline.map);
    const auto scored = std::make_shared<std::vector<NamedMap>>();
    for (const auto& baseline : made) scored->push_back({baseline.name, scorer.score(*baseline.map, cells[g], 0)});
    for (const size_t i : groups[g]) {
      EvaluatedRun& e = evaluated_runs[i];
      const FinishedRun& run = runs[i];
      e.scored.baselines = scored;
      e.scored.own = scorer.score(maps[i], cells[g], run.cloud_shielding);
      if (run.uncertainty)
        e.shown.coverage = {coverage_of_truth("truth", maps[i], truth.values, cells[g], *run.uncertainty)};
      for (Conserver& conserver : conservers) {
        const std::vector<float> conserved = corrected(maps[i], granules, run.cloud_shielding, conserver);
        e.scored.conserved.push_back({conserver.kind(), scorer.score(conserved, cells[g], run.cloud_shielding)});
        if (run.uncertainty)
          e.shown.coverage.push_back(coverage_of_truth("truth, conserved " + conserver.kind(), conserved, truth.values,
                                                       cells[g], *run.uncertainty));
      }
      e.shown.prediction = std::move(maps[i]);
      keep_cells(e.shown.prediction, cells[g]);
      if (run.uncertainty)
        for (const float sif : e.shown.prediction)
          e.shown.deviation.push_back(float(run.uncertainty->sigma(double(sif))));
      fill_shown(e);
    }
  }
  return evaluated_runs;
}

}  // namespace unetsr::pipeline
