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
                                                      {0.12, 0.45, 138, 270, 10, 15}}};  // town

double logistic(double t) {
  return 1 / (1 + std::exp(-t));
}

}  // namespace

double green_share(Cover c, double day, double late) {
  const Season& s = seasons[size_t(c)];
  const double up = logistic((day - s.greening - late) / s.growth);
  const double down = logistic((s.withering + late / 2 - day) / s.decline);
  return s.least + (s.most - s.least) * up * down;
}

}  // namespace unetsr::data
