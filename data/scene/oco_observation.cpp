#include "data/scene/oco_observation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "data/dataset/missing.hpp"
#include "data/scene/near_box.hpp"
#include "data/scene/oco_orbit.hpp"
#include "data/scene/sun.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

constexpr double radians = std::numbers::pi / 180;
constexpr double most_cloud = 0.8, largest_sza = 75;
constexpr double cloud_shield = 0.3;  // of SIF, under full cloud
constexpr double usual_noise = 0.45;  // mW m-2 sr-1 nm-1, at 740 nm
constexpr double irradiance = 1270;   // mW m-2 nm-1 near 757 nm
constexpr double to_757 = 1 / 1.5, to_771 = 1 / 2.25;
constexpr double unclassified = 0.03;  // share of clouds that the preprocessor did not classify
constexpr int block = 60;              // lines: 135 km
constexpr double block_reach = 1.5;    // degrees from the middle of a block to the end of its swath

enum Stream : uint64_t { noise = 0xa000000000 };

int8_t quality_of(const Surface& surface, double cloud, double sza) {
  if (cloud <= 0.1 && surface.land > 0.999 && sza <= 70) return 0;
  return cloud <= 0.3 && surface.land >= 0.8 ? 1 : 2;
}

class Day {
 public:
  Day(Date date, const BoundingBox& box, uint64_t seed, const SurfaceUnder& under)
      : orbit_(date), box_(box), seed_(seed), under_(under), day_(day_number(date)) {}

  OcoFootprints block_of_lines(int first) const {
    OcoFootprints out;
    if (near_box(box_, orbit_.nadir(first + block / 2), block_reach))
      for (int line = first; line < first + block; ++line) observe(line, out);
    return out;
  }

 private:
  void observe(int line, OcoFootprints& out) const {
    const double time = orbit_.time(line);
    const Sun sun(time);
    const double zenith = sun.over(orbit_.nadir(line)).zenith;
    if (zenith > largest_sza) return;
    const bool glint = oco_orbit_at(time) % 2 != 0;
    const std::array<Footprint, oco_footprints> row = orbit_.footprints(line, glint ? zenith : 0);
    for (int i = 0; i < oco_footprints; ++i) {
      const Footprint& f = row[size_t(i)];
      if (!holds(box_, f.centre)) continue;
      const std::optional<Surface> surface = under_(f);
      const double cloud = cloud_fraction(seed_, time, f.centre);
      if (!surface || cloud > most_cloud) continue;
      add(f, *surface, cloud, sun.over(f.centre).zenith, line, i, glint, out);
    }
  }

  void add(const Footprint& f, const Surface& surface, double cloud, double sza, int line, int number, bool glint,
           OcoFootprints& out) const {
    Random random(seed_ + 131 * uint64_t(day_), noise + uint64_t(line) * oco_footprints + uint64_t(number));
    const double reflectance = 0.02 + (1 - cloud) * surface.nir + cloud * 0.7;
    const double radiance = irradiance * std::cos(sza * radians) * reflectance / std::numbers::pi;
    // Shot noise, as much in both windows: of sigma s each, 0.75 (757 nm + 1.5 x 771 nm) has 0.75 sqrt(1 + 1.5^2) s.
    const double sigma_740 = usual_noise * std::sqrt(0.4 + 0.6 * radiance / 110);
    const double sigma = sigma_740 / (0.75 * std::sqrt(1 + 1.5 * 1.5));
    const double signal = surface.sif * (1 - cloud_shield * cloud);
    const double sif_757 = signal * to_757 + sigma * random.normal();
    const double sif_771 = signal * to_771 + sigma * random.normal();
    const double sif = 0.75 * (sif_757 + 1.5 * sif_771), factor = day_length_factor(day_, f.centre.latitude, sza);
    add_place(f, orbit_.time(line), number, out.footprints);
    Soundings& s = out.footprints;
    s.sif.push_back(float(sif)), s.error.push_back(float(sigma_740));
    s.sza.push_back(float(sza)), s.vza.push_back(float(f.view_zenith));
    out.sif_757.push_back(float(sif_757)), out.sif_771.push_back(float(sif_771));
    out.sigma_757.push_back(float(sigma)), out.sigma_771.push_back(float(sigma));
    out.daily_factor.push_back(float(factor)), out.daily_sif.push_back(float(sif * factor));
    out.quality.push_back(quality_of(surface, cloud, sza));
    out.cloud.push_back(random.uniform() < unclassified ? 2 : cloud > 0.2 ? 1 : 0);
    s.cloud_fraction.push_back(out.cloud.back() == 2 ? missing : float(out.cloud.back()));
    out.mode.push_back(glint ? 1 : 0), out.igbp.push_back(int8_t(surface.land_cover));
    out.orbit.push_back(s.orbit.back());
  }

  static void add_place(const Footprint& f, double time, int number, Soundings& s) {
    s.longitude.push_back(f.centre.longitude), s.latitude.push_back(f.centre.latitude);
    std::array<double, 4> longitudes, latitudes;
    for (size_t k = 0; k < 4; ++k) longitudes[k] = f.corners[k].longitude, latitudes[k] = f.corners[k].latitude;
    s.longitudes.push_back(longitudes), s.latitudes.push_back(latitudes);
    s.time.push_back(time), s.orbit.push_back(oco_orbit_at(time)), s.pixel.push_back(number + 1);
  }

  OcoOrbitDay orbit_;
  BoundingBox box_;
  uint64_t seed_;
  const SurfaceUnder& under_;
  int day_;
};

}  // namespace

OcoFootprints observe_oco_day(Date date, const BoundingBox& box, uint64_t seed, const SurfaceUnder& under) {
  const Day day(date, box, seed, under);
  std::vector<OcoFootprints> parts(OcoOrbitDay::lines / block);
  parallel_for(int64_t(parts.size()), [&](int64_t i) { parts[size_t(i)] = day.block_of_lines(int(i) * block); });
  OcoFootprints all;
  all.sensor = "OCO-2", all.version = "11r";
  for (const OcoFootprints& part : parts) append(part, all);
  return all;
}

}  // namespace unetsr::data
