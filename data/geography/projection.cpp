#include "data/geography/projection.hpp"

#include <ogr_spatialref.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "data/crs/gdal.hpp"
#include "data/crs/reference_system.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

std::string proj_string(const OGRSpatialReference& srs) {
  char* text = nullptr;
  const bool ok = srs.exportToProj4(&text) == OGRERR_NONE;
  const std::string copy = ok && text ? text : "";
  CPLFree(text);
  return copy;
}

// A sphere by another name is the same sphere: MODIS granules and PROJ strings call theirs differently.
bool same(const OGRSpatialReference& a, const OGRSpatialReference& b) {
  if (a.IsSame(&b)) return true;
  const std::string first = proj_string(a);
  return !first.empty() && first == proj_string(b);
}

using Transformation = std::unique_ptr<OGRCoordinateTransformation>;

bool transform(OGRCoordinateTransformation& t, std::span<double> x, std::span<double> y) {
  const QuietGdal quiet;
  std::vector<int> ok(x.size());
  t.TransformWithErrorCodes(int(x.size()), x.data(), y.data(), nullptr, nullptr, ok.data());
  bool all = true;
  for (size_t i = 0; i < x.size(); ++i)
    if (ok[i] != 0 || !std::isfinite(x[i]) || !std::isfinite(y[i])) {
      x[i] = y[i] = std::numeric_limits<double>::quiet_NaN();
      all = false;
    }
  return all;
}

// GDAL's are for one thread at a time.
struct Pair {
  Transformation forward, backward;
};

// Where a map's central meridian has its other side.
double opposite_meridian(const OGRSpatialReference& srs) {
  const std::string text = proj_string(srs);
  const size_t at = text.find("+lon_0=");
  const double longitude = 180 + (at == std::string::npos ? 0 : std::strtod(text.c_str() + at + 7, nullptr));
  return longitude - 360 * std::round((longitude - 90) / 360);  // 180 stays
}

}  // namespace

struct Projection::Transforms {
  bool geographic = false, sinusoidal = false, plain_degrees = false;
  Pair pair;
  std::optional<double> seam;
  std::mutex mutex;
  std::map<std::thread::id, Pair> pairs;  // of the threads

  const Pair& own() {
    const std::lock_guard lock(mutex);
    Pair& own = pairs[std::this_thread::get_id()];
    if (!own.forward) own = {Transformation(pair.forward->Clone()), Transformation(pair.backward->Clone())};
    return own;
  }
};

Projection::Projection(const std::string& crs) {
  // Kept to the end of the process: PROJ searches its database for milliseconds, and samples have many small grids.
  static std::mutex mutex;
  static auto& known = *new std::map<std::string, std::shared_ptr<Transforms>>;
  const std::lock_guard lock(mutex);
  if (const auto at = known.find(crs); at != known.end()) {
    transforms_ = at->second;
    return;
  }
  const QuietGdal quiet;
  transforms_ = std::make_shared<Transforms>();
  Transforms& t = *transforms_;
  const OGRSpatialReference map = reference_system(crs), degrees = reference_system("EPSG:4326"),
                            modis = reference_system(modis_sinusoidal_crs);
  t.geographic = map.IsGeographic();
  t.plain_degrees = same(map, degrees);
  // In closed form: quick, and the same with every version of PROJ.
  t.sinusoidal = same(map, modis);
  t.pair.forward.reset(OGRCreateCoordinateTransformation(&degrees, &map));
  t.pair.backward.reset(OGRCreateCoordinateTransformation(&map, &degrees));
  if (!t.pair.forward || !t.pair.backward)
    throw UsageError("there is no transformation from longitude and latitude to '" + excerpt(crs) + "'");
  find_seam(t.sinusoidal || t.plain_degrees || t.geographic ? 180 : opposite_meridian(map));
  known.emplace(crs, transforms_);
}

// Whether the map jumps at the meridian opposite to the central one.
void Projection::find_seam(double seam) {
  constexpr double beside = 1e-6;                  // degrees
  const double far = geographic() ? 10 : 100'000;  // beyond all that lies a millionth of a degree apart
  for (const double latitude : {0.0, 30.0, -30.0, 60.0, -60.0}) {
    double x[] = {seam - beside, seam + beside - 360}, y[] = {latitude, latitude};
    if (to_map(x, y) && std::hypot(x[1] - x[0], y[1] - y[0]) > far) {
      transforms_->seam = seam;
      return;
    }
  }
}

std::optional<double> Projection::seam() const {
  return transforms_->seam;
}

bool Projection::geographic() const {
  return transforms_->geographic;
}

bool Projection::to_map(std::span<double> x, std::span<double> y) const {
  if (transforms_->plain_degrees) return true;
  if (!transforms_->sinusoidal) return transform(*transforms_->own().forward, x, y);
  for (size_t i = 0; i < x.size(); ++i) {
    const MapPoint p = to_sinusoidal({x[i], y[i]});
    x[i] = p.x, y[i] = p.y;
  }
  return true;
}

bool Projection::to_geographic(std::span<double> x, std::span<double> y) const {
  if (transforms_->plain_degrees) return true;
  if (!transforms_->sinusoidal) return transform(*transforms_->own().backward, x, y);
  for (size_t i = 0; i < x.size(); ++i) {
    const GeoPoint p = from_sinusoidal({x[i], y[i]});
    x[i] = p.longitude, y[i] = p.latitude;
  }
  return true;
}

void Projection::to_globe(std::span<double> x, std::span<double> y) const {
  constexpr double missing = std::numeric_limits<double>::quiet_NaN();
  constexpr double rounding = 1e-6;
  const double least = geographic() ? rounding : 1e-3;  // m: PROJ's series are no better at a map's origin
  const bool closed_form = transforms_->plain_degrees || transforms_->sinusoidal;
  const std::vector<double> map_x(x.begin(), x.end()), map_y(y.begin(), y.end());
  to_geographic(x, y);
  std::vector<double> back_x(x.begin(), x.end()), back_y(y.begin(), y.end());
  if (!closed_form) to_map(back_x, back_y);
  for (size_t i = 0; i < x.size(); ++i) {
    const double near = least + rounding * (std::abs(map_x[i]) + std::abs(map_y[i]));
    const bool there = closed_form ? std::abs(x[i]) <= 180 && std::abs(y[i]) <= 90
                                   : std::abs(back_x[i] - map_x[i]) <= near && std::abs(back_y[i] - map_y[i]) <= near;
    if (!there) x[i] = y[i] = missing;
  }
}

bool same_crs(const std::string& a, const std::string& b) {
  return a == b || same(reference_system(a), reference_system(b));
}

}  // namespace unetsr::data
