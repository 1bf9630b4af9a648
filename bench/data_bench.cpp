#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "ceilings.hpp"
#include "data/dataset/resample.hpp"
#include "data/footprints/gridding.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "kernels/shape_check.hpp"

// Gridding of soundings: soundings a second, and the bytes of their columns a second beside the copy bandwidth. Means
// of blocks of a map, and the way back: the bytes of the map and of the blocks.
//
//   data_bench --threads=2
namespace {

using namespace unetsr;
using benchmark::Counter;
using data::GriddingMethod, data::Interpolation;

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

void set_rates(benchmark::State& state, double bytes, double copy_bandwidth) {
  state.counters["B/s"] = Counter(bytes, Counter::kIsIterationInvariantRate);
  state.counters["of copy"] = Counter(bytes / copy_bandwidth, Counter::kIsIterationInvariantRate);
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
  state.counters["soundings/s"] = Counter(double(soundings), Counter::kIsIterationInvariantRate);
  set_rates(state, bytes_of_each * double(soundings), copy_bandwidth);
}

constexpr Shape map = {1, 4000, 4000, 1};
constexpr int factor = 10;

std::vector<float> random_map(Shape shape) {
  std::vector<float> values(size_t(shape.size()));
  Random random(2);
  for (float& value : values) value = float(random.normal());
  return values;
}

double bytes_of_map_and_blocks() {
  return double(sizeof(float)) * double(map.size() + data::block_shape(map, factor).size());
}

void time_block_mean(benchmark::State& state, double copy_bandwidth) {
  const std::vector<float> fine = random_map(map);
  for (auto _ : state) benchmark::DoNotOptimize(data::block_mean(fine, map, factor));
  set_rates(state, bytes_of_map_and_blocks(), copy_bandwidth);
}

void time_refine(benchmark::State& state, Interpolation kind, double copy_bandwidth) {
  const std::vector<float> blocks = random_map(data::block_shape(map, factor));
  for (auto _ : state) benchmark::DoNotOptimize(data::refine(blocks, map, factor, kind));
  set_rates(state, bytes_of_map_and_blocks(), copy_bandwidth);
}

void add(const std::string& name, const std::function<void(benchmark::State&)>& time) {
  benchmark::RegisterBenchmark(name.c_str(), time)->UseRealTime()->Unit(benchmark::kMicrosecond);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (int count = 0; argc == 2 && std::sscanf(argv[1], "--threads=%d", &count) == 1) set_threads(count), --argc;
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  const double copy_bandwidth = bench::copy_bandwidth();
  std::fprintf(stderr, "threads %d, copy %.1f GB/s\n", threads(), copy_bandwidth / 1e9);
  benchmark::AddCustomContext("threads", std::to_string(threads()));
  benchmark::AddCustomContext("copy_bandwidth", std::to_string(copy_bandwidth));
  for (const GriddingMethod method : {GriddingMethod::area, GriddingMethod::centre, GriddingMethod::nearest})
    add("gridding " + to_string(method) + " " + std::to_string(soundings),
        [=](benchmark::State& state) { time_gridding(state, method, copy_bandwidth); });
  const std::string sizes = kernels::to_string(map) + " by " + std::to_string(factor);
  add("block_mean " + sizes, [=](benchmark::State& state) { time_block_mean(state, copy_bandwidth); });
  for (const auto& [kind, name] : {std::pair(Interpolation::bilinear, "bilinear"), {Interpolation::bicubic, "bicubic"}})
    add("refine " + std::string(name) + " " + sizes,
        [=, kind = kind](benchmark::State& state) { time_refine(state, kind, copy_bandwidth); });
  benchmark::RunSpecifiedBenchmarks();
}
