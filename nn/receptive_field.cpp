#include <algorithm>

#include "nn/network.hpp"

namespace unetsr::nn {
namespace {

// Cells first .. last of one level's image.
struct Reach {
  int first, last;

  void convolve(int kernel) { first -= kernel / 2, last += kernel / 2; }
};

// Input cells that output cell `cell` depends on, followed backwards through the U-Net.
Reach reach_of(const ModelSpec& spec, int cell) {
  const auto block = [&](Reach& reach) {
    for (int i = 0; i < spec.convs; ++i) reach.convolve(spec.kernel);
  };
  // What the encoder's block of a level adds through the skip connection lies inside what comes from below it.
  Reach reach{cell, cell};
  for (size_t level = 0; level < spec.widths.size(); ++level) {
    block(reach);
    if (spec.upsampling == Upsampling::bilinear) {
      reach.convolve(3);
      reach = {(reach.first - 1) >> 1, (reach.last + 1) >> 1};
    } else {
      reach = {reach.first >> 1, reach.last >> 1};
    }
  }
  block(reach);
  for (size_t level = 0; level < spec.widths.size(); ++level) {
    reach = {2 * reach.first, 2 * reach.last + 1};
    block(reach);
  }
  return reach;
}

}  // namespace

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
  int radius = 0;
  for (int cell = 0; cell < size_multiple(spec); ++cell) {
    const Reach reach = reach_of(spec, cell);
    radius = std::max({radius, cell - reach.first, reach.last - cell});
  }
  return 2 * radius + 1;
}

}  // namespace unetsr::nn
