#include "data/crs/reference_system.hpp"

#include <cpl_conv.h>

#include <array>

#include "data/crs/catalogue_crs.hpp"
#include "data/crs/gdal.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

constexpr double modis_radius = 6371007.181;  // m

bool is_nameless(const OGRSpatialReference& srs) {
  const std::string name = srs.GetName() ? srs.GetName() : "";
  return name.empty() || name == "unknown" || name == "unnamed";
}

bool is_modis_sinusoidal(const OGRSpatialReference& srs) {
  const char* projection = srs.GetAttrValue("PROJECTION");
  if (!projection || std::string(projection) != SRS_PT_SINUSOIDAL) return false;
  for (const char* parameter : {SRS_PP_LONGITUDE_OF_CENTER, SRS_PP_FALSE_EASTING, SRS_PP_FALSE_NORTHING})
    if (srs.GetNormProjParm(parameter, 0) != 0) return false;
  return srs.GetSemiMajor() == modis_radius && srs.GetInvFlattening() == 0 && srs.GetLinearUnits() == 1;
}

}  // namespace

OGRSpatialReference reference_system(const std::string& crs) {
  start_gdal();
  const QuietGdal quiet;
  OGRSpatialReference srs;
  if (crs.empty() || srs.SetFromUserInput(crs.c_str()) != OGRERR_NONE)
    throw UsageError("'" + excerpt(crs) +
                     "' is no coordinate reference system that GDAL knows; try EPSG:4326 or a PROJ string");
  srs.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  if (is_nameless(srs) && is_modis_sinusoidal(srs)) srs.SetProjCS("MODIS Sinusoidal");
  return srs;
}

std::string wkt_of(const OGRSpatialReference& srs, const char* format) {
  const std::string option = std::string("FORMAT=") + format;
  const std::array<const char*, 3> options = {option.c_str(), "MULTILINE=NO", nullptr};
  char* text = nullptr;
  const bool ok = srs.exportToWkt(&text, options.data()) == OGRERR_NONE && text;
  const std::string result = ok ? text : "";
  CPLFree(text);
  return result;
}

CatalogueCrs catalogue_crs(const std::string& crs) {
  const OGRSpatialReference srs = reference_system(crs);
  const QuietGdal quiet;
  const char *authority = srs.GetAuthorityName(nullptr), *code = srs.GetAuthorityCode(nullptr);
  return {authority && code ? std::string(authority) + ":" + code : "", wkt_of(srs, "WKT2_2019")};
}

}  // namespace unetsr::data
