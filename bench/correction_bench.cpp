#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "ceilings.hpp"
#include "data/correction/footprint_conservation.hpp"
#include "data/correction/map_error.hpp"
#include "data/correction/spatial_correlation.hpp"
#include "data/dataset/calendar.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

// The correction by soundings: the demo's scene and one of 14 windows, with footprints of 15 x 8 cells in the order of
// scans. Soundings a second, and the bytes a second of one pass over the footprints' weights. Sums of a correlation:
// the bytes of an image, read and written along rows and along columns.
//
//   correction_bench --threads=2
namespace {

using namespace unetsr;
using benchmark::Counter;

struct Size {
  int windows, rows, columns, soundings;
};

constexpr double cell = 0.004;  // degrees
const data::MapError map_error{{{8, 0.009, 0.039}, {64, 0.008, 0.007}}};

data::Dataset grid_of(const Size& size) {
  data::Dataset d;
  d.grid = {size.rows, size.columns, cell / 2, cell, 10 - cell / 2, -cell, "EPSG:4326"};
  d.coarse_factor = 4;
  for (int w = 0; w < size.windows; ++w) d.windows.push_back(data::to_string(data::date_of(17897 + 16 * w)));
  return d;
}

std::vector<float> map_pattern(const Size& size) {
  std::vector<float> maps;
  for (int w = 0; w < size.windows; ++w)
    for (int i = 0; i < size.rows; ++i)
      for (int j = 0; j < size.columns; ++j)
        maps.push_back(
            float(0.9 + 0.4 * std::sin(i / 23.0 + w) * std::sin(j / 17.0) + 0.15 * std::sin(1.7 * i + 2.3 * j)));
  return maps;
}

struct Place {
  int window, day;
  double y, x;
};

std::vector<Place> places(const Size& size) {
  Random random(1);
  std::vector<Place> all;
  for (int k = 0; k < size.soundings; ++k)
    all.push_back({int(int64_t(k) * size.windows / size.soundings), int(random.below(16)),
                   random.uniform(9, size.rows - 10), random.uniform(10, size.columns - 11)});
  std::stable_sort(all.begin(), all.end(), [](const Place& a, const Place& b) {
    return std::tuple(a.window, a.day, int(a.y / 8), a.x) < std::tuple(b.window, b.day, int(b.y / 8), b.x);
  });
  return all;
}

// Footprints turned by up to 15 degrees, of a SIF of 1 with waves and noise.
void add_soundings(data::Dataset& d, const Size& size) {
  Random random(2);
  data::Soundings& s = d.soundings;
  for (const Place& p : places(size)) {
    const double turn = 0.26 * (2 * random.uniform() - 1), error = 0.45 * (0.7 + 0.6 * random.uniform());
    std::array<double, 4> longitudes, latitudes;
    for (size_t k = 0; k < 4; ++k) {
      const double along = (k == 0 || k == 3 ? -0.5 : 0.5) * 15.1, across = (k < 2 ? -0.5 : 0.5) * 7.6;
      longitudes[k] = (p.x + along * std::cos(turn) - across * std::sin(turn)) * cell;
      latitudes[k] = 10 - (p.y + along * std::sin(turn) + across * std::cos(turn)) * cell;
    }
    s.sif.push_back(
        float(0.9 + 0.2 * std::sin(p.x / 7 + p.y / 9) + 0.1 * std::sin(p.x / 50) + error * random.normal()));
    s.error.push_back(float(error));
    s.longitude.push_back(p.x * cell), s.latitude.push_back(10 - p.y * cell);
    s.longitudes.push_back(longitudes), s.latitudes.push_back(latitudes);
    s.time.push_back((17897 + 16 * p.window + p.day) * 86400.0 + 1000);
    for (std::vector<float>* column : {&s.sza, &s.vza, &s.cloud_fraction}) column->push_back(0);
  }
}

struct Scene {
  explicit Scene(const Size& size) : dataset(grid_of(size)), maps(map_pattern(size)) {
    add_soundings(dataset, size);
    cells.emplace(dataset);
    for (size_t i = 0; i < cells->size(); ++i) bytes += double(cells->weights(i).size_bytes());
  }
  data::Dataset dataset;
  std::vector<float> maps;
  std::optional<data::SoundingCells> cells;
  double bytes = 0;  // of the weights
};

const Scene& scene(const Size& size) {
  static std::map<int, Scene> scenes;
  return scenes.try_emplace(size.windows, size).first->second;
}

void time_scene(benchmark::State& state, const Size& size, double copy_bandwidth,
                const std::function<void(const Scene&)>& job) {
  const Scene& s = scene(size);
  for (auto _ : state) job(s);
  state.counters["soundings/s"] = Counter(double(s.cells->size()), Counter::kIsIterationInvariantRate);
  state.counters["B/s"] = Counter(s.bytes, Counter::kIsIterationInvariantRate);
  state.counters["of copy"] = Counter(s.bytes / copy_bandwidth, Counter::kIsIterationInvariantRate);
}

template <class Number>
void time_correlation(benchmark::State& state, double copy_bandwidth) {
  constexpr int side = 1024;
  std::vector<Number> image(size_t(side) * side, 1);
  data::SpatialCorrelation<Number> correlation(side, side, {8});
  for (auto _ : state) {
    correlation.along_rows(image.data());
    const typename data::SpatialCorrelation<Number>::Sum sum{{1}, image.data(), nullptr, nullptr};
    correlation.along_columns({&sum, 1});
    std::fill(image.begin(), image.end(), Number(1));
  }
  const double bytes = 4.0 * sizeof(Number) * side * side;
  state.counters["B/s"] = Counter(bytes, Counter::kIsIterationInvariantRate);
  state.counters["of copy"] = Counter(bytes / copy_bandwidth, Counter::kIsIterationInvariantRate);
}

void add(const std::string& name, const std::function<void(benchmark::State&)>& time) {
  benchmark::RegisterBenchmark(name.c_str(), time)->UseRealTime()->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (int count = 0; argc == 2 && std::sscanf(argv[1], "--threads=%d", &count) == 1) set_threads(count), --argc;
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  const double copy = bench::copy_bandwidth();
  std::fprintf(stderr, "threads %d, copy %.1f GB/s\n", threads(), copy / 1e9);
  benchmark::AddCustomContext("threads", std::to_string(threads()));
  benchmark::AddCustomContext("copy_bandwidth", std::to_string(copy));
  add("correlation 1024x1024 single", [=](benchmark::State& state) { time_correlation<float>(state, copy); });
  add("correlation 1024x1024 double", [=](benchmark::State& state) { time_correlation<double>(state, copy); });
  for (const Size& size : {Size{2, 540, 1160, 161000}, Size{14, 384, 384, 400000}}) {
    const std::string of = " " + std::to_string(size.windows) + "x" + std::to_string(size.rows) + "x" +
                           std::to_string(size.columns) + ", " + std::to_string(size.soundings) + " soundings";
    add("posterior_error" + of, [=](benchmark::State& state) {
      time_scene(state, size, copy, [](const Scene& s) {
        benchmark::DoNotOptimize(data::posterior_error(s.maps, s.dataset.grid, *s.cells, {}, map_error));
      });
    });
    add("posterior_error to 1e-2" + of, [=](benchmark::State& state) {
      time_scene(state, size, copy, [](const Scene& s) {
        benchmark::DoNotOptimize(data::posterior_error(s.maps, s.dataset.grid, *s.cells, {}, map_error, 1e-2));
      });
    });
    add("conserve_footprints" + of, [=](benchmark::State& state) {
      time_scene(state, size, copy, [](const Scene& s) {
        std::vector<float> maps = s.maps;
        benchmark::DoNotOptimize(data::conserve_footprints(maps, s.dataset.grid, *s.cells, {}, map_error));
      });
    });
    add("estimate_map_error" + of, [=](benchmark::State& state) {
      time_scene(state, size, copy, [](const Scene& s) {
        benchmark::DoNotOptimize(data::estimate_map_error(s.maps, s.dataset.grid, *s.cells, {}, {{8, 64}, 0}));
      });
    });
  }
  benchmark::RunSpecifiedBenchmarks();
}
