#include "pipeline/evaluate_truth.hpp"

#include <cmath>
#include <limits>

#include "kernels/error.hpp"
#include "pipeline/map_baselines.hpp"
#include "pipeline/mapper.hpp"
#include "pipeline/supervision.hpp"

namespace unetsr::pipeline {
namespace {

struct Candidate {
  std::string name;
  std::vector<float> sif;
};

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

data::Split on_fine_cells(const data::Split& split, const data::Dataset& granules) {
  data::Split fine{split.description, split.windows, granules.grid.rows, granules.grid.columns, {}};
  data::Mask roles(split.roles.size());
  for (size_t i = 0; i < roles.size(); ++i) roles[i] = uint8_t(split.roles[i]);
  for (const uint8_t role : fine_mask(granules, roles)) fine.roles.push_back(data::Role(role));
  return fine;
}

}  // namespace

report::EvaluatedRun evaluate_against_truth(const FinishedRun& run, const data::DatasetFile& file,
                                            const data::Dataset& granules, const data::Layer& truth,
                                            std::vector<Conserver>& conservers) {
  const HonestOptions options = honest_options(run.options);
  // What a network that learnt on the fine cells held out is a choice of fine cells; else of coarse ones.
  const bool coarse = holds_out_coarse_cells(run.options.supervision);
  const Shape shape = coarse ? granules.coarse().shape() : granules.shape();
  const data::Split held_out = make_split(shape, options);
  const data::Split split = coarse ? on_fine_cells(held_out, granules) : held_out;
  // What fits learns where the network did.
  const data::Mask training = held_out.mask(data::Role::train);
  std::vector<Candidate> candidates;
  for (const MapBaseline& baseline : map_baselines())
    if (coarse || !baseline.fits) candidates.push_back({baseline.name, baseline.make(granules, training)});
  report::EvaluatedRun e;
  e.held_out = split.description + ", against the truth";
  e.split = split;
  e.prediction = map_of(run, file);
  const std::vector<float> map = e.prediction;
  data::Mask cells = split.mask(data::Role::test);
  for (size_t i = 0; i < cells.size(); ++i) {
    cells[i] = cells[i] && !std::isnan(truth.values[i]) && !std::isnan(e.prediction[i]);
    for (const Candidate& c : candidates) cells[i] = cells[i] && !std::isnan(c.sif[i]);
    if (!cells[i]) e.prediction[i] = std::numeric_limits<float>::quiet_NaN();
  }
  if (run.uncertainty)
    for (const float sif : e.prediction) e.deviation.push_back(float(run.uncertainty->sigma(double(sif))));
  e.metrics = data::score(e.prediction, truth.values, cells);
  if (run.uncertainty) e.coverage = {coverage_of_truth("truth", map, truth.values, cells, *run.uncertainty)};
  for (Conserver& conserver : conservers) {
    const std::vector<float> conserved = corrected(map, granules, run.cloud_shielding, conserver);
    e.conserved.push_back({conserver.kind(), data::score(conserved, truth.values, cells)});
    if (run.uncertainty)
      e.coverage.push_back(
          coverage_of_truth("truth, conserved " + conserver.kind(), conserved, truth.values, cells, *run.uncertainty));
  }
  for (const Candidate& c : candidates) e.baselines.push_back({c.name, data::score(c.sif, truth.values, cells)});
  return e;
}

}  // namespace unetsr::pipeline
