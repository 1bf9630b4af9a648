#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <vector>

#include "kernels/lbp.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "timing.hpp"

// One side of compare_lbp.py; skimage_peer.py is the other.
//
//   lbp_peer SIDE POINTS RADIUS default|uniform THREADS
//
// For each line "SECONDS" on standard input it works on an image of SIDE x SIDE for that long and answers
// "MEDIAN_MILLISECONDS".
int main(int argc, char** argv) {
  using namespace unetsr;
  using kernels::LbpVariant;
  if (argc != 6) {
    std::fprintf(stderr, "Usage: lbp_peer SIDE POINTS RADIUS default|uniform THREADS\n");
    return 2;
  }
  const int side = std::atoi(argv[1]);
  const kernels::Lbp options{std::atoi(argv[2]), std::atof(argv[3]),
                             std::string(argv[4]) == "uniform" ? LbpVariant::uniform : LbpVariant::standard};
  set_threads(std::atoi(argv[5]));
  const Shape shape = {1, side, side, 1};
  std::vector<float> image(size_t(shape.size())), codes(image.size());
  Random random(1);
  for (float& value : image) value = float(random.normal());
  Queue queue(Device::cpu);
  const auto work = [&] { kernels::lbp(queue, options, {image.data(), shape}, {codes.data(), shape}); };
  work();
  for (double seconds; std::cin >> seconds;) std::cout << bench::median_milliseconds(seconds, 3, work) << std::endl;
}
