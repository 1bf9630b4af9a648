#pragma once
#include <ogr_spatialref.h>

#include <string>

// Reference systems as objects of GDAL; for sources that include its headers.
namespace unetsr::data {

// `crs`: what GDAL's tools take (EPSG:5070, a PROJ string, WKT, a file). x is the longitude where it is geographic. The
// sinusoidal one of MODIS, which as a PROJ string has no name, is called "MODIS Sinusoidal". Throws UsageError if it is
// no reference system.
OGRSpatialReference reference_system(const std::string& crs);

// Empty where the format cannot express it. `format`: WKT1_GDAL, WKT2_2019, ... of GDAL.
std::string wkt_of(const OGRSpatialReference&, const char* format);

}  // namespace unetsr::data
