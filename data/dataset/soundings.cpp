#include "data/dataset/soundings.hpp"

namespace unetsr::data {

void Soundings::append(const Soundings& other, size_t i) {
  sif.push_back(other.sif[i]);
  error.push_back(other.error[i]);
  longitude.push_back(other.longitude[i]);
  latitude.push_back(other.latitude[i]);
  longitudes.push_back(other.longitudes[i]);
  latitudes.push_back(other.latitudes[i]);
  time.push_back(other.time[i]);
  sza.push_back(other.sza[i]);
  vza.push_back(other.vza[i]);
  cloud_fraction.push_back(other.cloud_fraction[i]);
}

}  // namespace unetsr::data
