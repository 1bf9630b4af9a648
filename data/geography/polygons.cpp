#include "data/geography/polygons.hpp"

#include <fmt/format.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>

#include "data/crs/gdal.hpp"
#include "data/geography/gdal_input.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

constexpr int deepest_collection = 8, deepest_text = 64;
constexpr double slack = 1e-6;  // degrees: what writers' rounding may add to -180..180 and -90..90

// Refuses a text (GeoJSON, WKT) whose brackets are nested more deeply than any geometry's: parsers of such call
// themselves once a level. What is binary does not begin as a text does.
void refuse_deep_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const auto printable = [](char c) { return c == '\t' || c == '\n' || c == '\r' || (c >= ' ' && c <= '~'); };
  std::string begin(64, '\0');
  file.read(begin.data(), std::streamsize(begin.size()));
  begin.resize(size_t(file.gcount()));
  if (!std::all_of(begin.begin(), begin.end(), printable)) return;
  file.clear(), file.seekg(0);
  bool quoted = false, escaped = false;
  int depth = 0;
  for (auto at = std::istreambuf_iterator<char>(file); at != std::istreambuf_iterator<char>(); ++at) {
    const char c = *at;
    if (quoted) {
      quoted = escaped || c != '"';
      escaped = !escaped && c == '\\';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '(' || c == '[' || c == '{') {
      if (++depth > deepest_text) throw Error(path.string() + ": its brackets are nested too deeply");
    } else if (c == ')' || c == ']' || c == '}') {
      depth = std::max(0, depth - 1);
    }
  }
}

GDALDatasetUniquePtr open_polygons(const std::filesystem::path& path) {
  start_gdal();
  if (!std::filesystem::exists(path)) throw Error(path.string() + ": no such file");
  if (std::filesystem::is_regular_file(path)) refuse_deep_text(path);
  GDALDatasetUniquePtr file = open_user_vector(path.string());
  if (!file || file->GetLayerCount() == 0)
    throw Error(path.string() + ": not a vector file that GDAL reads: " + QuietGdal::complaint());
  return file;
}

std::string wkt_of(const OGRSpatialReference& srs) {
  char* text = nullptr;
  const bool ok = srs.exportToWkt(&text) == OGRERR_NONE && text;
  std::string wkt = ok ? text : "";
  CPLFree(text);
  return wkt;
}

// The polygons of one feature; `name` is that of the file and the feature, for errors.
class FeatureReader {
 public:
  FeatureReader(std::string name, bool degrees) : name_(std::move(name)), degrees_(degrees) {}

  void read(const OGRGeometry* geometry, std::vector<PolygonRings>& polygons) const {
    if (!geometry) throw Error(name_ + " has no geometry, or one that cannot be read: mend it, or remove the feature");
    const std::unique_ptr<OGRGeometry> straight(geometry->hasCurveGeometry() ? geometry->getLinearGeometry() : nullptr);
    if (straight) geometry = straight.get();
    if (geometry->IsEmpty()) throw Error(name_ + " is empty: remove it");
    std::vector<PolygonRings> own;
    collect(*geometry, own);
    for (PolygonRings& polygon : own)
      for (Ring& ring : polygon.rings) check(ring);
    refuse_invalid(*geometry);
    std::move(own.begin(), own.end(), std::back_inserter(polygons));
  }

 private:
  void collect(const OGRGeometry& geometry, std::vector<PolygonRings>& polygons, int depth = 0) const {
    if (depth > deepest_collection) throw Error(name_ + " has collections in collections, nested too deeply");
    switch (wkbFlatten(geometry.getGeometryType())) {
      case wkbPolygon: {
        PolygonRings polygon;
        for (const OGRLinearRing* line : *geometry.toPolygon()) {
          Ring ring;
          for (int i = 0; i < line->getNumPoints(); ++i)
            ring.x.push_back(line->getX(i)), ring.y.push_back(line->getY(i));
          polygon.rings.push_back(std::move(ring));
        }
        polygons.push_back(std::move(polygon));
        return;
      }
      case wkbMultiPolygon:
      case wkbGeometryCollection:
        for (const OGRGeometry* part : *geometry.toGeometryCollection()) collect(*part, polygons, depth + 1);
        return;
      default:
        throw Error(name_ + " is a " + OGRGeometryTypeToName(geometry.getGeometryType()) +
                    ": a region is made of polygons alone");
    }
  }

  void check(Ring& ring) const {
    for (size_t i = 0; i < ring.x.size(); ++i) {
      double &x = ring.x[i], &y = ring.y[i];
      if (!std::isfinite(x) || !std::isfinite(y)) throw Error(name_ + " has coordinates that are no numbers");
      if (!degrees_) continue;
      if (std::abs(x) > 180 + slack || std::abs(y) > 90 + slack) refuse_place(x, y);
      x = std::clamp(x, -180.0, 180.0), y = std::clamp(y, -90.0, 90.0);
      const double before = i > 0 ? ring.x[i - 1] : x;
      const bool around = std::min(std::abs(x), std::abs(before)) > 180 - slack;  // from edge to edge of the map
      if (std::abs(x - before) > 180 && !around)
        throw Error(
            fmt::format("{} has an edge from longitude {:.10g} to {:.10g}: where it crosses the date line, cut "
                        "the polygon there (ogr2ogr -wrapdateline); where it goes the long way, give it a "
                        "point in the middle",
                        name_, before, x));
    }
  }

  [[noreturn]] void refuse_place(double x, double y) const {
    std::string text = fmt::format("{} has a point ({:.10g}, {:.10g}), of which ", name_, x, y);
    text += std::abs(y) > 90 ? fmt::format("{:.10g} is no latitude (-90 to 90)", y)
                             : fmt::format("{:.10g} is no longitude (-180 to 180)", x);
    if (std::abs(x) <= 90 && std::abs(y) <= 180)
      text += ": latitude and longitude are swapped, the longitude comes first";
    else if (std::abs(y) <= 90 && std::abs(x) <= 360)
      text += ": cut the polygon at the date line (ogr2ogr -wrapdateline)";
    else
      text += ": if these are metres, the file has to name its reference system (ogr2ogr -a_srs)";
    throw Error(text);
  }

  void refuse_invalid(const OGRGeometry& geometry) const {
    if (!OGRGeometryFactory::haveGEOS()) return;
    CPLErrorReset();
    if (!geometry.IsValid())
      throw Error(name_ + " is no valid polygon (" + QuietGdal::complaint() +
                  "): mend it, for instance with ogr2ogr -makevalid OUT IN");
  }

  std::string name_;
  bool degrees_;
};

PolygonSet read_layer(OGRLayer& layer, const std::string& name) {
  PolygonSet all;
  const OGRSpatialReference* srs = layer.GetSpatialRef();
  if (srs) all.crs = wkt_of(*srs);
  layer.ResetReading();
  for (int number = 1;; ++number) {
    const OGRFeatureUniquePtr feature(layer.GetNextFeature());
    if (!feature) break;
    FeatureReader(name + ": feature " + std::to_string(number), !srs || srs->IsGeographic())
        .read(feature->GetGeometryRef(), all.polygons);
  }
  return all;
}

Ring rectangle(double west, double south, double east, double north) {
  return {{west, east, east, west}, {south, south, north, north}};
}

}  // namespace

BoundingBox parse_bbox(const std::string& text) {
  BoundingBox b;
  int end = 0;
  if (std::sscanf(text.c_str(), "%lf,%lf,%lf,%lf%n", &b.west, &b.south, &b.east, &b.north, &end) != 4 ||
      end != int(text.size()))
    throw UsageError("--bbox " + text + ": four numbers are wanted, WEST,SOUTH,EAST,NORTH in degrees");
  if (!(b.south < b.north) || b.south < -90 || b.north > 90)
    throw UsageError("--bbox " + text + ": south must be below north, both within -90..90" +
                     (b.west < b.east && b.west >= -90 && b.east <= 90 ? "; are latitude and longitude swapped?" : ""));
  if (b.west == b.east || !(std::abs(b.west) <= 180) || !(std::abs(b.east) <= 180))
    throw UsageError("--bbox " + text + ": west and east must differ and lie within -180..180");
  return b;
}

PolygonSet polygons_of(const BoundingBox& b) {
  PolygonSet all;
  if (b.west < b.east) {
    all.polygons.push_back({{rectangle(b.west, b.south, b.east, b.north)}});
    return all;
  }
  if (b.west < 180) all.polygons.push_back({{rectangle(b.west, b.south, 180, b.north)}});
  if (b.east > -180) all.polygons.push_back({{rectangle(-180, b.south, b.east, b.north)}});
  return all;
}

std::vector<PolygonSet> read_polygons(const std::filesystem::path& path) {
  const QuietGdal quiet;
  const GDALDatasetUniquePtr file = open_polygons(path);
  std::vector<PolygonSet> layers;
  for (OGRLayer* layer : file->GetLayers()) {
    if (layer->GetGeomType() == wkbNone) continue;
    const std::string name = file->GetLayerCount() > 1 ? path.string() + ": " + layer->GetName() : path.string();
    if (PolygonSet set = read_layer(*layer, name); !set.polygons.empty()) layers.push_back(std::move(set));
  }
  if (layers.empty()) throw Error(path.string() + ": holds no polygon");
  return layers;
}

PolygonIndex::PolygonIndex(const PolygonSet& all) {
  std::vector<Edge> edges;
  south_ = std::numeric_limits<double>::infinity(), north_ = -south_;
  for (size_t s = 0; s < all.polygons.size(); ++s)
    for (const Ring& ring : all.polygons[s].rings)
      for (size_t i = 0, n = ring.x.size(); i < n; ++i) {
        const size_t next = (i + 1) % n;
        edges.push_back({int(s), ring.x[i], ring.y[i], ring.x[next], ring.y[next]});
        south_ = std::min(south_, ring.y[i]), north_ = std::max(north_, ring.y[i]);
      }
  // About four edges begin in a band, so that few have to be looked at.
  begin_.assign(std::clamp<size_t>(edges.size() / 4, 1, 1 << 16) + 1, 0);
  const auto bands = double(begin_.size() - 1);
  const auto band = [&](double y) {
    const double place = north_ > south_ ? (y - south_) / (north_ - south_) * bands : 0;
    return size_t(std::clamp(place, 0.0, bands - 1));
  };
  const auto each_band = [&](const auto& visit) {
    for (const Edge& e : edges)
      for (size_t b = band(std::min(e.y0, e.y1)), last = band(std::max(e.y0, e.y1)); b <= last; ++b) visit(b, e);
  };
  each_band([&](size_t b, const Edge&) { ++begin_[b + 1]; });
  for (size_t b = 1; b < begin_.size(); ++b) begin_[b] += begin_[b - 1];
  edges_.resize(begin_.back());
  std::vector<size_t> end(begin_.begin(), begin_.end() - 1);
  each_band([&](size_t b, const Edge& e) { edges_[end[b]++] = e; });
}

std::span<const PolygonIndex::Edge> PolygonIndex::edges_at(double y) const {
  if (!(y >= south_ && y <= north_)) return {};
  const auto bands = double(begin_.size() - 1);
  const double place = north_ > south_ ? (y - south_) / (north_ - south_) * bands : 0;
  const auto b = size_t(std::clamp(place, 0.0, bands - 1));
  return {edges_.data() + begin_[b], edges_.data() + begin_[b + 1]};
}

bool PolygonIndex::holds(double x, double y) const {
  constexpr double rounding = 1e-12;
  int polygon = -1;
  bool inside = false;
  for (const Edge& e : edges_at(y)) {
    if (e.polygon != polygon) {
      if (inside) return true;
      polygon = e.polygon;
    }
    const auto [low, high] = std::minmax({e.y0, e.y1});
    if (y < low || y > high) continue;
    const auto [left, right] = std::minmax({e.x0, e.x1});
    const double near = rounding * (1 + std::abs(x));
    if (e.y0 == e.y1) {
      if (x >= left - near && x <= right + near) return true;
      continue;
    }
    const double crossing = e.x0 + (y - e.y0) / (e.y1 - e.y0) * (e.x1 - e.x0);
    if (std::abs(crossing - x) <= near) return true;
    if (y < high && crossing > x) inside = !inside;
  }
  return inside;
}

}  // namespace unetsr::data
