#pragma once
#include <optional>
#include <string>

#include "data/dataset/calendar.hpp"
#include "data/formats/auxiliary.hpp"
#include "data/formats/raster_reader.hpp"

// Maps of SIF that others made, to be compared with ours: any raster of open_raster on its own grid, such as TroDSIF,
// Sen4GPP or GOSIF.
namespace unetsr::data {

inline constexpr const char* compared_syntax = "[NAME=]FILE[:DATASET][:BAND][?KEY=VALUE&...]";

// A map as written in compared_syntax; see AuxiliaryBand. Without NAME it is called by the file's name and data set.
// Throws UsageError naming `option`.
AuxiliaryBand parse_compared_map(const std::string& text, const std::string& option = "--compare");

// The map of one window on the raster's own grid: of a file whose bands have times the mean of those in the window.
// Nothing where the window has no such band, or no file of its own. `windows`: how many are compared; a raster without
// times stands for one window only, unless {window} names it. The values are SIF in mW m-2 sr-1 nm-1, which is the same
// as W m-2 um-1 sr-1: no unit is converted. Throws UsageError for classes, and for bands of which it is not certain
// which window they are of; Error for values that no SIF has, which are codes or lack a scale.
struct ComparedWindow {
  Raster raster;
  std::string line;  // the file, the bands, what its numbers mean
};
std::optional<ComparedWindow> compared_window(const AuxiliaryBand&, const std::string& window, size_t windows,
                                              int window_days = Window::composite_days);

// The map on a grid, as means over areas: a layer of (windows, rows, columns), NaN in windows that it has not. Throws
// Error where no cell has a value.
AuxiliaryLayer compared_layer(const AuxiliaryBand&, const Grid&, const std::vector<std::string>& windows,
                              int window_days = Window::composite_days);

}  // namespace unetsr::data
