#include "nn/network.hpp"

#include "kernels/reference/dual.hpp"
#include "nn/families.hpp"

namespace unetsr::nn {

template <class T>
std::unique_ptr<Network<T>> make_network(const ModelSpec& spec) {
  switch (spec.family) {
    case Family::unet:
      return make_unet<T>(spec);
    case Family::sifnet:
      return make_sifnet<T>(spec);
    case Family::sifnet_small:
      return make_sifnet_small<T>(spec);
    case Family::paper_cnn:
      return make_paper_cnn<T>(spec);
  }
  return nullptr;
}
template std::unique_ptr<Network<float>> make_network(const ModelSpec&);
template std::unique_ptr<Network<double>> make_network(const ModelSpec&);
template std::unique_ptr<Network<Dual>> make_network(const ModelSpec&);

int size_multiple(const ModelSpec& spec) {
  return spec.family == Family::unet ? 1 << spec.widths.size() : 1;
}

}  // namespace unetsr::nn
