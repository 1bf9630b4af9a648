#include "pipeline/evaluate_soundings.hpp"

#include <cmath>
#include <limits>

#include "data/scales.hpp"
#include "pipeline/coverage.hpp"
#include "pipeline/footprint_protocol.hpp"
#include "pipeline/map_baselines.hpp"
#include "pipeline/mapper.hpp"
#include "pipeline/supervision.hpp"

namespace unetsr::pipeline {

report::EvaluatedRun evaluate_on_soundings(const FinishedRun& run, const data::Dataset& granules, double& ceiling_r2) {
  const FootprintProtocol protocol(granules, honest_options(run.options));
  const Mapper mapper = mapper_of(run);
  report::EvaluatedRun e;
  e.held_out = protocol.split().description + ", soundings";
  const FootprintProtocol::MapMaker network = [&](const data::Dataset& half) {
    return mapper.map(data::fine_scale(half));
  };
  e.metrics = protocol.score(data::Role::test, network, FootprintProtocol::Sky::clear);
  if (run.uncertainty)
    e.coverage = {coverage_of_soundings(protocol, protocol.residuals({data::Role::test}, network), *run.uncertainty)};
  const data::Mask training = protocol.split().mask(data::Role::train);
  // The layers of a half are those behind the run's features.
  for (const MapBaseline& baseline : map_baselines())
    if (protocol.holds(baseline.bands))
      e.baselines.push_back(
          {baseline.name,
           protocol.score(
               data::Role::test, [&](const data::Dataset& half) { return baseline.make(half, training); },
               FootprintProtocol::Sky::as_seen)});
  const double variance = e.metrics.rmse * e.metrics.rmse / (1 - e.metrics.r2);
  ceiling_r2 = 1 - protocol.noise_variance(data::Role::test) / variance;

  e.prediction = mapper.map(data::fine_scale(granules));
  const data::Mask test = fine_mask(granules, protocol.split().mask(data::Role::test));
  for (size_t i = 0; i < test.size(); ++i)
    if (!test[i]) e.prediction[i] = std::numeric_limits<float>::quiet_NaN();
  return e;
}

}  // namespace unetsr::pipeline
