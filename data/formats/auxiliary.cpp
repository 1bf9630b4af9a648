#include "data/formats/auxiliary.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

const std::string placeholder = "{window}";

std::string file_of(const AuxiliaryBand& band, const std::string& window) {
  std::string file = band.file;
  for (size_t at; (at = file.find(placeholder)) != std::string::npos;) file.replace(at, placeholder.size(), window);
  return file;
}

}  // namespace

AuxiliaryBand parse_auxiliary(const std::string& text) {
  AuxiliaryBand band;
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    throw UsageError("--aux " + text + ": NAME=FILE[:BAND][@RESAMPLING] is wanted");
  band.name = text.substr(0, equals);
  std::string rest = text.substr(equals + 1);
  if (const size_t at = rest.rfind('@'); at != std::string::npos && rest.find('/', at) == std::string::npos) {
    band.resampling = parse<Resampling>(rest.substr(at + 1));
    rest.resize(at);
  }
  if (const size_t colon = rest.rfind(':'); colon != std::string::npos) {
    const std::string number = rest.substr(colon + 1);
    int value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error == std::errc() && end == number.data() + number.size()) band.band = value, rest.resize(colon);
  }
  band.file = rest;
  return band;
}

Layer auxiliary_layer(const AuxiliaryBand& band, const Dataset& dataset) {
  Layer layer{band.name, "", "auxiliary band of " + std::filesystem::path(band.file).filename().string(), {}};
  const bool each_window = band.file.find(placeholder) != std::string::npos;
  std::vector<float> values;
  for (const std::string& window : dataset.windows) {
    if (values.empty() || each_window) {
      const std::string file = file_of(band, window);
      values = on_grid(read_raster(file, band.band), dataset.grid, band.resampling);
      if (std::all_of(values.begin(), values.end(), [](float v) { return std::isnan(v); }))
        throw Error(file + ": has no values in the region");
    }
    layer.values.insert(layer.values.end(), values.begin(), values.end());
  }
  return layer;
}

}  // namespace unetsr::data
