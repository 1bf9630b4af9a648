#include "pipeline/console/memory.hpp"

#include <malloc.h>

namespace unetsr::pipeline {
namespace {

// Floats for a cell of a block's images.
double block_floats(const nn::ModelSpec& spec, double inputs, double width) {
  switch (spec.blocks) {
    case nn::Blocks::residual:  // the shortcut, the sum and its ReLU beside the convolutions
      return (spec.convs + 3) * width;
    case nn::Blocks::dense:  // all images side by side, and the last
      return inputs + spec.convs * nn::dense_growth(spec, int(width)) + width;
    case nn::Blocks::plain:
      break;
  }
  return spec.convs * width;
}

// The encoder's image by itself, the images inside the gate, and its map.
double gate_floats(double width) {
  return width + 4.0 * nn::gate_channels(int(width)) + 2;
}

// The code's layer, scale, shift, and the image scaled and summed.
double season_floats(double width) {
  return nn::season_hidden + 5 * width;
}

// Floats for a cell of the input, of all images between the layers.
double floats_a_cell(const nn::ModelSpec& spec) {
  constexpr double sifnet = 1100, sifnet_small = 110, paper_cnn = 72;
  switch (spec.family) {
    case nn::Family::sifnet:
      return sifnet;
    case nn::Family::sifnet_small:
      return sifnet_small;
    case nn::Family::paper_cnn:
      return paper_cnn;
    case nn::Family::unet:
      break;
  }
  // The encoder's images, the decoder's, and the two side by side.
  double floats = spec.inputs, share = 1, channels = spec.inputs;
  if (spec.season) floats += season_floats(spec.widths.front());
  for (const int width : spec.widths) {
    floats += share * (block_floats(spec, channels, width) + block_floats(spec, 2.0 * width, width) + 4.0 * width +
                       (spec.gates ? gate_floats(width) : 0));
    channels = width, share /= 4;
  }
  return floats + share * block_floats(spec, channels, spec.bottleneck);
}

}  // namespace

void refuse_beyond_memory(const data::DatasetFile& file, const std::filesystem::path& path, double copies) {
  refuse_beyond_memory(copies * file.bytes(), path.string() + " with what is made of it",
                       "prepare a smaller --bbox, or fewer windows");
}

data::Dataset read_dataset(const std::filesystem::path& path, double copies) {
  const data::DatasetFile file(path);
  refuse_beyond_memory(file, path, copies);
  return file.read_all();
}

double memory_of(const nn::ModelSpec& spec, double cells, bool training) {
  // Parameters with gradients and two moments; images with their gradients.
  const double copies = training ? 4 : 1, images = training ? 2 : 1;
  return sizeof(float) * (copies * nn::parameter_count(spec) + images * cells * floats_a_cell(spec));
}

void give_back_large_arrays() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

}  // namespace unetsr::pipeline
