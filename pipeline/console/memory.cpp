#include "pipeline/console/memory.hpp"

namespace unetsr::pipeline {
namespace {

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
  double floats = spec.inputs, share = 1;
  for (const int width : spec.widths) floats += share * width * (2.0 * spec.convs + 4), share /= 4;
  return floats + share * spec.bottleneck * spec.convs;
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

}  // namespace unetsr::pipeline
