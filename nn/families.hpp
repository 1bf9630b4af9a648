#pragma once
#include <memory>

#include "nn/network.hpp"

namespace unetsr::nn {

template <class T>
std::unique_ptr<Network<T>> make_unet(const ModelSpec&);
template <class T>
std::unique_ptr<Network<T>> make_sifnet(const ModelSpec&);
template <class T>
std::unique_ptr<Network<T>> make_sifnet_small(const ModelSpec&);
template <class T>
std::unique_ptr<Network<T>> make_paper_cnn(const ModelSpec&);

}  // namespace unetsr::nn
