#include "pipeline/report/provenance.hpp"

#include "kernels/parallel.hpp"
#include "pipeline/console/version.hpp"

namespace unetsr::pipeline {

report::RunProvenance run_provenance(const data::Provenance& dataset, const ResolvedCompute& compute) {
  report::RunProvenance p;
  p.files = dataset.inputs;
  p.command = dataset.command;
  p.simulated = dataset.simulated;
  p.world = dataset.world;
  p.version = version();
  p.device = device_in_words(compute);
  p.created = now_utc();
  p.threads = compute.threads ? compute.threads : unetsr::threads();
  return p;
}

}  // namespace unetsr::pipeline
