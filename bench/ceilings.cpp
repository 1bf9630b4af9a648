#include "ceilings.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
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

constexpr int chains = 10, steps = 200000;  // as many independent sums as hide the latency, and fit into 16 registers

struct Bytes16 {
  using Vector = float __attribute__((vector_size(16)));
};
struct Bytes32 {
  using Vector = float __attribute__((vector_size(32)));
};
struct Bytes64 {
  using Vector = float __attribute__((vector_size(64)));
};
template <class Width>
constexpr int lanes_of = int(sizeof(typename Width::Vector) / sizeof(float));

template <class Width>
[[gnu::always_inline]] inline float multiply_add(float start) {
  using Vector = typename Width::Vector;
  Vector sums[chains];
  for (int i = 0; i < chains; ++i) sums[i] = Vector{} + (start + float(i));
  const Vector factor = Vector{} + 0.999f, term = Vector{} + start;
  for (int step = 0; step < steps; ++step)
    for (int i = 0; i < chains; ++i) sums[i] = sums[i] * factor + term;
  Vector all = sums[0];
  for (int i = 1; i < chains; ++i) all += sums[i];
  float lanes[lanes_of<Width>], total = 0;
  std::memcpy(lanes, &all, sizeof(lanes));
  for (const float lane : lanes) total += lane;
  return total;
}

UNETSR_CLONES float multiply_add_of_16_bytes(float start) {
  return multiply_add<Bytes16>(start);
}
UNETSR_CLONES float multiply_add_of_32_bytes(float start) {
  return multiply_add<Bytes32>(start);
}
UNETSR_CLONES float multiply_add_of_64_bytes(float start) {
  return multiply_add<Bytes64>(start);
}

double flops(float (*sum)(float), int lanes) {
  std::vector<float> results(size_t(threads()), 1);
  const double time = seconds(
      [&] { parallel_for(threads(), [&](int64_t i) { results[size_t(i)] = sum(results[size_t(i)] * 1e-9f + 1); }); });
  return 2.0 * lanes * chains * steps * threads() / time;
}

}  // namespace

// Vectors wider than the processor's are taken apart, often badly: the best width is its own.
double peak_flops() {
  return std::max({flops(multiply_add_of_16_bytes, lanes_of<Bytes16>),
                   flops(multiply_add_of_32_bytes, lanes_of<Bytes32>),
                   flops(multiply_add_of_64_bytes, lanes_of<Bytes64>)});
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
