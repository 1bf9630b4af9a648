#pragma once
#include <string>
#include <vector>

#include "pipeline/ablate/ablate.hpp"

namespace unetsr::pipeline {

struct Variation {
  std::string name;  // "reference", "without lbp", "with lbp,sif_error", "unet:convs=1"
  TrainOptions training;

  // Fit for a directory: "without-lbp", "unet-convs-1".
  std::string directory() const;
};

// "unet,unet:widths=8-16,bottleneck=32" are two models: what has no name of its own belongs to the one before.
std::vector<std::string> split_models(const std::string&);

// The reference first; one that equals the reference, or another variation, is omitted. `reference`: with the model and
// the features that it will have. Throws UsageError: a feature that is not there to be taken away, or there already, or
// the last one; a model that is not known; two variations of one directory.
std::vector<Variation> variations_of(const AblateOptions&, const TrainOptions& reference);

}  // namespace unetsr::pipeline
