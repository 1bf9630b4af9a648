#pragma once
#include <string>

namespace unetsr::pipeline {

// Of this program, as every file that it writes has it: "0.1.0 (1fc743b, GCC 12.2.0, GDAL 3.6.2, HDF5 1.10.8, netCDF
// 4.9.0, no CUDA)". A + behind the commit: the build had changes that are not committed.
std::string version();

std::string now_utc();  // ISO 8601

}  // namespace unetsr::pipeline
