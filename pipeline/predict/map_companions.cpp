#include "pipeline/predict/map_companions.hpp"

#include <utility>

#include "data/dataset/dated_windows.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/console/own_files.hpp"
#include "pipeline/predict/qgis_style.hpp"
#include "pipeline/predict/stac_item.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

bool may_be_written(const fs::path& style, bool overwrite) {
  std::error_code unknown;
  return !fs::exists(style, unknown) || (overwrite && written_by_unetsr(style));
}

BandStatistics of_all(const std::vector<BandStatistics>& windows) {
  BandStatistics all;
  for (const BandStatistics& one : windows) all.add(one);
  return all;
}

}  // namespace

MapCompanions::MapCompanions(fs::path map)
    : map_(std::move(map)), style_(fs::path(map_).replace_extension(".qml")), item_(map_.string() + ".stac.json") {}

void MapCompanions::refuse(bool overwrite) const {
  refuse_to_overwrite(item_, overwrite);
}

void MapCompanions::remove_item() const {
  remove_own_file(item_);
}

void MapCompanions::write(data::RasterFormat format, const data::RasterDescription& description,
                          const MapStatistics& statistics, const std::string& lineage, bool overwrite,
                          const Output& output) const {
  if (may_be_written(style_, overwrite)) {
    write_text_atomically(style_, qgis_style(of_all(statistics.sif), description.units));
    output.line("wrote " + style_.string() + ": colours of the map in QGIS");
  } else {
    output.line("kept " + style_.string() + ", a style for QGIS that was there");
  }
  if (!data::are_dates(description.windows)) return remove_item();
  write_text_atomically(item_, stac_item({map_, style_, format, &description, &statistics, lineage}));
  output.line("wrote " + item_.string() + ": an item for catalogues (STAC)");
}

}  // namespace unetsr::pipeline
