#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "data/dataset/dataset.hpp"
#include "nn/checkpoint.hpp"
#include "pipeline/models/shipped_models.hpp"

namespace unetsr::pipeline {

struct Description {
  nlohmann::ordered_json json;
  std::string text;
};

// `verbose`: with identity, and the inputs with their checksums.
Description describe_dataset(const data::Dataset&, bool verbose);
// `file`: the scores of its epoch come from the history beside it, if there is one.
Description describe_checkpoint(const nn::Checkpoint&, const std::filesystem::path& file);
Description describe_run(const std::filesystem::path& directory);
// A raster as --aux reads it: all its data sets and bands, with sizes, places, types and what their numbers mean.
Description describe_raster(const std::string& name);
Description describe_devices();
// What this build reads and writes, and the versions of its libraries.
Description describe_formats();
// The models that come with the program; one of them, with what it was trained on.
Description describe_models();
Description describe_model(const ShippedModel&);
// Throws UsageError if `model` is not a preset, with or without changes.
Description describe_network(const std::string& model, int channels, int size);

}  // namespace unetsr::pipeline
