#pragma once
#include <string>

#include "nn/execution.hpp"

// Where networks compute, as the options of every command that runs one say it.
namespace unetsr::pipeline {

struct ComputeOptions {
  int threads = 0;             // 0: all processors
  std::string device = "cpu";  // or cuda
  std::string precision = {};  // of cuda: fp32, tf32 or bf16; empty: tf32
  std::string conv = "ours";   // of cuda: or cudnn
};

// Calls visit(name, field, help) for each.
template <class Options, class Visit>
void visit_compute_options(Options& o, Visit&& visit) {
  visit("threads", o.threads, "0: all processors; the result is the same with any number");
  visit("device", o.device, "where to compute: cpu, or cuda, the first NVIDIA GPU");
  visit("precision", o.precision,
        "how a GPU multiplies: fp32, tf32 or bf16; sums and weights are fp32; none: tf32, and fp32 on a cpu");
  visit("conv", o.conv, "whose convolutions a GPU runs: ours, or cudnn, to compare");
}

// The options with what the device implies filled in. Throws UsageError for what is unknown or does not go together.
ComputeOptions effective(ComputeOptions);

// Sets threads and convolutions for the whole process. Throws UsageError as effective() does, and Error where the
// device, or cuDNN, is missing.
nn::Execution start_computing(const ComputeOptions&);

// The processor in words, as a report names it.
std::string device_in_words(const ComputeOptions&);

}  // namespace unetsr::pipeline
