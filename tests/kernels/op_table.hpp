#pragma once
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "kernels/activation.hpp"
#include "kernels/adam.hpp"
#include "kernels/conv2d.hpp"
#include "kernels/conv_transpose2x2.hpp"
#include "kernels/copy.hpp"
#include "kernels/crop.hpp"
#include "kernels/dense.hpp"
#include "kernels/footprint_mean.hpp"
#include "kernels/lbp.hpp"
#include "kernels/masked_loss.hpp"
#include "kernels/max_pool2d.hpp"
#include "kernels/memory.hpp"
#include "kernels/multiply.hpp"
#include "kernels/placed_footprints.hpp"
#include "kernels/random.hpp"
#include "kernels/resize_bilinear.hpp"
#include "kernels/scale.hpp"
#include "kernels/shape_check.hpp"
#include "kernels/shard_mean.hpp"
#include "op_case.hpp"

// Every op of kernels/*.hpp, at any shape: tests, gradient checks and benchmarks choose the shapes.
//
// How to add an op's case:
//
// 1. A function NAME_case(shapes, options, gaps) here that returns an OpCase (op_case.hpp). Of its fields,
//      .name       is what failing tests and benchmarks print: the op, its options and its shapes.
//      .inputs     are the arrays that it reads, each {shape, gap behind a pixel's channels, values to fill it with}.
//      .output     is the array that it writes, with the gap and the values of its gradient.
//      .forward    is {function, RUN(the call), flops, bytes}: the function's name in kernels/*.hpp, what it computes,
//                  and what it reads and writes at least, for the benchmarks.
//      .gradients  has the functions of the backward pass: data_gradient() for the gradient of input 0.
//      .exact      is false where small integers need not give the same bits on all devices: with exp, or a division.
//      .float_only is true where there is no double and no dual; then write RUN_FLOAT.
//    In RUN, `queue` is the queue, a.x[i] input i, a.y the output and a.dy its gradient (both in gradients alone),
//    out[i] what the pass writes, `into` whether it writes or adds, T the scalar. What an op takes besides its arrays
//    and a GPU must read lies in OpParameters.
// 2. Calls with shapes in test_cases.hpp: one cell, one channel, odd sizes, gaps, one that is spread over threads. The
//    tests of parity, of gradients and of the emulator then run it; until then kernels.table fails.
// 3. Calls with the shapes to time in bench/kernels_bench.cpp.
namespace unetsr::test {

// One call of a kernel, as a function for every scalar T.
#define RUN(...)                                                                      \
  [=]<class T>([[maybe_unused]] Queue& queue, [[maybe_unused]] const Arguments<T>& a, \
               [[maybe_unused]] const Outputs<T>& out, [[maybe_unused]] Into into) { __VA_ARGS__; }
// The same of a kernel that knows float alone.
#define RUN_FLOAT(...) RUN(if constexpr (std::is_same_v<T, float>) __VA_ARGS__)

// The backward pass of most ops: of input 0, and it can add.
inline Pass data_gradient(std::string function, Run run, double flops, double bytes) {
  return {.function = std::move(function),
          .run = std::move(run),
          .flops = flops,
          .bytes = bytes,
          .gradient_of = {0},
          .adds = true};
}

inline double bytes(std::initializer_list<Shape> shapes) {
  double sum = 0;
  for (const Shape& shape : shapes) sum += 4.0 * double(shape.size());
  return sum;
}

struct Gaps {
  int x = 0, y = 0;
};

// What an op takes beside its arrays, where the kernels of a queue find it: copied to the GPU by the first pass.
template <class T>
class OpParameters {
 public:
  explicit OpParameters(std::vector<T> values) : values_(std::move(values)) {}

  std::span<const T> on(Queue& queue) {
    if (queue.device() != Device::cuda) return values_;
    if (!there_.data()) {
      kernels::Memory there(queue, values_.size() * sizeof(T));
      kernels::upload(queue, values_.data(), there.data(), there.bytes());
      queue.synchronise();
      there_ = std::move(there);
    }
    return {there_.as<T>(), values_.size()};
  }

 private:
  std::vector<T> values_;
  kernels::Memory there_;
};

inline OpCase copy_case(Shape x, Gaps gaps = {}) {
  return {.name = "copy " + kernels::to_string(x),
          .inputs = {{x, gaps.x}},
          .output = {x, gaps.y},
          .forward = {"copy", RUN(kernels::copy<T>(queue, a.x[0], out[0])), 0, bytes({x, x})},
          .gradients = {data_gradient("copy", RUN(kernels::copy<T>(queue, a.dy, out[0], into)), 0, bytes({x, x}))}};
}

inline OpCase activation_case(kernels::Activation kind, Shape x, Gaps gaps = {}) {
  const char* names[] = {"none", "relu", "softplus", "sigmoid"};
  return {.name = "activation " + std::string(names[int(kind)]) + " " + kernels::to_string(x),
          .inputs = {{x, gaps.x}},
          .output = {x, gaps.y},
          .forward = {"activation", RUN(kernels::activation<T>(queue, kind, a.x[0], out[0])), double(x.size()),
                      bytes({x, x})},
          .gradients = {data_gradient("activation_backward",
                                      RUN(kernels::activation_backward<T>(queue, kind, a.y, a.dy, out[0], into)),
                                      double(x.size()), bytes({x, x, x}))},
          .exact = kind == kernels::Activation::none || kind == kernels::Activation::relu};
}

// `factors` a pixel: as many as channels, or one.
inline OpCase multiply_case(Shape x, int factors, Gaps gaps = {}) {
  const Shape factor = {x.n, x.h, x.w, factors};
  const double flops = double(x.size()), moved = bytes({x, factor, x});
  Pass of_factor =
      data_gradient("multiply_backward_factor",
                    RUN(kernels::multiply_backward_factor<T>(queue, a.x[0], a.dy, out[0], into)), 2 * flops, moved);
  of_factor.gradient_of = {1};
  return {.name = "multiply " + kernels::to_string(x) + " by " + kernels::to_string(factor),
          .inputs = {{x, gaps.x}, {factor, gaps.y}},
          .output = {x, gaps.y},
          .forward = {"multiply", RUN(kernels::multiply<T>(queue, a.x[0], a.x[1], out[0])), flops, moved},
          .gradients = {
              data_gradient("multiply", RUN(kernels::multiply<T>(queue, a.dy, a.x[1], out[0], into)), flops, moved),
              of_factor}};
}

inline OpCase max_pool2d_case(Shape x, Gaps gaps = {}) {
  const Shape y = {x.n, std::max(1, x.h / 2), std::max(1, x.w / 2), x.c};
  const double flops = 3.0 * double(y.size());
  return {.name = "max_pool2d " + kernels::to_string(x),
          .inputs = {{x, gaps.x}},
          .output = {y, gaps.y},
          .forward = {"max_pool2d", RUN(kernels::max_pool2d<T>(queue, a.x[0], out[0])), flops, bytes({x, y})},
          .gradients = {data_gradient("max_pool2d_backward",
                                      RUN(kernels::max_pool2d_backward<T>(queue, a.x[0], a.dy, out[0], into)), flops,
                                      bytes({x, y, x}))}};
}

inline OpCase resize_bilinear_case(Shape x, int rows, int columns, Gaps gaps = {}) {
  const Shape y = {x.n, rows, columns, x.c};
  const double flops = 8.0 * double(y.size());
  return {.name = "resize_bilinear " + kernels::to_string(x) + " -> " + kernels::to_string(y),
          .inputs = {{x, gaps.x}},
          .output = {y, gaps.y},
          .forward = {"resize_bilinear", RUN(kernels::resize_bilinear<T>(queue, a.x[0], out[0])), flops, bytes({x, y})},
          .gradients = {data_gradient("resize_bilinear_backward",
                                      RUN(kernels::resize_bilinear_backward<T>(queue, a.dy, out[0], into)), flops,
                                      bytes({x, y}))},
          .exact = (2 * rows) % x.h == 0 && (rows & (rows - 1)) == 0 && (columns & (columns - 1)) == 0};
}

// Overlapping blocks of cells with weights of whole eighths, so that sums of small integers are exact; the last
// footprint is empty.
inline kernels::FootprintMatrix overlapping_footprints(Shape x, int count) {
  kernels::FootprintMatrix matrix;
  Random random(5, 1);
  for (int s = 0; s + 1 < count; ++s) {
    const int n = int(random.below(uint32_t(x.n))), i0 = int(random.below(uint32_t(x.h))),
              j0 = int(random.below(uint32_t(x.w)));
    for (int i = i0; i < std::min(x.h, i0 + 5); ++i)
      for (int j = j0; j < std::min(x.w, j0 + 4); ++j)
        matrix.add_entry((n * x.h + i) * x.w + j, float(1 + random.below(8)) / 8);
    matrix.end_footprint();
  }
  matrix.end_footprint();
  return matrix;
}

// The same for footprints.
class OpFootprints {
 public:
  OpFootprints(Shape x, int count) : matrix_(overlapping_footprints(x, count)), here_(matrix_.view(x.pixels())) {}
  OpFootprints(const OpFootprints&) = delete;

  const kernels::Footprints& on(Queue& queue) {
    if (queue.device() != Device::cuda) return here_;
    if (!there_) {
      there_ = placed_.place(queue, here_);
      queue.synchronise();
    }
    return *there_;
  }
  double entries() const { return double(here_.by_footprint.index.size()); }

 private:
  kernels::FootprintMatrix matrix_;
  kernels::Footprints here_;
  kernels::PlacedFootprints placed_;
  std::optional<kernels::Footprints> there_;
};

inline OpCase footprint_mean_case(Shape x, int count, Gaps gaps = {}) {
  const auto footprints = std::make_shared<OpFootprints>(x, count);
  const double entries = footprints->entries();
  const Shape y = {count, 1, 1, 1};
  return {.name = "footprint_mean " + kernels::to_string(x) + " -> " + std::to_string(count),
          .inputs = {{x, gaps.x}},
          .output = {y, gaps.y},
          .forward = {"footprint_mean", RUN(kernels::footprint_mean<T>(queue, footprints->on(queue), a.x[0], out[0])),
                      2 * entries, 12 * entries + bytes({y})},
          .gradients = {
              data_gradient("footprint_mean_backward",
                            RUN(kernels::footprint_mean_backward<T>(queue, footprints->on(queue), a.dy, out[0], into)),
                            2 * entries, 12 * entries + bytes({x}))}};
}

struct Kernel {
  int rows = 3, columns = 3;
};

// The calls of a layer with weights: forward, both gradients, and the data gradient behind a gate.
#define LAYER_RUNS(op)                                                                    \
  RUN(kernels::op<T>(queue, a.x[0], a.x[1], bias_of(a), out[0], relu)),                   \
      RUN(kernels::op##_backward_data<T>(queue, a.dy, a.x[1], out[0], into)),             \
      RUN(kernels::op##_backward_weights<T>(queue, a.x[0], a.dy, out[0], dbias_of(out))), \
      RUN(kernels::op##_backward_data<T>(queue, a.dy, a.x[1], out[0], into, a.x[0].data))

template <class T>
const T* bias_of(const Arguments<T>& a) {
  return a.x.size() > 2 ? a.x[2].data : nullptr;
}
template <class T>
T* dbias_of(const Outputs<T>& out) {
  return out.size() > 1 ? out[1].data : nullptr;
}

struct LayerShapes {
  Shape x, w, y;
  Gaps gaps = {};
  bool bias = true;
};

// Inputs x, weights and, where there is one, bias.
inline OpCase layer_case(const std::string& op, std::string name, const LayerShapes& l, double flops, Run forward,
                         Run backward_data, Run backward_weights, Run gated) {
  const double moved = bytes({l.x, l.w, l.y});
  OpCase c = {.name = std::move(name),
              .inputs = {{l.x, l.gaps.x}, {l.w}},
              .output = {l.y, l.gaps.y},
              .forward = {op, std::move(forward), flops, moved},
              .gradients = {data_gradient(op + "_backward_data", std::move(backward_data), flops, moved),
                            {op + "_backward_weights", std::move(backward_weights), flops, moved, {1}}},
              .gated = {std::move(gated)}};
  if (l.bias) {
    c.inputs.push_back({{1, 1, 1, l.w.c}});
    c.gradients.back().gradient_of.push_back(2);
  }
  return c;
}

inline OpCase conv2d_case(Shape x, Kernel kernel, int outputs, Gaps gaps = {}, bool relu = false, bool bias = true) {
  const Shape w = {kernel.rows, kernel.columns, x.c, outputs}, y = {x.n, x.h, x.w, outputs};
  const double flops = 2.0 * double(y.size()) * kernel.rows * kernel.columns * x.c;
  return layer_case("conv2d", "conv2d " + kernels::to_string(x) + " * " + kernels::to_string(w) + (relu ? " relu" : ""),
                    {x, w, y, gaps, bias}, flops, LAYER_RUNS(conv2d));
}

inline OpCase conv_transpose2x2_case(Shape x, int outputs, Gaps gaps = {}, bool relu = false, bool bias = true) {
  const Shape w = {2, 2, x.c, outputs}, y = {x.n, 2 * x.h, 2 * x.w, outputs};
  const double flops = 2.0 * double(y.size()) * x.c;
  return layer_case(
      "conv_transpose2x2",
      "conv_transpose2x2 " + kernels::to_string(x) + " * " + kernels::to_string(w) + (relu ? " relu" : ""),
      {x, w, y, gaps, bias}, flops, LAYER_RUNS(conv_transpose2x2));
}

inline OpCase dense_case(Shape x, Shape y, bool relu = false, bool bias = true) {
  const Shape w = {1, 1, x.h * x.w * x.c, y.h * y.w * y.c};
  const double flops = 2.0 * x.n * double(w.size());
  return layer_case("dense", "dense " + kernels::to_string(x) + " -> " + kernels::to_string(y) + (relu ? " relu" : ""),
                    {x, w, y, {}, bias}, flops, LAYER_RUNS(dense));
}
#undef LAYER_RUNS

// The mean loss as an op of one value; its gradient comes with it.
template <class T>
T mean_loss(Queue& queue, kernels::Loss loss, const Arguments<T>& a, View<T> gradient) {
  const kernels::Memory sum(queue, sizeof(kernels::LossSum<T>));
  kernels::LossSum<T> value;
  kernels::masked_loss<T>(queue, loss, a.x[0], a.x[1], sum.as<kernels::LossSum<T>>(), gradient);
  kernels::download(queue, sum.data(), &value, sizeof value);
  queue.synchronise();
  return T(value.sum / typename kernels::LossScalar<T>::type(double(value.count)));
}

template <class T>
void write_mean_loss(Queue& queue, kernels::Loss loss, const Arguments<T>& a, View<T> y) {
  const kernels::Memory memory(queue, size_t(a.x[0].size()) * sizeof(T));
  const T mean = mean_loss<T>(queue, loss, a, View<T>(memory.as<T>(), a.x[0].shape()));
  kernels::upload(queue, &mean, y.data, sizeof(T));
  queue.synchronise();
}

template <class T>
void write_loss_gradient(Queue& queue, kernels::Loss loss, const Arguments<T>& a, View<T> dx) {
  mean_loss<T>(queue, loss, a, dx);
  T dy{};
  std::vector<T> memory(size_t((dx.pixels() - 1) * dx.pitch + dx.c));
  kernels::download(queue, a.dy.data, &dy, sizeof(T));
  kernels::download(queue, dx.data, memory.data(), memory.size() * sizeof(T));
  queue.synchronise();
  for (int64_t p = 0; p < dx.pixels(); ++p)
    for (int c = 0; c < dx.c; ++c) memory[size_t(p * dx.pitch + c)] = dy * memory[size_t(p * dx.pitch + c)];
  kernels::upload(queue, memory.data(), dx.data, memory.size() * sizeof(T));
  queue.synchronise();
}

// The loss alone, into memory that is there from the first pass on.
template <class T>
void time_loss(Queue& queue, kernels::Loss loss, const Arguments<T>& a, kernels::Memory& memory) {
  constexpr size_t sum_bytes = 256;
  static_assert(sizeof(kernels::LossSum<T>) <= sum_bytes);
  const size_t bytes = sum_bytes + size_t(a.x[0].size()) * sizeof(T);
  if (memory.bytes() < bytes) memory = kernels::Memory(queue, bytes);
  T* const gradient = reinterpret_cast<T*>(memory.as<std::byte>() + sum_bytes);
  kernels::masked_loss<T>(queue, loss, a.x[0], a.x[1], memory.as<kernels::LossSum<T>>(),
                          View<T>(gradient, a.x[0].shape()));
}

inline OpCase masked_loss_case(kernels::Loss loss, Shape x, Gaps gaps = {}) {
  const char* names[] = {"mse", "mae", "huber"};
  const auto memory = std::make_shared<kernels::Memory>();
  const std::vector<Run> timed = {RUN(time_loss<T>(queue, loss, a, *memory))};
  const double flops = 3.0 * double(x.size()), moved = bytes({x, x, x});
  return {.name = "masked_loss " + std::string(names[int(loss.kind)]) + " " + kernels::to_string(x),
          .inputs = {{x, gaps.x}, {x, gaps.y, Values::target}},
          .output = {{1, 1, 1, 1}},
          .forward = {"masked_loss", RUN(write_mean_loss<T>(queue, loss, a, out[0])), flops, moved, {}, false, timed},
          .gradients =
              {{"masked_loss", RUN(write_loss_gradient<T>(queue, loss, a, out[0])), flops, moved, {0}, false, timed}},
          .exact = false};
}

// A step on m, v and w, where they lie.
template <class T>
void step_rows(Queue& queue, std::span<const kernels::AdamFactors> factors, const Arguments<T>& a, View<T> rows) {
  kernels::adam_step<T>(queue, factors.data(), rows.c, a.x[0].data, rows.pixel(0, 0, 0), rows.pixel(0, 0, 1),
                        rows.pixel(0, 0, 2));
}

// The rows of the output are m, v and w after the step.
inline OpCase adam_case(kernels::Adam adam, int count, int step) {
  const auto factors = std::make_shared<OpParameters<kernels::AdamFactors>>(
      std::vector<kernels::AdamFactors>{kernels::adam_factors(adam, step)});
  const Shape x = {1, 1, 1, count}, y = {1, 1, 3, count};
  return {.name = std::string("adam_step") + (adam.decoupled ? " decoupled" : "") + " " + std::to_string(count),
          .inputs = {{x}, {x}, {x, 0, Values::positive}, {x}},
          .output = {y, 0, Values::positive},
          .forward = {"adam_step",
                      RUN(for (int i = 0; i < 3; ++i)
                              kernels::copy<T>(queue, a.x[size_t(i) + 1], View<T>(out[0].pixel(0, 0, i), x));
                          step_rows<T>(queue, factors->on(queue), a, out[0])),
                      12.0 * count,
                      7 * bytes({x}),
                      {},
                      false,
                      {RUN(step_rows<T>(queue, factors->on(queue), a, out[0]))}},
          .exact = false};
}

// The losses of shards with so many targets, and behind them the sum.
template <class T>
kernels::Memory place_losses(Queue& queue, const std::vector<int64_t>& numbers) {
  std::vector<kernels::LossSum<T>> losses(numbers.size() + 1);
  for (size_t s = 0; s < numbers.size(); ++s) losses[s].count = numbers[s];
  kernels::Memory there(queue, losses.size() * sizeof losses[0]);
  kernels::upload(queue, losses.data(), there.data(), there.bytes());
  queue.synchronise();
  return there;
}

template <class T>
void call_shard_mean(Queue& queue, int shards, const kernels::Memory& losses, const Arguments<T>& a, View<T> mean) {
  kernels::LossSum<T>* const first = losses.as<kernels::LossSum<T>>();
  kernels::shard_mean<T>(queue, shards, mean.c, a.x[0].data, first, mean.data, first + shards);
}

template <class T>
void write_shard_mean(Queue& queue, const std::vector<int64_t>& numbers, const Arguments<T>& a, View<T> mean) {
  const kernels::Memory losses = place_losses<T>(queue, numbers);
  call_shard_mean<T>(queue, int(numbers.size()), losses, a, mean);
  queue.synchronise();
}

// With losses that are there from the first pass on.
template <class T>
void time_shard_mean(Queue& queue, const std::vector<int64_t>& numbers, kernels::Memory& losses, const Arguments<T>& a,
                     View<T> mean) {
  if (!losses.data()) losses = place_losses<T>(queue, numbers);
  call_shard_mean<T>(queue, int(numbers.size()), losses, a, mean);
}

inline OpCase shard_mean_case(std::vector<int64_t> numbers, int count) {
  const int shards = int(numbers.size());
  const Shape x = {1, 1, shards, count}, y = {1, 1, 1, count};
  const auto losses = std::make_shared<kernels::Memory>();
  return {.name = "shard_mean " + std::to_string(shards) + " of " + std::to_string(count),
          .inputs = {{x}},
          .output = {y},
          .forward = {"shard_mean",
                      RUN(write_shard_mean<T>(queue, numbers, a, out[0])),
                      2.0 * double(x.size()),
                      bytes({x, y}),
                      {},
                      false,
                      {RUN(time_shard_mean<T>(queue, numbers, *losses, a, out[0]))}},
          .exact = false};
}

inline OpCase lbp_case(kernels::Lbp options, Shape x, Gaps gaps = {}) {
  return {.name = "lbp (" + std::to_string(options.points) + ", " + std::to_string(options.radius) + ") variant " +
                  std::to_string(int(options.variant)) + " " + kernels::to_string(x),
          .inputs = {{x, gaps.x}},
          .output = {x, gaps.y},
          .forward = {"lbp", RUN_FLOAT(kernels::lbp(queue, options, a.x[0], out[0])), double(x.size()) * options.points,
                      bytes({x, x})},
          .float_only = true};
}

inline OpCase crop_case(Shape stack, std::vector<kernels::Crop> crops, int rows, int columns, Gaps gaps = {}) {
  const Shape patches = {int(crops.size()), rows, columns, stack.c};
  const auto placed = std::make_shared<OpParameters<kernels::Crop>>(std::move(crops));
  return {.name = "crop " + kernels::to_string(stack) + " -> " + kernels::to_string(patches),
          .inputs = {{stack, gaps.x}},
          .output = {patches, gaps.y},
          .forward = {"crop", RUN_FLOAT(kernels::crop(queue, a.x[0], placed->on(queue), out[0])), 0,
                      bytes({patches, patches})},
          .float_only = true};
}

// Powers of two as spreads: small integers come out exactly.
inline OpCase scale_case(Shape x, bool per_image, Gaps gaps = {}, bool blanks = false) {
  const size_t count = size_t(per_image ? x.n : 1) * size_t(x.c);
  std::vector<double> values(2 * count);
  for (size_t k = 0; k < count; ++k) values[k] = double(k) - 2, values[count + k] = k % 3 ? 2 : 0.25;
  const auto placed = std::make_shared<OpParameters<double>>(std::move(values));
  return {.name = "scale " + std::string(per_image ? "each image " : "") + (blanks ? "and blank " : "") +
                  kernels::to_string(x),
          .inputs = {{x, gaps.x}},
          .output = {x, gaps.y},
          .forward = {"scale", RUN_FLOAT({
                        const double* offset = placed->on(queue).data();
                        kernels::scale(queue, a.x[0], {offset, offset + count, per_image, blanks}, out[0]);
                      }),
                      2 * double(x.size()), bytes({x, x})},
          .float_only = true};
}
#undef RUN_FLOAT
#undef RUN

}  // namespace unetsr::test
