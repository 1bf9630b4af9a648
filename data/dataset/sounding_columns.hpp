#pragma once
#include "data/dataset/soundings.hpp"

namespace unetsr::data {

// Calls visit(name, column) for every column of numbers, by the name that it has in files.
template <class S, class Visit>
void visit_columns(S& s, Visit&& visit) {
  visit("sif", s.sif);
  visit("error", s.error);
  visit("longitude", s.longitude);
  visit("latitude", s.latitude);
  visit("longitudes", s.longitudes);
  visit("latitudes", s.latitudes);
  visit("time", s.time);
  visit("sza", s.sza);
  visit("vza", s.vza);
  visit("cloud_fraction", s.cloud_fraction);
}

// The same of those that may be absent, in old files and where nothing is known.
template <class S, class Visit>
void visit_optional_columns(S& s, Visit&& visit) {
  visit("file", s.file);
  visit("orbit", s.orbit);
  visit("scanline", s.scanline);
  visit("pixel", s.pixel);
}

}  // namespace unetsr::data
