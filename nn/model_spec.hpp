#pragma once
#include <string>
#include <vector>

#include "kernels/activation.hpp"

namespace unetsr::nn {

enum class Family { unet, sifnet, sifnet_small, paper_cnn };
enum class Upsampling { transposed, bilinear };

// What a network is made from.
struct ModelSpec {
  Family family = Family::unet;
  int inputs = 1;  // channels

  // U-Nets: `convs` convolutions a block; channels of the encoder's blocks from the finest to the coarsest; how the
  // decoder doubles its images; what follows the last 1x1 convolution.
  std::vector<int> widths = {16, 32, 64, 128};
  int bottleneck = 256, convs = 2, kernel = 3;
  Upsampling upsampling = Upsampling::transposed;
  kernels::Activation output = kernels::Activation::none;

  // paper-cnn: the only size of image that it takes.
  int patch = 40;

  bool operator==(const ModelSpec&) const = default;
};

// A preset, with overrides for U-Nets: "unet", "unet:widths=32-64-128,bottleneck=256,kernel=5,convs=2,inputs=6,
// upsampling=bilinear,output=softplus". `inputs` holds unless the text says otherwise. Throws UsageError.
//
//   unet           as the paper's author ran it: 16-32-64-128, bottleneck 256
//   unet-table1    the paper's Table I: 16-64-128-256, bottleneck 512
//   unet-text      the paper's text: 16-32-64-128-256, bottleneck 512
//   sifnet         Gensheimer et al. (2022), the benchmark's network
//   sifnet-small   the same, small
//   paper-cnn      what the paper calls SIFnet: three convolutions and two dense layers
ModelSpec model_spec(const std::string& model, int inputs);

std::vector<std::string> preset_names();

// Every field, in a form that model_spec() reads back: what a checkpoint says of its network.
std::string to_text(const ModelSpec&);

// A U-Net fits images best whose rows and columns are multiples of this; others work too.
int size_multiple(const ModelSpec&);

// Rows (and columns) of the input that one cell of the output can depend on, centred on it (odd). U-Nets: in images
// whose sides are multiples of size_multiple(). paper-cnn: its patch, wherever the cell lies in it.
int receptive_field(const ModelSpec&);

}  // namespace unetsr::nn
