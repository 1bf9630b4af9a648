#pragma once
#include <string>
#include <vector>

#include "kernels/activation.hpp"

namespace unetsr::nn {

enum class Family { unet, sifnet, sifnet_small, paper_cnn };
enum class Upsampling { transposed, bilinear };
enum class Blocks { plain, residual, dense };

// The channels of the season's code, which come first among a network's inputs: cosine and sine of the day of the year,
// with periods of a year and of half a year.
constexpr int season_channels = 4;

// The description of a network that checkpoints hold.
struct ModelSpec {
  Family family = Family::unet;
  int inputs = 1;  // channels
  // U-Nets
  std::vector<int> widths;  // channels of the encoder blocks, from the finest to the coarsest
  int bottleneck = 0;       // channels of the block below them
  int convs = 2;            // convolutions a block
  int kernel = 3;
  Upsampling upsampling = Upsampling::transposed;
  kernels::Activation output = kernels::Activation::none;
  Blocks blocks = Blocks::plain;
  bool gates = false;   // attention gates on the skip connections
  bool season = false;  // the first season_channels inputs scale and shift the first block's image
  // paper-cnn
  int patch = 40;  // cells on a side; it takes no other size

  bool operator==(const ModelSpec&) const = default;
};

// A preset, or a preset with changes: "unet", "unet:widths=32-64-128,bottleneck=256", "unet-text:upsampling=bilinear".
//
//   unet            16-32-64-128, bottleneck 256: as the paper's author ran it
//   unet-table1     16-64-128-256, bottleneck 512: the paper's Table I
//   unet-text       16-32-64-128-256, bottleneck 512: the paper's text
//   unet-pointwise  16, bottleneck 16, convolutions of 1 x 1: a cell's own inputs, and those of the 2 x 2 cells around
//                   it
//   unet-attention  unet with gates=yes
//   unet-residual   unet with blocks=residual
//   unet-dense      unet with blocks=dense
//   unet-temporal   unet with season=yes
//   sifnet          the benchmark SIFnet (Gensheimer et al. 2022), residual blocks
//   sifnet-small    the small SIFnet
//   paper-cnn       the network that the paper calls SIFnet: convolutions, pooling, dense layers
//
// Keys of a U-Net: widths, bottleneck, convs, kernel, upsampling (transposed, bilinear), output (none, relu, softplus,
// sigmoid), blocks (plain, residual, dense), gates (no, yes), season (no, yes); of paper-cnn: patch. unet.cpp describes
// what they make. Throws UsageError listing the presets, or the keys, and for networks of more than 1e9 parameters.
ModelSpec model_spec(const std::string& text, int inputs);

// How many weights a network of this description has.
double parameter_count(const ModelSpec&);

// Channels of the layers that depend on the others' widths: those that each convolution of a dense block adds, of the
// map inside an attention gate, and of the layer inside the season's code.
int dense_growth(const ModelSpec&, int width);
int gate_channels(int width);
constexpr int season_hidden = 8;

std::vector<std::string> preset_names();

// One line that model_spec reads back: "unet:inputs=6,widths=...". Stored in checkpoints. Names blocks, gates and
// season only where they differ from a plain U-Net's, so that checkpoints from before these keys still fit.
std::string to_string(const ModelSpec&);

}  // namespace unetsr::nn
