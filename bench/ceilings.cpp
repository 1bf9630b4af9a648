#include "ceilings.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "kernels/copy.hpp"
#include "kernels/cpu/clones.hpp"
#include "kernels/memory.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::bench {
namespace {

template <class Work>
double seconds(Work work) {
  double best = 1e9;
  for (int repeat = 0; repeat < 10; ++repeat) {
    const auto start = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

using Vector = float __attribute__((vector_size(64)));
constexpr int chains = 16, steps = 200000;  // as many independent sums as hide the latency

UNETSR_CLONES float multiply_add(float start) {
  Vector sums[chains];
  for (int i = 0; i < chains; ++i) sums[i] = Vector{} + (start + float(i));
  const Vector factor = Vector{} + 0.999f, term = Vector{} + start;
  for (int step = 0; step < steps; ++step)
    for (int i = 0; i < chains; ++i) sums[i] = sums[i] * factor + term;
  float total = 0;
  for (const Vector& sum : sums)
    for (int lane = 0; lane < 16; ++lane) total += sum[lane];
  return total;
}

}  // namespace

double peak_flops() {
  std::vector<float> results(size_t(threads()), 1);
  const double time = seconds([&] {
    parallel_for(threads(), [&](int64_t i) { results[size_t(i)] = multiply_add(results[size_t(i)] * 1e-9f + 1); });
  });
  return 2.0 * 16 * chains * steps * threads() / time;
}

double copy_bandwidth() {
  constexpr int64_t size = int64_t(1) << 26;
  std::vector<float> from(size, 1), to(size);
  const double time = seconds([&] {
    parallel_ranges(size, 1 << 18, [&](int64_t begin, int64_t end) {
      std::copy(from.begin() + begin, from.begin() + end, to.begin() + begin);
    });
  });
  return 2.0 * sizeof(float) * double(size) / time;
}

double copy_bandwidth_of_gpu() {
  constexpr int64_t size = int64_t(1) << 28;
  constexpr int copies = 10;
  Queue queue(Device::cuda);
  const kernels::Memory from(queue, size * sizeof(float)), to(queue, size * sizeof(float));
  const Shape shape = {1, 1, int(size / 64), 64};
  const double time = seconds([&] {
    for (int i = 0; i < copies; ++i)
      kernels::copy<float>(queue, View<const float>(from.as<float>(), shape), View<float>(to.as<float>(), shape));
    queue.synchronise();
  });
  return 2.0 * sizeof(float) * double(size) * copies / time;
}

}  // namespace unetsr::bench
