#pragma once
#include <string>

namespace unetsr::pipeline {

struct InfoOptions {
  std::string
      subject;       // a dataset, a checkpoint, a run directory, a raster, a network, "devices", "models" or "formats"
  int channels = 6;  // of a network's input
  int size = 40;     // cells on a side of that input
  bool json = false;
  bool verbose = false;  // a dataset's inputs and checksums too
};

// Describes the subject, as text or as JSON: a dataset's grid, windows, layers and provenance; a checkpoint's network,
// features, scaling, epoch and scores; a run's configuration, split and scores; a network's layers, shapes, parameters
// and FLOPs; a raster's data sets, bands, times and what their numbers mean as --aux; the devices that could run
// kernels; the formats that this build reads and writes. What there is as a file is taken as such, all else as a
// network. Throws Error or UsageError.
std::string info(const InfoOptions&);

}  // namespace unetsr::pipeline
