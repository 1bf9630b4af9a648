#pragma once
#include <cstdint>
#include <filesystem>

#include "pipeline/progress.hpp"

// The whole way on a simulated scene: tables, dataset, training of a U-Net and of the small SIFnet by the honest
// protocol, evaluation. Writes OUT_DIR/tables, scene.h5, runs and report.
namespace unetsr::pipeline {

struct DemoOptions {
  std::filesystem::path out_directory;
  uint64_t seed = 1;
  int threads = 0;
  bool overwrite = false;
};

void demo(const DemoOptions&, const Output&);

}  // namespace unetsr::pipeline
