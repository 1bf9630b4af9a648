#pragma once
#include <cstdint>
#include <filesystem>

#include "pipeline/console/compute.hpp"
#include "pipeline/console/progress.hpp"

// The whole way on a simulated scene whose truth is known: granules, dataset, training of a U-Net on the soundings
// themselves and, by Wald's protocol, of the U-Net and SIFnet, the first one's map at 1 km, evaluation against the
// truth and against footprints of OCO-2. Writes OUT_DIR/scene, scene.h5, runs, map.tif, report and validation.
namespace unetsr::pipeline {

struct DemoOptions {
  std::filesystem::path out_directory;
  uint64_t seed = 1;
  ComputeOptions compute;
  bool overwrite = false;
};

void demo(const DemoOptions&, const Output&);

}  // namespace unetsr::pipeline
