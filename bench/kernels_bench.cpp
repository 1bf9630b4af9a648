#include <benchmark/benchmark.h>

#include <cstdio>

#include "arrays.hpp"
#include "ceilings.hpp"
#include "kernels/parallel.hpp"
#include "op_table.hpp"

// The ops of a U-Net of 16-32-64-128-256(-512) channels, forward and gradients, at the batch sizes of training. The
// counters are flops and bytes a second; the ceilings come first.
//
//   unetsr_bench --benchmark_filter=conv2d
namespace {

using namespace unetsr;
using namespace unetsr::test;

struct Patches {
  int batch, size;
};

// The layers of the encoder and of the decoder at each level.
void add_levels(std::vector<OpCase>& cases, Patches patches, int levels) {
  const auto level_image = [&](int level, int channels) {
    const int size = std::max(1, patches.size >> level);
    return Shape{patches.batch, size, size, channels};
  };
  for (int level = 0; level < levels; ++level) {
    const int channels = 16 << level;
    cases.push_back(conv2d_case(level_image(level, level == 0 ? 6 : channels / 2), {}, channels));
    cases.push_back(conv2d_case(level_image(level, channels), {}, channels));
    if (level + 1 == levels) break;
    cases.push_back(conv2d_case(level_image(level, 2 * channels), {}, channels));
    cases.push_back(max_pool2d_case(level_image(level, channels), {channels, 0}));
    cases.push_back(conv_transpose2x2_case(level_image(level + 1, 2 * channels), channels, {0, channels}));
  }
}

std::vector<OpCase> bench_cases() {
  using namespace kernels;
  std::vector<OpCase> cases;
  add_levels(cases, {16, 64}, 6);
  add_levels(cases, {32, 40}, 5);
  const Shape wide = {32, 40, 40, 16}, map = {32, 40, 40, 1};
  cases.push_back(conv2d_case(wide, {1, 1}, 1));
  cases.push_back(conv2d_case(wide, {5, 5}, 16));
  cases.push_back(dense_case({16, 5, 5, 128}, {16, 1, 1, 512}));
  cases.push_back(dense_case({16, 1, 1, 512}, {16, 40, 40, 1}));
  cases.push_back(resize_bilinear_case({32, 4, 4, 128}, 5, 5, {0, 128}));
  for (Activation kind : {Activation::relu, Activation::softplus, Activation::sigmoid})
    cases.push_back(activation_case(kind, wide));
  cases.push_back(copy_case(wide, {0, 16}));
  cases.push_back(masked_loss_case({LossKind::mse}, map));
  cases.push_back(adam_case({}, 1941537, 3));
  for (LbpVariant variant : {LbpVariant::standard, LbpVariant::uniform, LbpVariant::paper})
    cases.push_back(lbp_case({8, 1, variant}, {1, 512, 512, 1}));
  cases.push_back(lbp_case({16, 2, LbpVariant::uniform}, {1, 512, 512, 1}));
  cases.push_back(crop_case({2, 97, 173, 6}, std::vector<Crop>(32, {0, 20, 30, 5}), 40, 40));
  return cases;
}

void time_pass(benchmark::State& state, const OpCase& op, const Pass& pass) {
  Queue queue(Device::cpu);
  Random random(3);
  std::vector<Array<float>> x, out;
  Array<float> y = random_array<float>(random, op.output), dy = random_array<float>(random, op.output);
  Arguments<float> arguments{{}, y.view(), dy.view()};
  Outputs<float> outputs;
  for (const ArrayShape& shape : op.inputs) x.push_back(random_array<float>(random, shape));
  for (const Array<float>& array : x) arguments.x.push_back(array.view());
  for (const ArrayShape& shape : op.outputs_of(pass)) out.emplace_back(shape);
  for (Array<float>& array : out) outputs.push_back(array.view());
  for (auto _ : state) {
    pass.run(queue, arguments, outputs, Into::write);
    benchmark::ClobberMemory();
  }
  using benchmark::Counter;
  if (pass.flops > 0) state.counters["flop/s"] = Counter(pass.flops, Counter::kIsIterationInvariantRate);
  state.counters["B/s"] = Counter(pass.bytes, Counter::kIsIterationInvariantRate);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  std::fprintf(stderr, "threads %d, peak %.0f Gflop/s, copy %.1f GB/s\n", unetsr::threads(),
               unetsr::bench::peak_flops() / 1e9, unetsr::bench::copy_bandwidth() / 1e9);
  const std::vector<OpCase> cases = bench_cases();
  for (const OpCase& op : cases)
    for (const Pass& pass : op.passes())
      benchmark::RegisterBenchmark((op.name + "/" + pass.function).c_str(),
                                   [&op, pass](benchmark::State& state) { time_pass(state, op, pass); })
          ->UseRealTime()
          ->Unit(benchmark::kMicrosecond);
  benchmark::RunSpecifiedBenchmarks();
}
