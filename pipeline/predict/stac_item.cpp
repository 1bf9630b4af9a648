#include "pipeline/predict/stac_item.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "data/crs/catalogue_crs.hpp"
#include "data/dataset/sha256.hpp"
#include "data/formats/north_up.hpp"
#include "data/geography/map_outline.hpp"
#include "data/geography/projection.hpp"
#include "pipeline/console/version.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;

const std::string extensions = "https://stac-extensions.github.io/";

double rounded(double v, double steps) {
  return std::round(v * steps) / steps;
}

double degrees(double v) {
  return rounded(v, 1e6);
}

double six_digits(double v) {
  return v == 0 || !std::isfinite(v) ? v : rounded(v, std::pow(10, 5 - std::floor(std::log10(std::abs(v)))));
}

Json rings_of(const data::Ring& ring) {
  Json line = Json::array();
  for (size_t i = 0; i <= ring.x.size(); ++i)
    line.push_back({degrees(ring.x[i % ring.x.size()]), degrees(ring.y[i % ring.x.size()])});
  return Json::array({line});
}

Json geometry_of(const data::MapOutline& outline) {
  if (outline.polygons.size() == 1) return {{"type", "Polygon"}, {"coordinates", rings_of(outline.polygons.front())}};
  Json parts = Json::array();
  for (const data::Ring& ring : outline.polygons) parts.push_back(rings_of(ring));
  return {{"type", "MultiPolygon"}, {"coordinates", parts}};
}

// The instants between which the windows lie, both included.
std::pair<std::string, std::string> time_of(const std::vector<std::string>& windows, int window_days) {
  const auto [first, last] = std::minmax_element(windows.begin(), windows.end());
  const int last_day = day_number(data::parse_date(*last).value()) + window_days - 1;
  return {*first + "T00:00:00Z", data::to_string(data::date_of(last_day)) + "T23:59:59Z"};
}

// Metres of a cell's longer side.
double ground_distance(const data::Grid& grid) {
  constexpr double metres_of_a_degree = 111'195;
  const double side = std::max(std::abs(grid.x_step), std::abs(grid.y_step));
  return six_digits(data::Projection(grid.crs).geographic() ? side * metres_of_a_degree : side);
}

void add_projection(const data::Grid& grid, Json& properties) {
  const data::CatalogueCrs crs = data::catalogue_crs(grid.crs);
  properties["proj:code"] = crs.code.empty() ? Json(nullptr) : Json(crs.code);
  properties["proj:wkt2"] = crs.wkt2;
  properties["proj:shape"] = {grid.rows, grid.columns};
  const auto t = data::geotransform(grid);
  properties["proj:transform"] = {t[1], t[2], t[0], t[4], t[5], t[3]};
  properties["proj:bbox"] = {t[0], t[3] + grid.rows * t[5], t[0] + grid.columns * t[1], t[3]};
}

Json properties_of(const StacSource& s) {
  const data::RasterDescription& d = *s.description;
  const auto [start, end] = time_of(d.windows, d.window_days);
  Json p = {{"software", d.source},
            {"title", d.title},
            {"description", d.summary},
            {"datetime", nullptr},
            {"start_datetime", start},
            {"end_datetime", end},
            {"created", d.created},
            {"gsd", ground_distance(d.grid)},
            {"processing:software", {{"unetsr", version()}}},
            {"processing:lineage", s.lineage}};
  add_projection(data::north_up(d.grid), p);
  return p;
}

Json band_of(const std::string& name, const std::string& description, const std::string& unit, const Json& nodata) {
  return {{"name", name}, {"description", description}, {"data_type", "float32"}, {"nodata", nodata},
          {"unit", unit}, {"raster:sampling", "area"}};
}

Json statistics_of(const BandStatistics& s) {
  const double valid = s.cells() == 0 ? 0 : 100.0 * double(s.present()) / double(s.cells());
  if (s.present() == 0) return {{"valid_percent", valid}};
  return {{"minimum", six_digits(s.minimum())},
          {"maximum", six_digits(s.maximum())},
          {"mean", six_digits(s.mean())},
          {"stddev", six_digits(s.standard_deviation())},
          {"valid_percent", six_digits(valid)}};
}

// What a window has.
struct Kind {
  std::string suffix, netcdf_name, description, unit;
  const std::vector<BandStatistics>* statistics;
};

std::vector<Kind> kinds_of(const StacSource& s) {
  const data::RasterDescription& d = *s.description;
  std::vector<Kind> kinds = {{"", d.name, d.long_name, d.units, &s.statistics->sif}};
  if (d.with_error)
    kinds.push_back({" standard deviation", d.name + "_error", "standard deviation of " + d.long_name, d.units,
                     &s.statistics->error});
  if (d.with_filled)
    kinds.push_back({" filled", d.name + "_filled", "1 where a gap of " + d.long_name + " was filled, else 0", "1",
                     &s.statistics->filled});
  return kinds;
}

// As the file has them: bands of a GeoTIFF, variables of a NetCDF file.
Json bands_of(const StacSource& s) {
  Json bands = Json::array();
  const std::vector<Kind> kinds = kinds_of(s);
  if (s.format == data::RasterFormat::netcdf) {
    constexpr double fill = 9.969209968386869e36;
    for (const Kind& kind : kinds) {
      BandStatistics all;
      for (const BandStatistics& one : *kind.statistics) all.add(one);
      Json band = band_of(kind.netcdf_name, kind.description, kind.unit, fill);
      band["statistics"] = statistics_of(all);
      bands.push_back(std::move(band));
    }
    return bands;
  }
  for (size_t w = 0; w < s.description->windows.size(); ++w)
    for (const Kind& kind : kinds) {
      Json band = band_of(s.description->windows[w] + kind.suffix, kind.description, kind.unit, "nan");
      band["statistics"] = statistics_of((*kind.statistics)[w]);
      bands.push_back(std::move(band));
    }
  return bands;
}

std::string media_type(data::RasterFormat format) {
  switch (format) {
    case data::RasterFormat::geotiff:
      return "image/tiff; application=geotiff";
    case data::RasterFormat::cog:
      return "image/tiff; application=geotiff; profile=cloud-optimized";
    case data::RasterFormat::netcdf:
      return "application/netcdf";
  }
  return "";
}

std::string href_of(const std::filesystem::path& file) {
  return "./" + file.filename().string();
}

Json assets_of(const StacSource& s) {
  constexpr const char* sha256_of_32_bytes = "1220";  // as a multihash
  Json map = {{"href", href_of(s.map)},
              {"type", media_type(s.format)},
              {"title", s.description->long_name},
              {"roles", {"data"}},
              {"file:size", std::filesystem::file_size(s.map)},
              {"file:checksum", sha256_of_32_bytes + data::sha256(s.map)},
              {"bands", bands_of(s)}};
  Json assets = {{"map", map}};
  if (!s.style.empty())
    assets["style"] = {
        {"href", href_of(s.style)}, {"type", "application/xml"}, {"title", "style of QGIS"}, {"roles", {"style"}}};
  return assets;
}

}  // namespace

std::string stac_item(const StacSource& s) {
  const std::optional<data::MapOutline> outline = data::map_outline(s.description->grid);
  Json item = {{"type", "Feature"},
               {"stac_version", "1.1.0"},
               {"stac_extensions",
                {extensions + "projection/v2.0.0/schema.json", extensions + "raster/v2.0.0/schema.json",
                 extensions + "file/v2.1.0/schema.json", extensions + "processing/v1.2.0/schema.json"}},
               {"id", s.map.stem().string()},
               {"properties", properties_of(s)},
               {"geometry", nullptr},
               {"links", Json::array()},
               {"assets", assets_of(s)}};
  if (outline) {
    item["geometry"] = geometry_of(*outline);
    item["bbox"] = {degrees(outline->box.west), degrees(outline->box.south), degrees(outline->box.east),
                    degrees(outline->box.north)};
  }
  return item.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace unetsr::pipeline
