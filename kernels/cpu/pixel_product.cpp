#include "kernels/cpu/pixel_product.hpp"

#include "kernels/cpu/pixel_panel.hpp"
#include "kernels/cpu/scratch.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::kernels::cpu {
namespace {

using Image = StridedImage<const float>;

constexpr int pixels_a_task = 48;

// x [source][block of channels][pixel][16] and where the pixels lie in y.
struct Panel {
  int64_t block = int64_t(pixels_a_task) * channel_block, source;
  float* x;
  int64_t y_offsets[pixels_a_task];

  Panel(std::span<const Image> images, const StridedImage<float>& y, int64_t first, int count) {
    const Image& shape = images.front();
    source = (shape.c + channel_block - 1) / channel_block * block;
    x = scratch(ScratchSlot::image, images.size() * size_t(source));
    PixelIndex at(shape, first);
    for (int p = 0; p < count; ++p, at.next(shape)) {
      for (size_t s = 0; s < images.size(); ++s)
        pack_pixel(images[s].at(at.n, at.i, at.j), shape.c, channel_block, x + int64_t(s) * source + p * channel_block,
                   block);
      y_offsets[p] = y.at(at.n, at.i, at.j) - y.data;
    }
  }
};

}  // namespace

void pixel_product(std::span<const Image> x, std::span<const PixelTarget> targets, const Finish& finish) {
  const int inputs = x.front().c, sources = int(x.size());
  const Chunks chunks(targets.front().y.c);
  const int64_t w_source = int64_t(inputs) * chunks.width, w_chunk = sources * w_source;
  const int64_t parts = int64_t(targets.size()) * chunks.count;
  const float* padded_bias = pad_bias(finish.bias, chunks);
  float* w = scratch(ScratchSlot::weights, size_t(parts * w_chunk));
  parallel_for(parts * sources, [&](int64_t task) {
    const int64_t part = task / sources;
    pack_weights(targets[size_t(part / chunks.count)].weights[size_t(task % sources)], chunks, 0, 0, inputs,
                 int(part % chunks.count), w + task * w_source);
  });

  // Tasks are some pixels and, where there are few pixels, a group of the parts of the output.
  const int64_t pixels = int64_t(x.front().n) * x.front().h * x.front().w;
  const int64_t blocks = (pixels + pixels_a_task - 1) / pixels_a_task;
  const int64_t groups = std::clamp<int64_t>(16 / std::max<int64_t>(1, blocks), 1, parts);
  parallel_for(blocks * groups, [&](int64_t task) {
    const int64_t first = task / groups * pixels_a_task, group = task % groups;
    const int count = int(std::min<int64_t>(pixels_a_task, pixels - first));
    const Panel panel(x, targets.front().y, first, count);
    ForwardTile t{};
    t.x_block = panel.block, t.x_row = panel.source;
    t.channels = inputs, t.kernel_rows = sources, t.kernel_columns = 1, t.w_row = w_source;
    t.relu = finish.relu, t.add = finish.add;
    for (int64_t part = parts * group / groups; part < parts * (group + 1) / groups; ++part) {
      const int chunk = int(part % chunks.count);
      t.w = w + part * w_chunk;
      t.bias = padded_bias + chunks.first(chunk), t.y_channels = chunks.outputs_of(chunk);
      float* const y = targets[size_t(part / chunks.count)].y.data;
      t.y = y + chunks.first(chunk);
      t.gate = finish.gate_at(t.y, y);
      cover(tile_kernels(), chunks.vectors_log2, count, t, [&](int p) {
        t.x = panel.x + p * channel_block;
        t.y_offsets = panel.y_offsets + p;
      });
    }
  });
}

}  // namespace unetsr::kernels::cpu
