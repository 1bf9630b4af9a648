#include "pipeline/evaluate/compared_maps.hpp"

#include <algorithm>

#include "kernels/error.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/inputs/isolated_readers.hpp"
#include "pipeline/report/content.hpp"

namespace unetsr::pipeline {

namespace fs = std::filesystem;

std::vector<data::AuxiliaryBand> compared_maps(const std::vector<std::string>& texts) {
  std::vector<data::AuxiliaryBand> maps;
  for (const std::string& text : texts) {
    data::AuxiliaryBand map = data::parse_compared_map(text);
    const bool taken = std::any_of(maps.begin(), maps.end(), [&](const auto& other) { return other.name == map.name; });
    if (taken || report::display_name(map.name) != map.name)
      throw UsageError("--compare " + text + ": another map is called " + map.name +
                       "; give it a name of its own, as in NAME=" + map.file);
    maps.push_back(std::move(map));
  }
  return maps;
}

std::vector<fs::path> files_of_compared(const std::vector<data::AuxiliaryBand>& maps) {
  std::vector<fs::path> files;
  for (const data::AuxiliaryBand& map : maps) {
    const fs::path without_data_set = map.file.substr(0, map.file.rfind(':'));
    for (const fs::path& pattern : {fs::path(map.file), without_data_set})
      for (const fs::path& file : files_of_pattern(pattern.string()))
        if (fs::is_regular_file(file)) files.push_back(file);
  }
  return files;
}

namespace {

data::Layer read_compared(const data::AuxiliaryBand& map, const data::Grid& grid,
                          const std::vector<std::string>& windows, int window_days, const Output& output) {
  data::AuxiliaryLayer own =
      in_stage(output, "read " + map.file, [&] { return isolated::compared_layer(map, grid, windows, window_days); });
  for (const std::string& line : own.lines) output.line("compared with " + line);
  return std::move(own.layer);
}

}  // namespace

std::vector<ComparedMap> compared_maps_of(const FileScene& scene, const std::vector<data::AuxiliaryBand>& maps,
                                          const Output& output) {
  std::vector<ComparedMap> all;
  for (const data::AuxiliaryBand& map : maps) {
    const data::Layer layer =
        read_compared(map, scene.header().grid, scene.header().windows, scene.header().window_days, output);
    const std::shared_ptr<MapStore> store = scene.new_store();
    store->write_all(layer.values);
    all.push_back({layer.name, store});
  }
  return all;
}

std::vector<data::Layer> compared_layers(const std::vector<data::AuxiliaryBand>& maps, const data::Grid& grid,
                                         const std::vector<std::string>& windows, int window_days,
                                         const Output& output) {
  std::vector<data::Layer> layers;
  for (const data::AuxiliaryBand& map : maps) layers.push_back(read_compared(map, grid, windows, window_days, output));
  return layers;
}

}  // namespace unetsr::pipeline
