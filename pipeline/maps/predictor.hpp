#pragma once
#include <functional>
#include <utility>

#include "nn/ensemble.hpp"

namespace unetsr::pipeline {

// Predictions for patches of images, as Trainer::predict makes them.
using Predictor = std::function<void(nn::Images, const nn::Patches&, int at_once, const nn::Trainer::Visit& each)>;

// Of a trainer or an ensemble that outlives it.
template <class Network>
Predictor predictor_of(Network& network) {
  return [&network](nn::Images images, const nn::Patches& patches, int at_once, const nn::Trainer::Visit& each) {
    network.predict(std::move(images), patches, at_once, each);
  };
}

// The sizes of image that a network takes.
struct ImageSizes {
  int multiple = 1;  // rows and columns are padded to a multiple of this
  int fixed = 0;     // not 0: patches of fixed x fixed only
};

}  // namespace unetsr::pipeline
