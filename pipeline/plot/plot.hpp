#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/console/option_range.hpp"
#include "pipeline/console/progress.hpp"

// Draws maps, datasets and runs as a picture. The same inputs give the same bytes.
namespace unetsr::pipeline {

constexpr OptionRange width_range = {200, 10000};

struct PlotOptions {
  std::vector<std::string> inputs;   // of one: all that it shows; of several: one panel each (see plot/layers.hpp)
  std::filesystem::path out;         // .png or .svg
  std::vector<std::string> windows;  // labels; empty: the first four
  std::vector<std::string> titles;   // of the panels; empty: their own
  std::string bbox;                  // W,S,E,N; empty: all
  std::string crs;                   // of the picture; empty: by the extent
  std::string range;                 // LOW,HIGH; empty: by the values
  std::optional<int> width;          // pixels; by the number of columns
  bool overwrite = false;
};

// Throws Error and UsageError naming the input, the option or the file that is wrong.
void plot(const PlotOptions&, const Output&);

}  // namespace unetsr::pipeline
