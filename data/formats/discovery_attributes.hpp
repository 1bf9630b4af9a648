#pragma once
#include <string>
#include <utility>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/formats/raster_writer.hpp"

namespace unetsr::data {

// By what catalogues find a file: attributes of the file after the Attribute Convention for Data Discovery (ACDD) 1.3.
struct DiscoveryAttributes {
  std::vector<std::pair<std::string, std::string>> texts;
  std::vector<std::pair<std::string, double>> numbers;
};
// `dates`: first days of the windows; empty where these are no dates. A grid without a place on the globe has no
// extent.
DiscoveryAttributes discovery_attributes(const RasterDescription&, const std::vector<Date>& dates);

}  // namespace unetsr::data
