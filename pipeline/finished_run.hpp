#pragma once
#include <filesystem>
#include <vector>

#include "nn/model_spec.hpp"
#include "pipeline/history.hpp"
#include "pipeline/honest_protocol.hpp"
#include "pipeline/paper_protocol.hpp"
#include "pipeline/train.hpp"

namespace unetsr::pipeline {

// A run directory whose training has come to its end, with the network of the checkpoint that counts: the best one
// where there was validation, else the last one.
struct FinishedRun {
  std::filesystem::path directory;
  TrainOptions options;  // effective
  std::vector<Epoch> history;
  int64_t parameters = 0;
  Predictor predictor;
  ImageSizes sizes;

  double seconds() const;
};

// Throws Error naming the file that is missing, torn or of another model.
FinishedRun open_run(const std::filesystem::path& run_directory);

HonestOptions honest_options(const TrainOptions&);
ImageSizes image_sizes(const nn::ModelSpec&);

}  // namespace unetsr::pipeline
