#pragma once
#include <optional>
#include <string>
#include <type_traits>

#include "kernels/queue.hpp"
#include "nn/execution.hpp"
#include "pipeline/console/option_range.hpp"

// Where networks compute, set by the options of every command that runs one.
namespace unetsr::pipeline {

// `Maybe` is std::optional for what a user gave, and std::type_identity_t once defaults are filled in.
template <template <class> class Maybe>
struct Compute {
  int threads = 0;  // 0: all processors
  Device device = Device::cpu;
  Maybe<Precision> precision{};                    // of cuda; fp32 on a cpu
  Convolutions convolutions = Convolutions::ours;  // of cuda
};
using ComputeOptions = Compute<std::optional>;
using ResolvedCompute = Compute<std::type_identity_t>;

// An option in --help: what it is for, and the heading that it stands under; and the numbers that it takes.
struct OptionHelp {
  const char* group;
  const char* text;
  std::optional<OptionRange> range{};
};

// More threads than any machine has processors would only fill its memory.
constexpr OptionRange thread_range = {0, 1024};
constexpr const char* thread_help = "number of threads; 0: all processors; results do not depend on it";

// Calls visit(name, field, OptionHelp) for each.
template <class Options, class Visit>
void visit_compute_options(Options& o, Visit&& visit) {
  constexpr const char* machine = "Machine";
  visit("threads", o.threads, OptionHelp{machine, thread_help, thread_range});
  visit(
      "device", o.device,
      OptionHelp{
          machine,
          "processor for networks: cpu, or cuda (the first NVIDIA GPU; of several processes of a machine each takes the next)"});
  visit("precision", o.precision,
        OptionHelp{
            machine,
            "precision of products on a GPU: fp32, tf32 or bf16; sums and weights are fp32 (default: tf32; on a cpu "
            "fp32)"});
  visit("conv", o.convolutions, OptionHelp{machine, "convolutions on a GPU: ours, or cudnn for comparison"});
}

// The options with what the device implies filled in. Throws UsageError for what does not go together.
ResolvedCompute resolve(const ComputeOptions&);

// An execution with these options; what has no execution, the data's own sums, takes their number of threads from the
// calling thread from now on. Throws Error
// where the device, or cuDNN, is missing. `exact`: see nn/execution.hpp.
nn::Execution start_computing(const ResolvedCompute&, bool exact = false);

// The processor in words, as a report names it.
std::string device_in_words(const ResolvedCompute&);

}  // namespace unetsr::pipeline
