#pragma once
#include <string_view>

// GSHHG's files as the build has put them into the program; empty where they were not there.
namespace unetsr::data {

std::string_view shoreline_file();  // binned_GSHHS_i.nc
std::string_view border_file();     // binned_border_i.nc

}  // namespace unetsr::data
