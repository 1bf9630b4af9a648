#include "pipeline/provenance.hpp"

#include <ctime>

#include "kernels/cpu/conv_tile.hpp"
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

report::RunProvenance run_provenance(const data::Provenance& dataset, int threads) {
  report::RunProvenance p;
  p.files = dataset.inputs;
  p.command = dataset.command;
  p.version = version();
  p.device = std::string("cpu (") + kernels::cpu::tile_kernels().instruction_set + ")";
  p.created = now_utc();
  p.threads = threads ? threads : unetsr::threads();
  return p;
}

}  // namespace unetsr::pipeline
