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
#include "data/geography/sinusoidal.hpp"
#include "data/scene/orbit.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "kernels/shape_check.hpp"

// Gridding of soundings: soundings a second, and the bytes a second of their columns and of the sums of the cells that
// they touch, read and written, beside the copy bandwidth; flops are those of these sums. Means of blocks of a map, and
// the way back: the bytes of the map and of the blocks.
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

// Footprints of TROPOMI on a MODIS tile, scanline by scanline, as a day's file has them.
data::Soundings swath_soundings() {
  const data::Grid tile = data::modis_tile_grid(11, 4);
  data::Soundings s;
  Random random(3);
  for (int day = 0; s.size() < size_t(soundings); ++day) {
    const data::OrbitDay orbits(data::date_of(day_number(data::Date{2019, 6, 1}) + day));
    std::vector<data::Footprint> footprints;
    for (int line = 0; line < orbits.scanlines() && s.size() < size_t(soundings); ++line) {
      if (const data::GeoPoint p = orbits.nadir(line); std::abs(p.latitude - 45) > 15) continue;
      orbits.footprints(line, footprints);
      for (const data::Footprint& f : footprints) {
        const data::MapPoint p = data::to_sinusoidal(f.centre);
        if (f.view_zenith > 60 || p.x < tile.x(0) || p.x > tile.x(1199) || p.y > tile.y(0) || p.y < tile.y(1199))
          continue;
        std::array<double, 4> longitudes, latitudes;
        for (size_t k = 0; k < 4; ++k) longitudes[k] = f.corners[k].longitude, latitudes[k] = f.corners[k].latitude;
        s.sif.push_back(float(random.normal())), s.error.push_back(0.5f);
        s.longitude.push_back(f.centre.longitude), s.latitude.push_back(f.centre.latitude);
        s.longitudes.push_back(longitudes), s.latitudes.push_back(latitudes);
        s.time.push_back(orbits.time(line));
        for (std::vector<float>* column : {&s.sza, &s.vza, &s.cloud_fraction}) column->push_back(0);
      }
    }
  }
  return s;
}

void set_rates(benchmark::State& state, double bytes, double copy_bandwidth) {
  state.counters["B/s"] = Counter(bytes, Counter::kIsIterationInvariantRate);
  state.counters["of copy"] = Counter(bytes / copy_bandwidth, Counter::kIsIterationInvariantRate);
}

// Cells that footprints touch, all together.
double touched_cells(const data::Soundings& all, const data::Grid& on) {
  const data::FootprintPlacer placer(on);
  std::vector<data::Outline> outlines;
  std::vector<data::CellShare> shares;
  double cells = 0;
  for (size_t i = 0; i < all.size(); ++i) {
    outlines.clear(), shares.clear();
    placer.place(all, i, outlines);
    for (const data::Outline& outline : outlines) data::overlaps(outline, on.rows, on.columns, shares);
    cells += double(shares.size());
  }
  return cells;
}

void time_gridding(benchmark::State& state, const data::Soundings& all, const data::Grid& on, GriddingMethod method,
                   double copy_bandwidth) {
  std::vector<size_t> chosen(all.size());
  std::iota(chosen.begin(), chosen.end(), size_t(0));
  data::WindowGridder gridder(on, 10, method, {});
  for (auto _ : state) {
    data::WindowGridder::Counts counts;
    benchmark::DoNotOptimize(gridder.add(all, chosen, counts));
  }
  constexpr double columns = 2 * sizeof(float) + 10 * sizeof(double), sums = 3 * sizeof(double) + sizeof(float);
  constexpr double flops_of_sums = 6;  // of the weight one, of the value two, of the variance three
  const double cells = method == GriddingMethod::area ? touched_cells(all, on) : double(all.size());
  state.counters["flop/s"] = Counter(flops_of_sums * cells, Counter::kIsIterationInvariantRate);
  state.counters["soundings/s"] = Counter(double(all.size()), Counter::kIsIterationInvariantRate);
  set_rates(state, columns * double(all.size()) + 2 * sums * cells, copy_bandwidth);
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
    add("gridding " + to_string(method) + " " + std::to_string(soundings), [=](benchmark::State& state) {
      static const data::Soundings all = random_soundings();
      time_gridding(state, all, grid, method, copy_bandwidth);
    });
  add("gridding area of swaths " + std::to_string(soundings), [=](benchmark::State& state) {
    static const data::Soundings all = swath_soundings();
    time_gridding(state, all, data::modis_tile_grid(11, 4), GriddingMethod::area, copy_bandwidth);
  });
  const std::string sizes = kernels::to_string(map) + " by " + std::to_string(factor);
  add("block_mean " + sizes, [=](benchmark::State& state) { time_block_mean(state, copy_bandwidth); });
  for (const auto& [kind, name] : {std::pair(Interpolation::bilinear, "bilinear"), {Interpolation::bicubic, "bicubic"}})
    add("refine " + std::string(name) + " " + sizes,
        [=, kind = kind](benchmark::State& state) { time_refine(state, kind, copy_bandwidth); });
  benchmark::RunSpecifiedBenchmarks();
}
