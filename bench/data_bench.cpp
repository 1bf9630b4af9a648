#include <benchmark/benchmark.h>

#include <array>
#include <cstdio>
#include <numeric>

#include "ceilings.hpp"
#include "data/gridding.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

// Gridding of soundings: soundings a second, and the bytes of their columns a second beside the copy bandwidth.
namespace {

using namespace unetsr;
using data::GriddingMethod;

constexpr int64_t soundings = 200000;
const data::Grid grid{
    .rows = 1200, .columns = 1200, .x_origin = 5, .x_step = 0.01, .y_origin = 55, .y_step = -0.01, .crs = "EPSG:4326"};

// Footprints of 3.5 x 7 km, turned by up to 20 degrees, all over the grid.
data::Soundings random_soundings() {
  data::Soundings s;
  Random random(1);
  for (int64_t i = 0; i < soundings; ++i) {
    const double x = 5.1 + 11.8 * random.uniform(), y = 43.2 + 11.7 * random.uniform();
    const double turn = 0.35 * (2 * random.uniform() - 1);
    std::array<double, 4> longitudes, latitudes;
    for (size_t k = 0; k < 4; ++k) {
      const double along = k == 0 || k == 3 ? -0.035 : 0.035, across = k < 2 ? -0.025 : 0.025;
      longitudes[k] = x + along * std::cos(turn) - across * std::sin(turn);
      latitudes[k] = y + along * std::sin(turn) + across * std::cos(turn);
    }
    s.sif.push_back(float(random.normal()));
    s.error.push_back(0.5f);
    s.longitude.push_back(x), s.latitude.push_back(y);
    s.longitudes.push_back(longitudes), s.latitudes.push_back(latitudes);
    s.time.push_back(0);
    for (std::vector<float>* column : {&s.sza, &s.vza, &s.cloud_fraction}) column->push_back(0);
  }
  return s;
}

void time_gridding(benchmark::State& state, GriddingMethod method, double copy_bandwidth) {
  static const data::Soundings all = random_soundings();
  std::vector<size_t> chosen(all.size());
  std::iota(chosen.begin(), chosen.end(), size_t(0));
  data::WindowGridder gridder(grid, 10, method, {});
  for (auto _ : state) {
    data::WindowGridder::Counts counts;
    benchmark::DoNotOptimize(gridder.add(all, chosen, counts));
  }
  constexpr double bytes_of_each = 2 * sizeof(float) + 10 * sizeof(double);
  using benchmark::Counter;
  const auto rate = [&](const char* name, double amount) {
    state.counters[name] = Counter(amount, Counter::kIsIterationInvariantRate);
  };
  rate("soundings/s", double(soundings));
  rate("B/s", bytes_of_each * double(soundings));
  rate("of copy", bytes_of_each * double(soundings) / copy_bandwidth);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  const double copy_bandwidth = bench::copy_bandwidth();
  std::fprintf(stderr, "threads %d, copy %.1f GB/s\n", threads(), copy_bandwidth / 1e9);
  benchmark::AddCustomContext("threads", std::to_string(threads()));
  benchmark::AddCustomContext("copy_bandwidth", std::to_string(copy_bandwidth));
  for (const GriddingMethod method : {GriddingMethod::area, GriddingMethod::centre, GriddingMethod::nearest})
    benchmark::RegisterBenchmark(("gridding " + to_string(method) + " " + std::to_string(soundings)).c_str(),
                                 [=](benchmark::State& state) { time_gridding(state, method, copy_bandwidth); })
        ->UseRealTime()
        ->Unit(benchmark::kMicrosecond);
  benchmark::RunSpecifiedBenchmarks();
}
