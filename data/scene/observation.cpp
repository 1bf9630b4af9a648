#include "data/scene/observation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "data/dataset/missing.hpp"
#include "data/scene/near_box.hpp"
#include "data/scene/noise_field.hpp"
#include "data/scene/orbit_errors.hpp"
#include "data/scene/sun.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

constexpr double radians = std::numbers::pi / 180;
constexpr double most_cloud = 0.8, largest_sza = 70, largest_vza = 60;  // what the product keeps
constexpr double cloud_shield = 0.3;                                    // of SIF, under full cloud
constexpr double usual_noise = 0.45;                                    // mW m-2 sr-1 nm-1
constexpr double failed_735 = 0.02;                                     // share of fits
constexpr double irradiance = 1270;                                     // mW m-2 nm-1 at 743 nm
constexpr double swath_reach = 12;                                      // degrees on either side of nadir
constexpr int block = 40;                                               // scanlines
constexpr int blocks_at_once = 64;

enum Stream : uint64_t { wide_clouds = 0x6000, small_clouds };

std::array<float, 7> toa_reflectance(double red, double nir, double cloud) {
  constexpr std::array<double, 7> share_of_nir = {0, 0.02, 0.4, 0.9, 0.98, 1, 1.01};
  std::array<float, 7> bands;
  for (size_t i = 0; i < bands.size(); ++i) {
    const double ground = red + share_of_nir[i] * (nir - red);
    bands[i] = float(0.02 + (1 - cloud) * ground + cloud * 0.7);
  }
  return bands;
}

class Day {
 public:
  Day(Date date, const std::optional<BoundingBox>& box, uint64_t seed, const World& world, const SurfaceUnder& under)
      : orbit_(date), box_(box), seed_(seed), world_(world), under_(under), day_(day_number(date)) {}

  int scanlines() const { return orbit_.scanlines(); }

  void observe(int scanline, TroposifSoundings& out, std::vector<Footprint>& footprints) const {
    const GeoPoint nadir = orbit_.nadir(scanline);
    const double time = orbit_.time(scanline);
    if (box_ && !near_box(*box_, nadir, swath_reach)) return;
    const Sun sun(time);
    if (sun.over(nadir).zenith > largest_sza + swath_reach) return;
    orbit_.footprints(scanline, footprints);
    const OrbitErrors errors = orbit_errors(world_, seed_, orbit_at(time));
    for (size_t i = 0; i < footprints.size(); ++i) {
      const Footprint& f = footprints[i];
      if (f.view_zenith > largest_vza) continue;
      const Footprint delivered = displaced(f, errors);
      if (box_ && !holds(*box_, delivered.centre)) continue;
      const SkyDirection light = sun.over(f.centre);
      if (light.zenith > largest_sza) continue;
      const std::optional<Surface> surface = under_(f);
      if (!surface) continue;
      const double cloud = cloud_fraction(seed_, time, f.centre);
      if (cloud > most_cloud) continue;
      Random random(seed_ + 131 * uint64_t(day_), uint64_t(scanline) * ground_pixels + i);
      add(delivered, *surface, cloud, errors.offset, light, time, random, out);
    }
  }

 private:
  double bias(const Footprint& f, double cloud) const {
    const double view = f.view_zenith / largest_vza;
    const bool west = f.view_azimuth > 0;  // of nadir: the satellite is seen to the east
    return (west ? world_.biases.west : world_.biases.east) * view * view + world_.biases.cloud * cloud;
  }

  void add(const Footprint& f, const Surface& surface, double cloud, double offset, SkyDirection sun, double time,
           Random& random, TroposifSoundings& out) const {
    Soundings& s = out.soundings;
    const std::array<float, 7> reflectance = toa_reflectance(surface.red, surface.nir, cloud);
    const double radiance = irradiance * std::cos(sun.zenith * radians) * double(reflectance[3]) / std::numbers::pi;
    // Shot noise: its variance grows with the light.
    const double sigma = usual_noise * std::sqrt(0.4 + 0.6 * radiance / 110);
    const double signal = surface.sif * (1 - cloud_shield * cloud) + bias(f, cloud) + offset;
    s.sif.push_back(float(signal + sigma * random.normal()));
    s.error.push_back(float(sigma));
    s.longitude.push_back(f.centre.longitude), s.latitude.push_back(f.centre.latitude);
    std::array<double, 4> longitudes, latitudes;
    for (size_t k = 0; k < 4; ++k) longitudes[k] = f.corners[k].longitude, latitudes[k] = f.corners[k].latitude;
    s.longitudes.push_back(longitudes), s.latitudes.push_back(latitudes);
    s.time.push_back(time);
    s.sza.push_back(float(sun.zenith)), s.vza.push_back(float(f.view_zenith));
    s.cloud_fraction.push_back(float(cloud));
    const double wider = signal + 1.3 * sigma * random.normal();
    const bool failed = random.uniform() < failed_735;
    out.sif_735.push_back(failed ? missing : float(wider));
    out.error_735.push_back(failed ? missing : float(1.3 * sigma));
    out.radiance_743.push_back(float(radiance));
    out.reflectance.push_back(reflectance);
    out.day_length_factor.push_back(float(day_length_factor(day_, f.centre.latitude, sun.zenith)));
    out.solar_azimuth.push_back(float(sun.azimuth)), out.view_azimuth.push_back(float(f.view_azimuth));
    out.land_cover.push_back(surface.land_cover);
  }

  OrbitDay orbit_;
  std::optional<BoundingBox> box_;
  uint64_t seed_;
  const World& world_;
  const SurfaceUnder& under_;
  int day_;
};

}  // namespace

std::vector<SeenPlace> seen_places(const FootprintResponse& response) {
  constexpr int places = 8;  // to a side
  constexpr double least = 0.02;
  std::vector<SeenPlace> seen;
  const auto distance = [&](double x) { return std::abs(x - 0.5) / (response.width / 2); };
  const bool box = response.across == 0;
  const int beyond = box ? 0 : int(std::ceil(places * response.width));
  for (int j = -beyond; j < places + beyond; ++j)
    for (int i = -beyond; i < places + beyond; ++i) {
      SeenPlace place = {(i + 0.5) / places, (j + 0.5) / places};
      if (!box)
        place.weight = std::exp2(-std::pow(distance(place.across), response.across) -
                                 std::pow(distance(place.along), response.along));
      if (place.weight >= least) seen.push_back(place);
    }
  return seen;
}

std::optional<Surface> mean_under(const SurfaceCells& cells, const std::vector<SeenPlace>& places, const Footprint& f) {
  const Grid& grid = cells.grid();
  SurfaceCells::Reader reader(cells);
  std::array<MapPoint, 4> corners;
  for (size_t k = 0; k < 4; ++k) corners[k] = to_sinusoidal(f.corners[k]);
  Surface mean;
  CoverShares covers = {};
  double sum = 0;
  for (const auto& [u, v, weight] : places) {
    const std::array<double, 4> near = {(1 - u) * (1 - v), u * (1 - v), u * v, (1 - u) * v};
    MapPoint p;
    for (size_t k = 0; k < 4; ++k) p.x += near[k] * corners[k].x, p.y += near[k] * corners[k].y;
    const double column = std::round((p.x - grid.x_origin) / grid.x_step);
    const double row = std::round((p.y - grid.y_origin) / grid.y_step);
    if (!(column >= 0 && column < grid.columns && row >= 0 && row < grid.rows)) return std::nullopt;
    const SurfaceCell& cell = reader.at(int(row), int(column));
    if (!cell.known()) return std::nullopt;
    sum += weight;
    mean.sif += weight * double(cell.sif);
    mean.red += weight * cell.reflectance.red, mean.nir += weight * cell.reflectance.nir;
    for (size_t c = 0; c < cover_count; ++c)
      if (cell.ninths[c] > 0) covers[c] += float(weight) * cover_share(cell.ninths[c]);
  }
  const Cover cover = main_cover(covers);
  if (cover == Cover::water) return std::nullopt;
  const double land = 1 - double(covers[size_t(Cover::water)]) / sum;
  return Surface{mean.sif / sum, mean.red / sum, mean.nir / sum, igbp_class(cover), land};
}

double cloud_fraction(uint64_t seed, double time, GeoPoint p) {
  // The weather changes from day to day and drifts at 10 m/s within one.
  const uint64_t day = uint64_t(std::floor(time / 86400));
  const double radius = 6371, drift = 0.01 * std::fmod(time, 86400.0);
  const double longitude = p.longitude * radians, latitude = p.latitude * radians;
  const double x = radius * std::cos(latitude) * std::cos(longitude) + drift;
  const double y = radius * std::cos(latitude) * std::sin(longitude) + drift, z = radius * std::sin(latitude);
  const double wide = NoiseField(seed + day, wide_clouds, 500).at(x, y, z);
  const double small = NoiseField(seed + day, small_clouds, 50).at(x, y, z);
  const double share = normal_share(0.8 * wide + 0.6 * small);
  // A quarter lies above 0.8.
  if (share < 0.48) return 0.2 * (share / 0.48) * (share / 0.48);
  if (share < 0.60) return 0.2 + 0.2 * (share - 0.48) / 0.12;
  if (share < 0.75) return 0.4 + 0.4 * (share - 0.60) / 0.15;
  return 0.8 + 0.2 * (share - 0.75) / 0.25;
}

void observe_day(Date date, const std::optional<BoundingBox>& box, uint64_t seed, const World& world,
                 const SurfaceUnder& under, const std::function<void(const TroposifSoundings&)>& take) {
  const Day day(date, box, seed, world, under);
  const int blocks = (day.scanlines() + block - 1) / block;
  for (int first = 0; first < blocks; first += blocks_at_once) {
    std::vector<TroposifSoundings> parts(size_t(std::min(blocks_at_once, blocks - first)));
    parallel_for(int64_t(parts.size()), [&](int64_t i) {
      std::vector<Footprint> footprints;
      const int begin = (first + int(i)) * block, end = std::min(day.scanlines(), begin + block);
      for (int line = begin; line < end; ++line) day.observe(line, parts[size_t(i)], footprints);
    });
    TroposifSoundings all;
    for (const TroposifSoundings& part : parts) all.append(part);
    if (all.size() > 0) take(all);
  }
}

}  // namespace unetsr::data
