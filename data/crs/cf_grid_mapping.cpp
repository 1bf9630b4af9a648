#include "data/crs/cf_grid_mapping.hpp"

#include <cpl_conv.h>
#include <ogr_spatialref.h>

#include <algorithm>
#include <cctype>

#include "data/crs/gdal.hpp"
#include "data/crs/reference_system.hpp"

namespace unetsr::data {
namespace {

// One number of CF's and the parameters of GDAL's that it is made of.
struct Parameter {
  const char* cf;
  std::vector<const char*> gdal;
};

struct KnownProjection {
  const char *gdal, *cf;
  std::vector<Parameter> parameters;
};

const Parameter central_meridian = {"longitude_of_central_meridian", {SRS_PP_CENTRAL_MERIDIAN}};
const Parameter longitude_of_origin = {"longitude_of_projection_origin", {SRS_PP_CENTRAL_MERIDIAN}};
const Parameter latitude_of_origin = {"latitude_of_projection_origin", {SRS_PP_LATITUDE_OF_ORIGIN}};
const Parameter one_parallel = {"standard_parallel", {SRS_PP_STANDARD_PARALLEL_1}};
const Parameter two_parallels = {"standard_parallel", {SRS_PP_STANDARD_PARALLEL_1, SRS_PP_STANDARD_PARALLEL_2}};
const Parameter scale_at_origin = {"scale_factor_at_projection_origin", {SRS_PP_SCALE_FACTOR}};

const std::vector<KnownProjection>& known_projections() {
  static const std::vector<KnownProjection> all = {
      {SRS_PT_SINUSOIDAL, "sinusoidal", {{"longitude_of_projection_origin", {SRS_PP_LONGITUDE_OF_CENTER}}}},
      {SRS_PT_TRANSVERSE_MERCATOR,
       "transverse_mercator",
       {central_meridian, latitude_of_origin, {"scale_factor_at_central_meridian", {SRS_PP_SCALE_FACTOR}}}},
      {SRS_PT_ALBERS_CONIC_EQUAL_AREA,
       "albers_conical_equal_area",
       {two_parallels,
        {"longitude_of_central_meridian", {SRS_PP_LONGITUDE_OF_CENTER}},
        {"latitude_of_projection_origin", {SRS_PP_LATITUDE_OF_CENTER}}}},
      {SRS_PT_LAMBERT_CONFORMAL_CONIC_2SP,
       "lambert_conformal_conic",
       {two_parallels, central_meridian, latitude_of_origin}},
      {SRS_PT_LAMBERT_AZIMUTHAL_EQUAL_AREA,
       "lambert_azimuthal_equal_area",
       {{"longitude_of_projection_origin", {SRS_PP_LONGITUDE_OF_CENTER}},
        {"latitude_of_projection_origin", {SRS_PP_LATITUDE_OF_CENTER}}}},
      {SRS_PT_CYLINDRICAL_EQUAL_AREA, "lambert_cylindrical_equal_area", {one_parallel, central_meridian}},
      {SRS_PT_MERCATOR_1SP, "mercator", {longitude_of_origin, scale_at_origin}},
      {SRS_PT_MERCATOR_2SP, "mercator", {longitude_of_origin, one_parallel}}};
  return all;
}

// For CDO, which reads no crs_wkt and hands this to PROJ. Without it CDO 2.1.1 takes the sphere of MODIS for WGS 84, so
// that maps lie 19 km off, and refuses most other projections; given EPSG:5070 it makes every coordinate -9999. Empty
// where a PROJ string cannot express it.
std::string proj_parameters(const OGRSpatialReference& srs) {
  char* text = nullptr;
  const bool ok = srs.exportToProj4(&text) == OGRERR_NONE && text;
  std::string result = ok ? text : "";
  CPLFree(text);
  return result;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return text;
}

// CF asks for all of them where one is given.
void add_names(const OGRSpatialReference& srs, CfGridMapping& mapping) {
  const auto add = [&](const char* attribute, const char* node) {
    const char* name = srs.GetAttrValue(node);
    mapping.texts.push_back({attribute, name ? name : "unknown"});
  };
  if (!mapping.geographic) add("projected_crs_name", "PROJCS");
  add("geographic_crs_name", "GEOGCS");
  add("horizontal_datum_name", "DATUM");
  add("reference_ellipsoid_name", "SPHEROID");
  add("prime_meridian_name", "PRIMEM");
}

void add_projection(const OGRSpatialReference& srs, CfGridMapping& mapping) {
  const char* name = srs.GetAttrValue("PROJECTION");
  std::string cf_name = lower(name ? name : "unknown");
  for (const KnownProjection& known : known_projections())
    if (name && std::string(name) == known.gdal) {
      cf_name = known.cf;
      for (const Parameter& p : known.parameters) {
        std::vector<double> values;
        for (const char* key : p.gdal) values.push_back(srs.GetNormProjParm(key, 0));
        mapping.numbers.emplace_back(p.cf, values);
      }
      break;
    }
  mapping.numbers.push_back({"false_easting", {srs.GetProjParm(SRS_PP_FALSE_EASTING, 0)}});
  mapping.numbers.push_back({"false_northing", {srs.GetProjParm(SRS_PP_FALSE_NORTHING, 0)}});
  mapping.texts.insert(mapping.texts.begin(), {"grid_mapping_name", cf_name});
  if (const std::string parameters = proj_parameters(srs); !parameters.empty())
    for (const char* attribute : {"proj_params", "proj4_params"}) mapping.texts.push_back({attribute, parameters});
  const double metres = srs.GetLinearUnits();
  mapping.axis_units = metres == 1 ? "m" : metres == 1000 ? "km" : std::to_string(metres) + " m";
}

}  // namespace

CfGridMapping cf_grid_mapping(const std::string& crs) {
  const OGRSpatialReference srs = reference_system(crs);
  const QuietGdal quiet;
  CfGridMapping mapping;
  const std::string modern = wkt_of(srs, "WKT2_2019"), classic = wkt_of(srs, "WKT1_GDAL");
  mapping.texts = {{"crs_wkt", modern}, {"spatial_ref", classic.empty() ? modern : classic}};
  mapping.numbers = {{"longitude_of_prime_meridian", {srs.GetPrimeMeridian()}}};
  if (srs.GetInvFlattening() > 0) {
    mapping.numbers.push_back({"semi_major_axis", {srs.GetSemiMajor()}});
    mapping.numbers.push_back({"inverse_flattening", {srs.GetInvFlattening()}});
  } else {
    mapping.numbers.push_back({"earth_radius", {srs.GetSemiMajor()}});
  }
  mapping.geographic = srs.IsGeographic();
  if (mapping.geographic)
    mapping.texts.insert(mapping.texts.begin(), {"grid_mapping_name", "latitude_longitude"});
  else
    add_projection(srs, mapping);
  add_names(srs, mapping);
  return mapping;
}

}  // namespace unetsr::data
