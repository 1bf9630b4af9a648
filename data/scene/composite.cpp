#include "data/scene/composite.hpp"

#include <algorithm>
#include <cmath>

#include "data/scene/noise_field.hpp"
#include "data/scene/pixel_view.hpp"
#include "data/scene/sun.hpp"
#include "data/scene/viirs_bands.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

enum Stream : uint64_t { haze = 0x4000, views = 0x5000 };

// Of all pixels: never seen, cloudy, marginal.
constexpr double unseen_share = 0.008, cloudy_share = 0.04, marginal_share = 0.14;

constexpr double widest_view = 65;  // degrees from the zenith

enum class Sky { unseen, cloudy, marginal, good };

Sky sky_at(double u) {
  return u < unseen_share                                   ? Sky::unseen
         : u < unseen_share + cloudy_share                  ? Sky::cloudy
         : u < unseen_share + cloudy_share + marginal_share ? Sky::marginal
                                                            : Sky::good;
}

// VI Quality: bits 0-1 MODLAND, 2-5 usefulness, 6-7 aerosol, 8 adjacent cloud, 10 mixed cloud, 11-13 land or water.
uint16_t quality_bits(Sky sky, Cover cover, uint32_t dice) {
  const unsigned land = cover == Cover::water ? 3u : 1u;
  const unsigned lowest = sky == Sky::cloudy ? 9 : sky == Sky::marginal ? 3 : 0;
  const unsigned usefulness = lowest + dice % 3;
  const unsigned modland = sky == Sky::cloudy ? 2 : sky == Sky::marginal ? 1 : 0;
  const unsigned aerosol = sky == Sky::cloudy ? 3 : sky == Sky::marginal ? 2 : 1;
  const unsigned clouds = sky == Sky::cloudy ? 1u << 8 | 1u << 10 : 0;
  return uint16_t(modland | usefulness << 2 | aerosol << 6 | clouds | land << 11);
}

int16_t stored(double value, double scale, double low, double high) {
  return int16_t(std::lround(std::clamp(value * scale, low, high)));
}

// Clouds and haze are white; noise is that of a composite of corrected reflectances.
struct Haze {
  double white;
  Reflectance gain, noise;
};

Haze haze_of(Sky sky, Random& random) {
  Haze h = {};
  h.white = sky == Sky::cloudy ? random.uniform(0.15, 0.5) : sky == Sky::marginal ? random.uniform(0, 0.04) : 0;
  h.gain.red = 1 + 0.03 * random.normal(), h.noise.red = 0.0015 * random.normal();
  h.gain.nir = 1 + 0.02 * random.normal();
  h.gain.blue = 1 + 0.04 * random.normal(), h.noise.blue = 0.0015 * random.normal();
  h.gain.mir = 1 + 0.02 * random.normal();
  return h;
}

Reflectance seen_through(const Haze& h, const Reflectance& truth) {
  const Reflectance mixed = mix({0.55, 0.55, 0.55, 0.35}, h.white, truth);
  return {std::max(0.001, mixed.red * h.gain.red + h.noise.red), std::max(0.001, mixed.nir * h.gain.nir),
          std::max(0.001, mixed.blue * h.gain.blue + h.noise.blue), std::max(0.001, mixed.mir * h.gain.mir)};
}

bool has_covers(const CoverShares& shares) {
  return std::any_of(shares.begin(), shares.end(), [](float share) { return share > 0; });
}

}  // namespace

namespace {

// One pixel as a composite saw it.
struct SeenPixel {
  Sky sky;
  Reflectance reflectance;
  double view, sun_zenith, azimuth;  // degrees; views east of the track are positive
  int day;                           // since 1970-01-01
  uint16_t quality;
  uint32_t dice;  // 0..2
};

// Where one sensor's weather, views and noise come from, and when it passes.
struct Overpass {
  uint64_t stream;
  double hour;  // local
};
constexpr Overpass terra = {0, 10.5}, noaa20 = {uint64_t(1) << 40, 13.5};

// visit(index, pixel) of the granule's pixels in the core; those that were never seen have a truth without measurement.
template <class Visit>
void each_pixel(const Landscape& land, const Vegetation& vegetation, const Part& core, const Window& window,
                const Grid& grid, uint64_t seed, const PixelResponse& response, const Overpass& pass,
                const Visit& visit) {
  const double across = (grid.x_origin - land.grid.x_origin) / grid.x_step;
  const double down = (grid.y_origin - land.grid.y_origin) / grid.y_step;
  const int column0 = int(std::lround(across)), row0 = int(std::lround(down));
  if (std::abs(across - column0) > 1e-3 || std::abs(down - row0) > 1e-3)
    throw ShapeError("a granule's pixels do not lie on the landscape's cells");
  const Part& part = land.part;
  const int first = day_number(window.first);
  const uint64_t own = pass.stream + uint64_t(first);
  const NoiseField haze_field(seed, haze + own, 25000), view_field(seed, views + own, 150000);
  const PixelShift shift = pixel_shift(response, seed, first);
  parallel_for(grid.rows, [&](int64_t row) {
    const int64_t land_row = row + row0;
    if (land_row < core.row || land_row >= core.row + core.rows) return;
    for (int column = 0; column < grid.columns; ++column) {
      const int land_column = column + column0;
      if (land_column < core.column || land_column >= core.column + core.columns) continue;
      const size_t cell = size_t((land_row - part.row) * part.columns + land_column - part.column);
      if (!has_covers(land.shares[cell])) continue;
      const MapPoint p = {grid.x(column), grid.y(int(row))};
      const uint64_t pixel =
          uint64_t(std::llround(p.x / modis_cell - 0.5)) << 32 ^ uint64_t(std::llround(p.y / modis_cell - 0.5));
      Random random(seed + 977 * uint64_t(first) + pass.stream, pixel);
      SeenPixel seen = {};
      seen.sky = sky_at(normal_share(0.9 * haze_field.at(p.x, p.y) + std::sqrt(1 - 0.81) * random.normal()));
      const Haze here = haze_of(seen.sky, random);
      seen.day = first + int(random.below(uint32_t(window.days)));
      seen.view = 22 * view_field.at(p.x, p.y) + 8 * random.normal();
      const Reflectance truth = response.scan == 0
                                    ? vegetation.reflectance[cell]
                                    : seen_by_pixel(part, vegetation.reflectance, int(land_row), land_column,
                                                    std::min(std::abs(seen.view), widest_view), response, shift);
      seen.reflectance = seen_through(here, truth);
      const SkyDirection sun = sun_at_local_time(seen.day, pass.hour + seen.view / 40, from_sinusoidal(p));
      seen.sun_zenith = sun.zenith;
      seen.azimuth = sun.azimuth - (seen.view > 0 ? 80 : -100);
      if (seen.azimuth > 180) seen.azimuth -= 360;
      if (seen.azimuth < -180) seen.azimuth += 360;
      seen.dice = random.below(3);
      seen.quality = quality_bits(seen.sky, main_cover(land.shares[cell]), seen.dice);
      visit(size_t(row * grid.columns + column), seen);
    }
  });
}

template <class Pixels>
void store_view(const SeenPixel& seen, size_t i, Pixels& out) {
  out.view_zenith[i] = stored(std::min(std::abs(seen.view), widest_view), 100, 0, 18000);
  out.sun_zenith[i] = stored(seen.sun_zenith, 100, 0, 18000);
  out.relative_azimuth[i] = stored(seen.azimuth, 100, -18000, 18000);
  out.composite_day[i] = int16_t(day_of_year(date_of(seen.day)));
  out.quality[i] = seen.quality;
}

// Two thirds of the pixels that VIIRS never saw hold an estimate of the product: of another year.
constexpr int estimated_rank = 10, average_rank = 11;

void store_estimate(SeenPixel& seen) {
  const double other_year = seen.dice == 1 ? 0.8 : 1.2;
  seen.reflectance.nir *= other_year, seen.reflectance.red /= other_year;
}

}  // namespace

Mod13a2Pixels composite(const Landscape& land, const Vegetation& vegetation, const Window& window, const Grid& grid,
                        uint64_t seed, const PixelResponse& response) {
  Mod13a2Pixels pixels(size_t(grid.cells()));
  add_composite(land, vegetation, land.part, window, grid, seed, response, pixels);
  return pixels;
}

void add_composite(const Landscape& land, const Vegetation& vegetation, const Part& core, const Window& window,
                   const Grid& grid, uint64_t seed, const PixelResponse& response, Mod13a2Pixels& out) {
  each_pixel(land, vegetation, core, window, grid, seed, response, terra, [&](size_t i, const SeenPixel& seen) {
    if (seen.sky == Sky::unseen) return;
    const Reflectance& r = seen.reflectance;
    out.red[i] = stored(r.red, 1e4, 0, 10000), out.nir[i] = stored(r.nir, 1e4, 0, 10000);
    out.blue[i] = stored(r.blue, 1e4, 0, 10000), out.mir[i] = stored(r.mir, 1e4, 0, 10000);
    out.ndvi[i] = stored(ndvi(r), 1e4, -2000, 10000), out.evi[i] = stored(evi(r), 1e4, -2000, 10000);
    store_view(seen, i, out);
    out.reliability[i] = seen.sky == Sky::cloudy ? 3 : seen.sky == Sky::marginal ? 1 : 0;
  });
}

void add_composite(const Landscape& land, const Vegetation& vegetation, const Part& core, const Window& window,
                   const Grid& grid, uint64_t seed, const PixelResponse& response, Vnp13a2Pixels& out) {
  each_pixel(land, vegetation, core, window, grid, seed, response, noaa20, [&](size_t i, SeenPixel seen) {
    const bool unseen = seen.sky == Sky::unseen;
    if (unseen && seen.dice == 0) return;
    if (unseen) store_estimate(seen);
    const ViirsReflectance r = viirs_reflectance(seen.reflectance);
    const auto reflectance = [](double value) { return stored(value, 1e4, 0, 10000); };
    out.red[i] = reflectance(r.red), out.nir[i] = reflectance(r.nir), out.blue[i] = reflectance(r.blue);
    out.green[i] = reflectance(r.green), out.swir1[i] = reflectance(r.swir1);
    out.swir2[i] = reflectance(r.swir2), out.swir3[i] = reflectance(r.swir3);
    const Reflectance as_modis = {r.red, r.nir, r.blue, 0};
    const auto index = [](double value) { return stored(value, 1e4, -10000, 10000); };
    out.ndvi[i] = index(ndvi(as_modis)), out.evi[i] = index(evi(as_modis)), out.evi2[i] = index(evi2(r));
    store_view(seen, i, out);
    const int good = int(seen.dice);  // excellent, good or acceptable
    out.reliability[i] = int8_t(unseen                      ? (seen.dice == 1 ? estimated_rank : average_rank)
                                : seen.sky == Sky::cloudy   ? 9
                                : seen.sky == Sky::marginal ? 3
                                                            : good);
  });
}

}  // namespace unetsr::data
