#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/formats/compared_map.hpp"
#include "pipeline/console/output.hpp"
#include "pipeline/evaluate/file_scene.hpp"

// Maps of others beside ours: the option --compare.
namespace unetsr::pipeline {

// As --compare gives them. Throws UsageError for a name that another map or a baseline has.
std::vector<data::AuxiliaryBand> compared_maps(const std::vector<std::string>& texts);

// The files that they are read from, without data sets; those of {window} for all windows that there are files of.
std::vector<std::filesystem::path> files_of_compared(const std::vector<data::AuxiliaryBand>&);

// A map on the fine cells of a scene, in a scratch file.
struct ComparedMap {
  std::string name;
  std::shared_ptr<const MapStore> maps;
};
std::vector<ComparedMap> compared_maps_of(const FileScene&, const std::vector<data::AuxiliaryBand>&, const Output&);

// The maps on a grid, (windows, rows, columns); prints what was read. See data::compared_layer.
std::vector<data::Layer> compared_layers(const std::vector<data::AuxiliaryBand>&, const data::Grid&,
                                         const std::vector<std::string>& windows, int window_days, const Output&);

}  // namespace unetsr::pipeline
