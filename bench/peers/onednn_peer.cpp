#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <random>
#include <unordered_map>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

#include "timing.hpp"
#include "unet_convolutions.hpp"

// oneDNN's side of compare_convolutions.py; OMP_NUM_THREADS sets its threads.
//
//   onednn_peer BATCH SIZE direct|winograd
//
// Arrays lie as oneDNN wants them: no reorder is timed. A name is followed by a tab and the implementation. Where there
// is no Winograd kernel the answer is "inf".
namespace {

using dnnl::algorithm;
using dnnl::memory;
using dnnl::prop_kind;
using unetsr::bench::Convolution;
using unetsr::bench::Kernel;

const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
const memory::dims ones = {1, 1};

memory::desc any(const memory::dims& shape) {
  return {shape, memory::data_type::f32, memory::format_tag::any};
}

struct Shapes {
  explicit Shapes(const Convolution& c)
      : x(any({c.batch, c.inputs, c.size, c.size})),
        w(any({c.outputs, c.inputs, 3, 3})),
        bias(memory::dims{c.outputs}, memory::data_type::f32, memory::format_tag::a),
        y(any({c.batch, c.outputs, c.size, c.size})) {}
  memory::desc x, w, bias, y;
};

memory random_array(const memory::desc& shape) {
  memory array(shape, engine);
  std::minstd_rand numbers;
  std::normal_distribution<float> normal(0, 0.125f);
  float* const values = static_cast<float*>(array.get_data_handle());
  for (size_t i = 0; i < shape.get_size() / sizeof(float); ++i) values[i] = normal(numbers);
  return array;
}

struct Job {
  dnnl::primitive primitive;
  std::unordered_map<int, memory> arguments;
  std::string implementation;
};

dnnl::primitive_attr with_relu() {
  dnnl::post_ops after;
#if DNNL_VERSION_MAJOR >= 3
  after.append_eltwise(algorithm::eltwise_relu, 0, 0);
#else
  after.append_eltwise(1, algorithm::eltwise_relu, 0, 0);
#endif
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(after);
  return attributes;
}

using Forward = dnnl::convolution_forward;
using BackwardData = dnnl::convolution_backward_data;
using BackwardWeights = dnnl::convolution_backward_weights;

#if DNNL_VERSION_MAJOR >= 3
Forward::primitive_desc forward_kernel(const Shapes& s, algorithm how, const dnnl::primitive_attr& attributes = {}) {
  return {engine, prop_kind::forward_training, how, s.x, s.w, s.bias, s.y, ones, ones, ones, attributes};
}
BackwardData::primitive_desc data_kernel(const Shapes& s, algorithm how) {
  return {engine, how, s.x, s.w, s.y, ones, ones, ones, forward_kernel(s, how)};
}
BackwardWeights::primitive_desc weights_kernel(const Shapes& s, algorithm how) {
  return {engine, how, s.x, s.w, s.bias, s.y, ones, ones, ones, forward_kernel(s, how)};
}
#else
Forward::primitive_desc forward_kernel(const Shapes& s, algorithm how, const dnnl::primitive_attr& attributes = {}) {
  return {{prop_kind::forward_training, how, s.x, s.w, s.bias, s.y, ones, ones, ones}, attributes, engine};
}
BackwardData::primitive_desc data_kernel(const Shapes& s, algorithm how) {
  return {{how, s.x, s.w, s.y, ones, ones, ones}, engine, forward_kernel(s, how)};
}
BackwardWeights::primitive_desc weights_kernel(const Shapes& s, algorithm how) {
  return {{how, s.x, s.w, s.bias, s.y, ones, ones, ones}, engine, forward_kernel(s, how)};
}
#endif

Job forward(const Shapes& s, algorithm how) {
  const auto d = forward_kernel(s, how, with_relu());
  return {Forward(d),
          {{DNNL_ARG_SRC, random_array(d.src_desc())},
           {DNNL_ARG_WEIGHTS, random_array(d.weights_desc())},
           {DNNL_ARG_BIAS, random_array(d.bias_desc())},
           {DNNL_ARG_DST, random_array(d.dst_desc())}},
          d.impl_info_str()};
}

Job data_gradient(const Shapes& s, algorithm how) {
  const auto d = data_kernel(s, how);
  return {BackwardData(d),
          {{DNNL_ARG_DIFF_SRC, random_array(d.diff_src_desc())},
           {DNNL_ARG_WEIGHTS, random_array(d.weights_desc())},
           {DNNL_ARG_DIFF_DST, random_array(d.diff_dst_desc())}},
          d.impl_info_str()};
}

Job weight_gradient(const Shapes& s, algorithm how) {
  const auto d = weights_kernel(s, how);
  return {BackwardWeights(d),
          {{DNNL_ARG_SRC, random_array(d.src_desc())},
           {DNNL_ARG_DIFF_WEIGHTS, random_array(d.diff_weights_desc())},
           {DNNL_ARG_DIFF_BIAS, random_array(d.diff_bias_desc())},
           {DNNL_ARG_DIFF_DST, random_array(d.diff_dst_desc())}},
          d.impl_info_str()};
}

// An empty primitive where oneDNN has none.
Job job(const Convolution& c, Kernel kernel, algorithm how) try {
  const Shapes shapes(c);
  switch (kernel) {
    case Kernel::forward:
      return forward(shapes, how);
    case Kernel::data_gradient:
      return data_gradient(shapes, how);
    case Kernel::weight_gradient:
      return weight_gradient(shapes, how);
  }
  return {};
} catch (const dnnl::error& error) {
  if (error.status != dnnl_unimplemented) throw;
  return {{}, {}, "none"};
}

}  // namespace

int main(int argc, char** argv) {
  const std::string way = argc == 4 ? argv[3] : "";
  if (way != "direct" && way != "winograd") {
    std::fprintf(stderr, "Usage: onednn_peer BATCH SIZE direct|winograd\n");
    return 2;
  }
  const algorithm how = way == "direct" ? algorithm::convolution_direct : algorithm::convolution_winograd;
  dnnl::stream stream(engine);
  std::vector<Job> jobs;
  for (const Convolution& c : unetsr::bench::unet_text_convolutions(std::atoi(argv[1]), std::atoi(argv[2])))
    for (const Kernel kernel : unetsr::bench::kernels_of(c)) {
      jobs.push_back(job(c, kernel, how));
      std::cout << name_of(c, kernel) << "\t" << jobs.back().implementation << "\n";
    }
  std::cout << std::endl;
  for (double seconds; std::cin >> seconds;) {
    for (Job& j : jobs) {
      if (!j.primitive) {
        std::cout << "inf ";
        continue;
      }
      const auto run = [&] {
        j.primitive.execute(stream, j.arguments);
        stream.wait();
      };
      run();
      std::cout << unetsr::bench::median_milliseconds(seconds, 3, run) << " ";
    }
    std::cout << std::endl;
  }
}
