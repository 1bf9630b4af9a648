#pragma once
#include <string>

namespace unetsr::data {

// A reference system as catalogues (STAC) name it.
struct CatalogueCrs {
  std::string code;  // EPSG:5070; empty where no authority has it
  std::string wkt2;
};

// Throws UsageError if `crs` is no reference system.
CatalogueCrs catalogue_crs(const std::string& crs);

}  // namespace unetsr::data
