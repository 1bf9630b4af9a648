#include "data/features/block_permutation.hpp"

#include <numeric>
#include <utility>

#include "data/scores/place_blocks.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

using Cells = std::vector<int64_t>;

// The chosen cells of each block of a window that has any.
std::vector<Cells> blocks_of_window(const Mask& chosen, Shape shape, int window, const PlaceBlocks& blocks) {
  std::vector<Cells> all(size_t(blocks.count()));
  const int64_t cells = int64_t(shape.h) * shape.w;
  for (int64_t i = window * cells; i < (window + 1) * cells; ++i)
    if (chosen[size_t(i)]) all[size_t(blocks.of(i))].push_back(i);
  std::erase_if(all, [](const Cells& block) { return block.empty(); });
  return all;
}

// One cycle through all blocks (Sattolo 1986): none stays.
std::vector<size_t> cycle(size_t count, Random& random) {
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), size_t(0));
  for (size_t i = count; i-- > 1;) std::swap(order[i], order[random.below(uint32_t(i))]);
  return order;
}

}  // namespace

std::vector<int64_t> permute_blocks(const Mask& chosen, Shape shape, int side, uint64_t seed, int first) {
  const PlaceBlocks places{shape.h, shape.w, side};
  std::vector<int64_t> source(chosen.size());
  std::iota(source.begin(), source.end(), int64_t(0));
  for (int window = 0; window < shape.n; ++window) {
    const std::vector<Cells> blocks = blocks_of_window(chosen, shape, window, places);
    Random random(seed, uint64_t(first + window));
    const std::vector<size_t> order = cycle(blocks.size(), random);
    for (size_t b = 0; b < blocks.size(); ++b) {
      const Cells& from = blocks[order[b]];
      for (size_t k = 0; k < blocks[b].size(); ++k) source[size_t(blocks[b][k])] = from[k % from.size()];
    }
  }
  return source;
}

int64_t chosen_blocks(const Mask& chosen, int rows, int columns, int side) {
  return int64_t(blocks_of_window(chosen, {1, rows, columns, 1}, 0, {rows, columns, side}).size());
}

}  // namespace unetsr::data
