#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/dataset/grid.hpp"

namespace unetsr::pipeline {

// A band of a raster: a data set by its name, and the band's number, from 1 on.
struct RasterBand {
  std::string raster;
  int number = 0;
};

// A map that unetsr predict wrote: where it lies, and the bands of its windows.
struct OwnMap {
  std::string name;      // of the file
  std::string sif_kind;  // "instantaneous", "daily"; empty: it does not state it
  data::Grid grid;
  std::vector<std::string> windows;  // labels, dates
  int window_days = data::Window::composite_days;
  std::vector<RasterBand> sif;
  std::vector<std::optional<RasterBand>> deviation;
};

// Throws Error where it is no such map.
OwnMap open_own_map(const std::filesystem::path&);

}  // namespace unetsr::pipeline
