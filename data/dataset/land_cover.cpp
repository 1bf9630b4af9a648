#include "data/dataset/land_cover.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace unetsr::data {
namespace {

constexpr std::array<const char*, 18> igbp = {"water bodies",
                                              "evergreen needleleaf forests",
                                              "evergreen broadleaf forests",
                                              "deciduous needleleaf forests",
                                              "deciduous broadleaf forests",
                                              "mixed forests",
                                              "closed shrublands",
                                              "open shrublands",
                                              "woody savannas",
                                              "savannas",
                                              "grasslands",
                                              "permanent wetlands",
                                              "croplands",
                                              "urban and built-up lands",
                                              "cropland and natural vegetation mosaics",
                                              "permanent snow and ice",
                                              "barren",
                                              "water bodies"};

bool may_be_igbp(float value) {
  const long number = std::lround(value);
  return (number >= 0 && number < long(igbp.size())) || number == 254 || number == 255;
}

}  // namespace

std::vector<std::string> land_cover_names(std::span<const float> layer) {
  const bool known = std::all_of(layer.begin(), layer.end(), [](float v) { return std::isnan(v) || may_be_igbp(v); });
  return known ? std::vector<std::string>(igbp.begin(), igbp.end()) : std::vector<std::string>();
}

}  // namespace unetsr::data
