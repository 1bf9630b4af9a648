#include "data/scores/bootstrap.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

constexpr int least_after_merging = 30;
constexpr double tolerated_growth = 1.1;

PlaceBlocks larger(const PlaceBlocks& blocks, int side) {
  return {blocks.rows, blocks.columns, blocks.size * side};
}

struct StandardErrors {
  int blocks = 0;                // that hold cells
  double mean = 0, squared = 0;  // of the mean error, of the mean squared error
};

StandardErrors standard_errors(const std::vector<ScoreSums>& sums, const PlaceBlocks& blocks, int side) {
  const PlaceBlocks large = larger(blocks, side);
  std::vector<ScoreSums> parts(size_t(large.count()));
  ScoreSums whole;
  for (size_t b = 0; b < sums.size(); ++b) {
    parts[size_t(merged(int(b), blocks, large))].add(sums[b]);
    whole.add(sums[b]);
  }
  StandardErrors e;
  const double bias = (whole.p - whole.t) / whole.n, squared = whole.squared / whole.n;
  for (const ScoreSums& part : parts) {
    e.blocks += part.n > 0;
    e.mean += std::pow(part.p - part.t - part.n * bias, 2);
    e.squared += std::pow(part.squared - part.n * squared, 2);
  }
  e.mean = std::sqrt(e.mean) / whole.n, e.squared = std::sqrt(e.squared) / whole.n;
  return e;
}

}  // namespace

int merged(int block, const PlaceBlocks& blocks, const PlaceBlocks& large) {
  const int side = large.size / blocks.size;
  return block / blocks.across() / side * large.across() + block % blocks.across() / side;
}

int block_side(const PlaceBlocks& blocks, std::span<const std::vector<ScoreSums>> maps) {
  for (int side = 1;; side *= 2) {
    bool grows = false;
    for (const std::vector<ScoreSums>& map : maps) {
      const StandardErrors now = standard_errors(map, blocks, side), next = standard_errors(map, blocks, 2 * side);
      if (next.blocks < least_after_merging) return side;
      grows = grows || next.mean > tolerated_growth * now.mean || next.squared > tolerated_growth * now.squared;
    }
    if (!grows) return side;
  }
}

void draw_blocks(const Mask& blocks, uint64_t seed,
                 const std::function<void(int draw, std::span<const uint16_t> times)>& figure) {
  std::vector<uint32_t> chosen;
  for (size_t b = 0; b < blocks.size(); ++b)
    if (blocks[b]) chosen.push_back(uint32_t(b));
  parallel_ranges(bootstrap_draws, 50, [&](int64_t first, int64_t last) {
    std::vector<uint16_t> times(blocks.size());
    for (int64_t draw = first; draw < last; ++draw) {
      std::fill(times.begin(), times.end(), uint16_t(0));
      Random random(seed, uint64_t(draw));
      for (size_t k = 0; k < chosen.size(); ++k) ++times[chosen[random.below(uint32_t(chosen.size()))]];
      figure(int(draw), times);
    }
  });
}

std::optional<Interval> interval_of(std::vector<double> draws) {
  if (draws.empty() || !std::all_of(draws.begin(), draws.end(), [](double v) { return std::isfinite(v); })) return {};
  std::sort(draws.begin(), draws.end());
  const auto quantile = [&](double q) {
    const double place = q * double(draws.size() - 1);
    const size_t below = size_t(place), above = std::min(below + 1, draws.size() - 1);
    return draws[below] + (place - double(below)) * (draws[above] - draws[below]);
  };
  return Interval{quantile(0.025), quantile(0.975)};
}

}  // namespace unetsr::data
