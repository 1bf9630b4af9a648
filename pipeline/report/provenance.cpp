#include "pipeline/report/provenance.hpp"

#include <ctime>

#include "kernels/parallel.hpp"

namespace unetsr::pipeline {

std::string version() {
  return UNETSR_VERSION;
}

std::string now_utc() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

report::RunProvenance run_provenance(const data::Provenance& dataset, const ComputeOptions& compute) {
  report::RunProvenance p;
  p.files = dataset.inputs;
  p.command = dataset.command;
  p.version = version();
  p.device = device_in_words(compute);
  p.created = now_utc();
  p.threads = compute.threads ? compute.threads : unetsr::threads();
  return p;
}

}  // namespace unetsr::pipeline
