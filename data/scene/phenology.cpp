#include "data/scene/phenology.hpp"

#include <array>
#include <cmath>

namespace unetsr::data {
namespace {

struct Season {
  double least, most;          // green share
  double greening, withering;  // days of the year when half of that is reached
  double growth, decline;      // days, how steeply
};

constexpr std::array<Season, cover_count> seasons = {{{0, 0, 0, 1, 1, 1},                // water
                                                      {0.05, 0.95, 176, 262, 6.5, 8},    // corn
                                                      {0.05, 0.94, 181, 256, 6.5, 6},    // soy
                                                      {0.18, 0.66, 141, 255, 11, 18},    // grass
                                                      {0.20, 0.93, 148, 276, 7, 6},      // forest
                                                      {0.10, 0.80, 158, 262, 9, 12},     // wetland
                                                      {0.12, 0.45, 138, 270, 10, 15},    // town
                                                      {0.06, 0.82, 150, 285, 9, 9},      // maize
                                                      {0.06, 0.78, 172, 312, 10, 10},    // sorghum
                                                      {0.14, 0.76, 108, 322, 14, 13},    // savanna
                                                      {0.30, 0.88, 92, 328, 14, 14},     // woodland
                                                      {0.86, 0.95, 95, 325, 20, 14},     // evergreen
                                                      {0.25, 0.85, 125, 335, 15, 12}}};  // swamp

double logistic(double t) {
  return 1 / (1 + std::exp(-t));
}

}  // namespace

Climate climate_of(Land land) {
  if (land == Land::savanna) return {6, 7, 0.25, 140};
  return {45, 1.5, 0.55, 172};
}

double green_share(Cover c, double day, double late) {
  const Season& s = seasons[size_t(c)];
  const double up = logistic((day - s.greening - late) / s.growth);
  const double down = logistic((s.withering + late / 2 - day) / s.decline);
  return s.least + (s.most - s.least) * up * down;
}

}  // namespace unetsr::data
