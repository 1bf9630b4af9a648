#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "nn/trainer.hpp"
#include "plain_cnn.hpp"

// One side of compare.py; torch_peer.py is the other.
//
//   network_peer MODEL BATCH SIZE train|predict THREADS [cuda fp32|tf32|bf16]
//
// For each line "SECONDS" on standard input it works for that long and answers "MEDIAN_MILLISECONDS"; at the end of the
// input, with the largest memory it ever held in MiB. On a GPU some steps go out before the host waits for them, and
// predictions count with their copies from and to the host.
namespace {

using namespace unetsr;

constexpr int kInputs = 8;

std::unique_ptr<nn::Network<float>> make(const std::string& model) {
  if (model == "plain-cnn") return std::make_unique<bench::PlainCnn>(kInputs);
  return nn::make_network<float>(nn::model_spec(model, kInputs));
}

std::vector<float> normal_values(Shape shape, uint64_t stream) {
  std::vector<float> values(size_t(shape.size()));
  Random random(1, stream);
  for (float& value : values) value = float(random.normal());
  return values;
}

double median_milliseconds(double seconds, const std::function<void()>& work) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> times;
  const auto milliseconds = [](Clock::duration d) { return std::chrono::duration<double, std::milli>(d).count(); };
  const auto start = Clock::now();
  while (times.size() < 3 || milliseconds(Clock::now() - start) < 1e3 * seconds) {
    const auto begin = Clock::now();
    work();
    times.push_back(milliseconds(Clock::now() - begin));
  }
  std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
  return times[times.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6 && argc != 8) {
    std::fprintf(stderr, "Usage: network_peer MODEL BATCH SIZE train|predict THREADS [cuda fp32|tf32|bf16]\n");
    return 2;
  }
  const bool on_gpu = argc == 8;
  const std::string precision = on_gpu ? argv[7] : "fp32";
  const nn::Execution execution(on_gpu ? Device::cuda : Device::cpu, precision == "tf32"   ? Precision::tf32
                                                                     : precision == "bf16" ? Precision::bf16
                                                                                           : Precision::fp32);
  const int steps_at_once = on_gpu ? 10 : 1;
  const int batch = std::atoi(argv[2]), size = std::atoi(argv[3]);
  set_threads(std::atoi(argv[5]));
  const Shape x_shape = {batch, size, size, kInputs}, y_shape = {batch, size, size, 1};
  const std::vector<float> x = normal_values(x_shape, 1);
  std::vector<float> y = normal_values(y_shape, 2);
  nn::Trainer trainer(make(argv[1]), 1, execution);
  const auto train = [&] {
    for (int i = 0; i < steps_at_once; ++i) trainer.step({x.data(), x_shape}, {y.data(), y_shape}, 1e-3f);
    trainer.take_loss();
  };
  const auto predict = [&] { trainer.predict({x.data(), x_shape}, {y.data(), y_shape}); };
  const bool trains = std::strcmp(argv[4], "train") == 0;
  const std::function<void()> work = trains ? std::function<void()>(train) : predict;
  for (int i = 0; i < 2; ++i) work();
  for (double seconds; std::cin >> seconds;)
    std::cout << median_milliseconds(seconds, work) / (trains ? steps_at_once : 1) << std::endl;
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  std::cout << (on_gpu ? double(trainer.peak_bytes()) / (1 << 20) : double(usage.ru_maxrss) / 1024) << std::endl;
}
