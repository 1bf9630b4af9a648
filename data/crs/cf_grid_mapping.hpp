#pragma once
#include <string>
#include <utility>
#include <vector>

// A reference system in the words of the CF conventions (1.12, appendix F).
namespace unetsr::data {

struct CfGridMapping {
  bool geographic = false;                                           // coordinates are longitude and latitude
  std::string axis_units;                                            // of x and y, as CF writes them
  std::vector<std::pair<std::string, std::string>> texts;            // grid_mapping_name, crs_wkt, names, ...
  std::vector<std::pair<std::string, std::vector<double>>> numbers;  // ellipsoid and parameters of the projection
};

// `crs`: what GDAL's tools take. A projection that is not part of CF is described by crs_wkt and its own name. Throws
// UsageError if it is no reference system.
CfGridMapping cf_grid_mapping(const std::string& crs);

}  // namespace unetsr::data
