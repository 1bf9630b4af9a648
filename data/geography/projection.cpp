#include "data/geography/projection.hpp"

#include <ogr_spatialref.h>

#include <cmath>
#include <limits>
#include <vector>

#include "data/geography/gdal.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

OGRSpatialReference reference(const std::string& crs) {
  const QuietGdal quiet;
  OGRSpatialReference srs;
  if (crs.empty() || srs.SetFromUserInput(crs.c_str()) != OGRERR_NONE)
    throw UsageError("'" + crs + "' is no coordinate reference system that GDAL knows; try EPSG:4326 or a PROJ string");
  srs.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  return srs;
}

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

}  // namespace

struct Projection::Transforms {
  OGRSpatialReference map;
  bool sinusoidal = false, plain_degrees = false;
  Transformation forward, backward;
};

Projection::Projection(const std::string& crs) : transforms_(std::make_unique<Transforms>()) {
  Transforms& t = *transforms_;
  t.map = reference(crs);
  OGRSpatialReference degrees = reference("EPSG:4326"), modis = reference(modis_sinusoidal_crs);
  t.plain_degrees = same(t.map, degrees);
  // In closed form: quick, and the same with every version of PROJ.
  t.sinusoidal = same(t.map, modis);
  t.forward.reset(OGRCreateCoordinateTransformation(&degrees, &t.map));
  t.backward.reset(OGRCreateCoordinateTransformation(&t.map, &degrees));
  if (!t.forward || !t.backward) throw UsageError("no way leads from longitude and latitude to '" + crs + "'");
}

Projection::Projection(Projection&&) noexcept = default;
Projection::~Projection() = default;

bool Projection::geographic() const {
  return transforms_->map.IsGeographic();
}

bool Projection::to_map(std::span<double> x, std::span<double> y) const {
  if (transforms_->plain_degrees) return true;
  if (!transforms_->sinusoidal) return transform(*transforms_->forward, x, y);
  for (size_t i = 0; i < x.size(); ++i) {
    const MapPoint p = to_sinusoidal({x[i], y[i]});
    x[i] = p.x, y[i] = p.y;
  }
  return true;
}

bool Projection::to_geographic(std::span<double> x, std::span<double> y) const {
  if (transforms_->plain_degrees) return true;
  if (!transforms_->sinusoidal) return transform(*transforms_->backward, x, y);
  for (size_t i = 0; i < x.size(); ++i) {
    const GeoPoint p = from_sinusoidal({x[i], y[i]});
    x[i] = p.longitude, y[i] = p.latitude;
  }
  return true;
}

bool same_crs(const std::string& a, const std::string& b) {
  return a == b || same(reference(a), reference(b));
}

}  // namespace unetsr::data
