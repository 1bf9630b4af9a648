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

int receptive_field(const ModelSpec& spec) {
  switch (spec.family) {
    case Family::sifnet:
      return 1 + 6 * 2;
    case Family::sifnet_small:
      return 1 + 3 * 2;
    case Family::paper_cnn:
      return spec.patch;
    case Family::unet:
      break;
  }
  // Down and up again: each level's convolutions and upsampling reach that much further in cells of the level.
  const int block = spec.convs * (spec.kernel - 1), levels = int(spec.widths.size());
  int cells = 1 + block * (1 << levels);
  for (int level = 0; level < levels; ++level) cells += (2 * block + 1) * (1 << level) + 2 * (2 << level);
  return cells;
}

}  // namespace unetsr::nn
