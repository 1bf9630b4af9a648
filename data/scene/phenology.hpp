#pragma once
#include "data/scene/landscape.hpp"

namespace unetsr::data {

// A land's own calendar.
struct Climate {
  double latitude, late_per_degree;  // the season begins later by these days for each degree north of it
  double young, grown;               // young leaves yield more by this share, up to this day of the year
};
Climate climate_of(Land);

// The share of the ground under green leaves, 0..1, on a day of the year for a season that begins `late` days after the
// typical one of its land. In Minnesota summer is green, in the savanna the rains from April to November; evergreen
// forest hardly changes.
double green_share(Cover, double day_of_year, double late);

}  // namespace unetsr::data
