#pragma once
#include <memory>
#include <optional>
#include <string>

#include "data/dataset/dataset.hpp"
#include "pipeline/console/output.hpp"
#include "pipeline/train/dataset_sample.hpp"
#include "pipeline/train/sounding_source.hpp"
#include "pipeline/train/train_options.hpp"

namespace unetsr::pipeline {

// Bytes that a training may take where --memory states none.
inline constexpr const char* default_training_memory = "2GB";
double training_memory(const std::optional<std::string>& asked);

// A dataset as a training holds it: whole where it fits into --memory. Else, for footprint training, grid, windows,
// coarse layers and the names of the others, and the soundings to read parts of.
struct TrainingData {
  data::Dataset dataset;
  std::shared_ptr<const SoundingSource> soundings;  // none: the dataset is whole

  bool whole() const { return !soundings; }
};
// Throws UsageError where a training that needs the whole dataset would take more memory than there is.
TrainingData open_training_data(const TrainOptions&, const Output&);

// Samples of a dataset that is not whole, as large as --memory allows, but no larger than takes a draw as long as its
// steps. Throws UsageError where --memory is too small, or is more than there is.
std::shared_ptr<const DatasetSample> sample_of(const TrainingData&, const ResolvedOptions&, const HonestOptions&,
                                               const Output&);

}  // namespace unetsr::pipeline
