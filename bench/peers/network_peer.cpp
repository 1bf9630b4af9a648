#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "nn/trainer.hpp"
#include "plain_cnn.hpp"
#include "timing.hpp"

// One side of compare.py; torch_peer.py is the other.
//
//   network_peer MODEL BATCH SIZE train|predict|map THREADS
//
// A map is a prediction tile by tile, each with a margin.
// For each line "SECONDS" on standard input it works for that long and answers "MEDIAN_MILLISECONDS"; at the end of the
// input, with the largest memory it ever held in MiB.
namespace {

using namespace unetsr;

constexpr int inputs = 8;

std::unique_ptr<nn::Network<float>> make(const std::string& model) {
  if (model == "plain-cnn") return std::make_unique<bench::PlainCnn>(inputs);
  return nn::make_network<float>(nn::model_spec(model, inputs));
}

std::vector<float> normal_values(Shape shape, uint64_t stream) {
  std::vector<float> values(size_t(shape.size()));
  Random random(1, stream);
  for (float& value : values) value = float(random.normal());
  return values;
}

constexpr int tile = 1024, margin = 128;  // as torch_peer has them

// Where tiles begin whose insides, without their margins, cover `size` cells.
std::vector<int> tiles(int size) {
  std::vector<int> begins;
  for (int begin = 0; begin < std::max(1, size - 2 * margin); begin += tile - 2 * margin)
    begins.push_back(std::min(begin, size - tile));
  return begins;
}

// Copies a block of cells of one image into another's.
void copy_block(View<const float> from, int row, int column, View<float> to, int to_row, int to_column, int rows,
                int columns) {
  for (int i = 0; i < rows; ++i)
    std::copy_n(from.pixel(0, row + i, column), int64_t(columns) * from.c, to.pixel(0, to_row + i, to_column));
}

void make_map(nn::Trainer& trainer, View<const float> x, View<float> y) {
  std::vector<float> tile_x(size_t(tile) * tile * size_t(x.c)), tile_y(size_t(tile) * tile);
  const View<float> in(tile_x.data(), 1, tile, tile, x.c), out(tile_y.data(), 1, tile, tile, 1);
  for (int i : tiles(x.h))
    for (int j : tiles(x.w)) {
      copy_block(x, i, j, in, 0, 0, tile, tile);
      trainer.predict(in, out);
      const int top = i > 0 ? margin : 0, left = j > 0 ? margin : 0;
      copy_block(out, top, left, y, i + top, j + left, tile - top, tile - left);
    }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "Usage: network_peer MODEL BATCH SIZE train|predict|map THREADS\n");
    return 2;
  }
  const int batch = std::atoi(argv[2]), size = std::atoi(argv[3]);
  set_threads(std::atoi(argv[5]));
  const Shape x_shape = {batch, size, size, inputs}, y_shape = {batch, size, size, 1};
  const std::vector<float> x = normal_values(x_shape, 1);
  std::vector<float> y = normal_values(y_shape, 2);
  nn::Trainer trainer(make(argv[1]), 1, Device::cpu);
  const auto train = [&] {
    trainer.step({x.data(), x_shape}, {y.data(), y_shape}, 1e-3f);
    trainer.take_loss();
  };
  const auto predict = [&] { trainer.predict({x.data(), x_shape}, {y.data(), y_shape}); };
  const auto map = [&] { make_map(trainer, {x.data(), x_shape}, {y.data(), y_shape}); };
  const std::string mode = argv[4];
  const bool maps = mode == "map";
  const std::function<void()> work = mode == "train" ? std::function<void()>(train)
                                     : maps          ? map
                                                     : std::function<void()>(predict);
  for (int i = 0; i < (maps ? 0 : 2); ++i) work();
  for (double seconds; std::cin >> seconds;)
    std::cout << bench::median_milliseconds(seconds, maps ? 1 : 3, work) << std::endl;
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  std::cout << double(usage.ru_maxrss) / 1024 << std::endl;
}
