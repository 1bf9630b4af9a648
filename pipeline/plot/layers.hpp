#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/plot/map_layer.hpp"

// What maps and datasets hold, as layers of pictures.
namespace unetsr::pipeline::picture {

// FILE, FILE:BAND, FILE:DATA_SET or DATASET.h5:LAYER. A name of GDAL's is a file without a path.
struct Source {
  std::string text, selection;  // as given; what stands behind the file
  std::filesystem::path path;   // the file or the folder
  std::string title() const;    // the file's name without its extension
};
// Throws Error where no such file is there.
Source source_of(const std::string& text);
// Whether it is a dataset of unetsr prepare; looked at in a process of its own.
bool is_dataset(const Source&);

// Windows by their labels; none named: the first ones, `at_most` of them.
struct WindowChoice {
  std::vector<std::string> labels;
  size_t at_most = 4;
};

// Panels in rows; those of one row belong to one window.
struct LayerTable {
  std::vector<std::vector<MapLayer>> rows;
  size_t windows = 0;  // of the file; more than rows: not all are there
};

// A dataset at a glance: for each window the coarse SIF, a vegetation index, the number of soundings, as far as it has
// them; or the layer that was selected. Throws Error naming a file that is no whole dataset, UsageError naming a window
// or a layer that it does not have.
LayerTable dataset_layers(const Source&, const WindowChoice&);

// A raster: for each band its values, and their standard deviation where the file has it; or the band or data set that
// was selected. Read in a process of its own. Throws what open_raster throws, UsageError for bands that are not there.
LayerTable raster_layers(const Source&, const WindowChoice&);

}  // namespace unetsr::pipeline::picture
