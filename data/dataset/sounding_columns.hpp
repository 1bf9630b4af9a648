#pragma once
#include "data/dataset/soundings.hpp"

namespace unetsr::data {

// Calls visit(name, member) for every column of numbers, by the name that it has in files.
template <class Visit>
void visit_column_members(Visit&& visit) {
  visit("sif", &Soundings::sif);
  visit("error", &Soundings::error);
  visit("longitude", &Soundings::longitude);
  visit("latitude", &Soundings::latitude);
  visit("longitudes", &Soundings::longitudes);
  visit("latitudes", &Soundings::latitudes);
  visit("time", &Soundings::time);
  visit("sza", &Soundings::sza);
  visit("vza", &Soundings::vza);
  visit("cloud_fraction", &Soundings::cloud_fraction);
}

// The same of those that may be absent, in old files and where nothing is known.
template <class Visit>
void visit_optional_members(Visit&& visit) {
  visit("file", &Soundings::file);
  visit("orbit", &Soundings::orbit);
  visit("scanline", &Soundings::scanline);
  visit("pixel", &Soundings::pixel);
  visit("window", &Soundings::window);
}

// The same with visit(name, column).
template <class S, class Visit>
void visit_columns(S& s, Visit&& visit) {
  visit_column_members([&](const char* name, auto member) { visit(name, s.*member); });
}
template <class S, class Visit>
void visit_optional_columns(S& s, Visit&& visit) {
  visit_optional_members([&](const char* name, auto member) { visit(name, s.*member); });
}

}  // namespace unetsr::data
