#include "data/formats/granule_reader.hpp"

#include "data/formats/mod13a2_reader.hpp"
#include "data/formats/vnp13a2_reader.hpp"

namespace unetsr::data {
namespace {

bool is_viirs(const std::filesystem::path& file) {
  return sensor_of(file) == Sensor::viirs;
}

}  // namespace

size_t granule_data_sets(Sensor sensor) {
  return sensor == Sensor::viirs ? vnp13a2_data_sets : mod13a2_data_sets;
}

GranuleContents granule_contents(const std::filesystem::path& file) {
  return is_viirs(file) ? vnp13a2_contents(file) : mod13a2_contents(file);
}

Granule read_granule(const std::filesystem::path& file, const PixelScreens& screens) {
  return is_viirs(file) ? read_vnp13a2(file, screens) : read_mod13a2(file, screens);
}

}  // namespace unetsr::data
