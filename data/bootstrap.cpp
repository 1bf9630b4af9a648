#include "data/bootstrap.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {

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
