#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <string>

#include "arrays.hpp"
#include "ceilings.hpp"
#include "kernels/convolutions.hpp"
#include "kernels/error.hpp"
#include "kernels/graph.hpp"
#include "kernels/memory.hpp"
#include "kernels/parallel.hpp"
#include "op_table.hpp"

// The ops of a U-Net of 16-32-64-128-256(-512) channels, forward and gradients, at the batch sizes of training. The
// counters are flops and bytes a second; the ceilings come first.
//
//   unetsr_bench --benchmark_filter=conv2d
//   unetsr_bench --device=cuda --precision=fp32|tf32|bf16 --conv=ours|cudnn     the same on the GPU
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
  cases.push_back(scale_case({4, 512, 512, 12}, true));
  cases.push_back(crop_case({2, 97, 173, 6}, std::vector<Crop>(32, {0, 20, 30, 5}), 40, 40));
  return cases;
}

struct Where {
  Device device = Device::cpu;
  Precision precision = Precision::fp32;
};

// A random array of this shape in the memory of the queue.
View<float> placed(Queue& queue, Random& random, const ArrayShape& shape, std::vector<kernels::Memory>& memories) {
  Array<float> array = random_array<float>(random, shape);
  const auto values = array.memory();
  kernels::Memory& memory = memories.emplace_back(queue, values.size_bytes());
  kernels::upload(queue, values.data(), memory.data(), values.size_bytes());
  queue.synchronise();
  return View<float>(memory.as<float>() + (array.view().data - values.data()), shape.shape, shape.shape.c + shape.gap);
}

// The passes as one graph, so that launching them does not count; none where they allocate or copy from the host.
kernels::Graph graph_of(Queue& queue, const std::function<void()>& passes) {
  try {
    return kernels::Graph(queue, passes);
  } catch (const Error&) {
    return {};
  }
}

// Many passes go to the GPU before the host waits for them.
void time_pass(benchmark::State& state, const OpCase& op, const Pass& pass, Where where) try {
  Queue queue(where.device, where.precision);
  const int passes_at_once = where.device == Device::cuda ? 20 : 1;
  Random random(3);
  std::vector<kernels::Memory> memories;
  Arguments<float> arguments;
  Outputs<float> outputs;
  arguments.y = placed(queue, random, op.output, memories);
  arguments.dy = placed(queue, random, op.output, memories);
  for (const ArrayShape& shape : op.inputs) arguments.x.push_back(placed(queue, random, shape, memories));
  for (const ArrayShape& shape : op.outputs_of(pass)) outputs.push_back(placed(queue, random, shape, memories));
  const auto passes = [&] {
    for (int i = 0; i < passes_at_once; ++i) pass.run(queue, arguments, outputs, Into::write);
  };
  kernels::Graph graph;
  if (where.device == Device::cuda) {
    passes();
    queue.synchronise();
    graph = graph_of(queue, passes);
    if (!graph) state.SetLabel("launched one by one");
  }
  using Clock = std::chrono::steady_clock;
  for (auto _ : state) {
    const auto start = Clock::now();
    graph ? graph.launch(queue) : passes();
    queue.synchronise();
    benchmark::ClobberMemory();
    state.SetIterationTime(std::chrono::duration<double>(Clock::now() - start).count() / passes_at_once);
  }
  using benchmark::Counter;
  if (pass.flops > 0) state.counters["flop/s"] = Counter(pass.flops, Counter::kIsIterationInvariantRate);
  state.counters["B/s"] = Counter(pass.bytes, Counter::kIsIterationInvariantRate);
} catch (const Error& error) {
  state.SkipWithError(error.what());
}

// The value of --name=VALUE, which is taken away.
std::string take_option(int& argc, char** argv, const std::string& name, const std::string& otherwise) {
  const std::string start = "--" + name + "=";
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.compare(0, start.size(), start) != 0) continue;
    std::copy(argv + i + 1, argv + argc, argv + i);
    --argc;
    return argument.substr(start.size());
  }
  return otherwise;
}

template <class Value>
Value value_of(const std::string& word, const std::map<std::string, Value>& values) {
  const auto found = values.find(word);
  if (found != values.end()) return found->second;
  std::string all;
  for (const auto& [name, value] : values) all += " " + name;
  throw Error("'" + word + "' is none of" + all);
}

Where where_from(int& argc, char** argv) {
  Where where;
  where.device =
      value_of<Device>(take_option(argc, argv, "device", "cpu"), {{"cpu", Device::cpu}, {"cuda", Device::cuda}});
  where.precision =
      value_of<Precision>(take_option(argc, argv, "precision", "fp32"),
                          {{"fp32", Precision::fp32}, {"tf32", Precision::tf32}, {"bf16", Precision::bf16}});
  set_convolutions(value_of<Convolutions>(take_option(argc, argv, "conv", "ours"),
                                          {{"ours", Convolutions::ours}, {"cudnn", Convolutions::cudnn}}));
  return where;
}

void print_ceilings(Where where) {
  if (where.device == Device::cuda)
    std::fprintf(stderr, "copy %.1f GB/s\n", bench::copy_bandwidth_of_gpu() / 1e9);
  else
    std::fprintf(stderr, "threads %d, peak %.0f Gflop/s, copy %.1f GB/s\n", threads(), bench::peak_flops() / 1e9,
                 bench::copy_bandwidth() / 1e9);
}

}  // namespace

int main(int argc, char** argv) try {
  const Where where = where_from(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  print_ceilings(where);
  const std::vector<OpCase> cases = bench_cases();
  for (const OpCase& op : cases)
    for (const Pass& pass : op.passes())
      benchmark::RegisterBenchmark((op.name + "/" + pass.function).c_str(),
                                   [&op, pass, where](benchmark::State& state) { time_pass(state, op, pass, where); })
          ->UseManualTime()
          ->Unit(benchmark::kMicrosecond);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
} catch (const unetsr::Error& error) {
  std::fprintf(stderr, "unetsr_bench: %s\n", error.what());
  return 1;
}
