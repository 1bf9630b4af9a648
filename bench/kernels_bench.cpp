#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "arrays.hpp"
#include "ceilings.hpp"
#include "kernels/error.hpp"
#include "kernels/graph.hpp"
#include "kernels/memory.hpp"
#include "kernels/parallel.hpp"
#include "kernels/queue.hpp"
#include "op_table.hpp"

// The ops of a U-Net of 16-32-64-128-256(-512) channels, forward and gradients, at the batch sizes of training, and
// those of maps and datasets at their sizes. The counters are flops and bytes a second, and on a CPU their shares of
// what the machine can do at most; the ceilings come first. What lies in a cache may be faster than a copy through
// memory.
//
//   unetsr_bench --benchmark_filter=conv2d --threads=2
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

// Far larger than the caches: what matters is memory.
void add_large_cases(std::vector<OpCase>& cases) {
  using namespace kernels;
  const Shape map = {1, 4000, 4000, 1}, stack = {2, 1200, 1200, 18}, image = {1, 1024, 1024, 32};
  cases.push_back(copy_case(map));
  for (LbpVariant variant : {LbpVariant::standard, LbpVariant::uniform, LbpVariant::paper})
    cases.push_back(lbp_case({8, 1, variant}, map));
  for (LbpVariant variant : {LbpVariant::standard, LbpVariant::uniform})
    cases.push_back(lbp_case({16, 2, variant}, map));
  cases.push_back(scale_case(stack, false));
  std::vector<Crop> crops;
  for (int k = 0; k < 256; ++k) crops.push_back({k % 2, k * 613 % 1137, k * 389 % 1137, k % 8});
  cases.push_back(crop_case(stack, crops, 64, 64));
  cases.push_back(max_pool2d_case(image));
  cases.push_back(resize_bilinear_case({1, 512, 512, 32}, 1024, 1024));
  cases.push_back(footprint_mean_case({1, 2000, 2000, 1}, 100000));
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
  for (const int factors : {1, 16}) cases.push_back(multiply_case(wide, factors, {0, 16}));
  cases.push_back(masked_loss_case({LossKind::mse}, map));
  cases.push_back(adam_case({}, 1941537, 3));
  for (LbpVariant variant : {LbpVariant::standard, LbpVariant::uniform, LbpVariant::paper})
    cases.push_back(lbp_case({8, 1, variant}, {1, 512, 512, 1}));
  cases.push_back(lbp_case({16, 2, LbpVariant::uniform}, {1, 512, 512, 1}));
  cases.push_back(scale_case({4, 512, 512, 12}, true));
  cases.push_back(crop_case({2, 97, 173, 6}, std::vector<Crop>(32, {0, 20, 30, 5}), 40, 40));
  cases.push_back(footprint_mean_case({16, 64, 64, 1}, 4000));
  add_large_cases(cases);
  return cases;
}

struct Where {
  Device device = Device::cpu;
  Precision precision = Precision::fp32;
  Convolutions convolutions = Convolutions::ours;
};

// What the machine can do at most; 0 where it is not known.
struct Ceilings {
  double flops = 0, bytes = 0;
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

// A pass with its arrays, ready to be called: many times at once on a GPU, so that the host does not wait for each.
class PreparedPass {
 public:
  PreparedPass(const OpCase& op, const Pass& pass, Where where)
      : queue_(where.device, where.precision, false, where.convolutions),
        at_once_(where.device == Device::cuda ? 20 : 1),
        run_(pass.timed.empty() ? pass.run : pass.timed.front()) {
    Random random(3);
    arguments_.y = placed(queue_, random, op.output, memories_);
    arguments_.dy = placed(queue_, random, op.output, memories_);
    for (const ArrayShape& shape : op.inputs) arguments_.x.push_back(placed(queue_, random, shape, memories_));
    for (const ArrayShape& shape : op.outputs_of(pass)) outputs_.push_back(placed(queue_, random, shape, memories_));
    if (where.device != Device::cuda) return;
    run();
    queue_.synchronise();
    graph_ = kernels::graph_if_possible(queue_, [&] { run(); });
    if (!graph_) label_ = "launched one by one";
  }

  const std::string& label() const { return label_; }

  // Seconds of a call.
  double time() {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    graph_ ? graph_.launch(queue_) : run();
    queue_.synchronise();
    benchmark::ClobberMemory();
    return std::chrono::duration<double>(Clock::now() - start).count() / at_once_;
  }

 private:
  void run() {
    for (int i = 0; i < at_once_; ++i) run_(queue_, arguments_, outputs_, Into::write);
  }

  Queue queue_;
  int at_once_;
  Run run_;
  std::vector<kernels::Memory> memories_;
  Arguments<float> arguments_;
  Outputs<float> outputs_;
  kernels::Graph graph_;
  std::string label_;
};

// Google Benchmark calls the function of a case several times in a row: its arrays are drawn at the first.
PreparedPass& prepared(const std::string& name, const OpCase& op, const Pass& pass, Where where) {
  static std::string of;
  static std::unique_ptr<PreparedPass> last;
  if (of != name) {
    last.reset();
    of.clear();
    last = std::make_unique<PreparedPass>(op, pass, where);
    of = name;
  }
  return *last;
}

void time_pass(benchmark::State& state, const std::string& name, const OpCase& op, const Pass& pass, Where where,
               Ceilings ceilings) try {
  PreparedPass& call = prepared(name, op, pass, where);
  state.SetLabel(call.label());
  for (auto _ : state) state.SetIterationTime(call.time());
  using benchmark::Counter;
  const auto rate = [&](const char* unit, double amount) {
    if (std::isfinite(amount) && amount > 0) state.counters[unit] = Counter(amount, Counter::kIsIterationInvariantRate);
  };
  rate("flop/s", pass.flops);
  rate("B/s", pass.bytes);
  rate("of peak", pass.flops / ceilings.flops);
  rate("of copy", pass.bytes / ceilings.bytes);
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

Where where_from(int& argc, char** argv) {
  Where where;
  where.device = parse<Device>(take_option(argc, argv, "device", "cpu"));
  where.precision = parse<Precision>(take_option(argc, argv, "precision", "fp32"));
  where.convolutions = parse<Convolutions>(take_option(argc, argv, "conv", "ours"));
  return where;
}

// Printed, and kept in the JSON of the benchmark.
Ceilings measure_ceilings(Where where) {
  if (where.device == Device::cuda) {
    std::fprintf(stderr, "copy %.1f GB/s\n", bench::copy_bandwidth_of_gpu() / 1e9);
    return {};
  }
  const Ceilings ceilings = {bench::peak_flops(), bench::copy_bandwidth()};
  std::fprintf(stderr, "threads %d, peak %.0f Gflop/s, copy %.1f GB/s\n", threads(), ceilings.flops / 1e9,
               ceilings.bytes / 1e9);
  benchmark::AddCustomContext("threads", std::to_string(threads()));
  benchmark::AddCustomContext("peak_flops", std::to_string(ceilings.flops));
  benchmark::AddCustomContext("copy_bandwidth", std::to_string(ceilings.bytes));
  return ceilings;
}

}  // namespace

int main(int argc, char** argv) try {
  const Where where = where_from(argc, argv);
  set_threads(std::atoi(take_option(argc, argv, "threads", "0").c_str()));
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  const Ceilings ceilings = measure_ceilings(where);
  const std::vector<OpCase> cases = bench_cases();
  for (const OpCase& op : cases)
    for (const Pass& pass : op.passes()) {
      const std::string name = op.name + "/" + pass.function;
      benchmark::RegisterBenchmark(name.c_str(),
                                   [&op, name, pass, where, ceilings](benchmark::State& state) {
                                     time_pass(state, name, op, pass, where, ceilings);
                                   })
          ->UseManualTime()
          ->Unit(benchmark::kMicrosecond);
    }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
} catch (const unetsr::Error& error) {
  std::fprintf(stderr, "unetsr_bench: %s\n", error.what());
  return 1;
}
