#pragma once
#include <filesystem>
#include <string>

#include "data/formats/raster_writer.hpp"
#include "pipeline/console/output.hpp"
#include "pipeline/predict/measured_writer.hpp"

namespace unetsr::pipeline {

// Two small files beside a map: map.qml, a style by which QGIS opens map.tif in colours, and map.tif.stac.json, an item
// for catalogues (pipeline/predict/stac_item.hpp), of maps whose windows are dates.
class MapCompanions {
 public:
  explicit MapCompanions(std::filesystem::path map);

  // Throws UsageError where an item is there that must stay. A style that is there is no mistake: see write().
  void refuse(bool overwrite) const;
  // Of a map whose place another has taken, which gets no item.
  void remove_item() const;
  // When the map is complete. A style that is there stays, unless it is unetsr's and `overwrite`: QGIS saves a user's
  // own under the same name, and maps that differ in the extension share it.
  void write(data::RasterFormat, const data::RasterDescription&, const MapStatistics&, const std::string& lineage,
             bool overwrite, const Output&) const;

 private:
  std::filesystem::path map_, style_, item_;
};

}  // namespace unetsr::pipeline
