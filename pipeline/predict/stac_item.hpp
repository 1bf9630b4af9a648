#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/formats/raster_writer.hpp"
#include "pipeline/predict/measured_writer.hpp"

namespace unetsr::pipeline {

// A map as an item of a SpatioTemporal Asset Catalog (STAC 1.1) with the extensions projection 2.0, raster 2.0, file
// 2.1 and processing 1.2: place, time, bands with their units and statistics, size and SHA-256 of the file, and how it
// was made. Names of files are relative to the item's folder.
struct StacSource {
  std::filesystem::path map;    // complete
  std::filesystem::path style;  // empty: none
  data::RasterFormat format = data::RasterFormat::geotiff;
  const data::RasterDescription* description = nullptr;
  const MapStatistics* statistics = nullptr;
  std::string lineage;
};

// JSON. Throws Error where the map cannot be read; of windows that are no dates there is none (std::logic_error).
std::string stac_item(const StacSource&);

}  // namespace unetsr::pipeline
