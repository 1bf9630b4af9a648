#include "data/scene/world.hpp"

#include <algorithm>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "kernels/suggestion.hpp"

namespace unetsr::data {
namespace {

constexpr Displacement displaced = {1, 2.3};
constexpr FootprintResponse soft = {1.4, 4, 2};
constexpr PixelResponse blurred = {1, 1, 0.5};
constexpr Biases biased = {0.08, -0.05, 0.06, 0.04};

std::vector<World> make_worlds() {
  using enum StressKind;
  std::vector<World> all;
  all.push_back({ideal_world, "no errors but noise"});
  all.push_back({.name = "geolocation",
                 .text = "footprints displaced by 1 to 2.3 km, one vector an orbit",
                 .displacement = displaced});
  all.push_back(
      {.name = "response", .text = "footprints 1.4 times wider than their corners, soft edges", .response = soft});
  all.push_back(
      {.name = "neighbours", .text = "blurred bands on a shifted grid, as MODIS pixels see them", .pixels = blurred});
  all.push_back({.name = "biases", .text = "SIF biased by view angle, cloud fraction and orbit", .biases = biased});
  all.push_back({.name = "texture", .text = "stress follows texture and edges of the land", .stress = texture});
  all.push_back({.name = "patchwork", .text = "each field has a yield that nothing else shows", .stress = fields});
  all.push_back(
      {.name = "savanna", .text = "Central Africa: savanna, small fields, evergreen forest", .land = Land::savanna});
  all.push_back({.name = "all",
                 .text = "geolocation, response, neighbours, biases and texture together",
                 .stress = texture,
                 .displacement = displaced,
                 .response = soft,
                 .pixels = blurred,
                 .biases = biased});
  return all;
}

}  // namespace

const std::vector<World>& worlds() {
  static const std::vector<World> all = make_worlds();
  return all;
}

const World& world_named(const std::string& name) {
  std::vector<std::string> names;
  for (const World& world : worlds()) names.push_back(world.name);
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    throw UsageError("unknown world " + excerpt(name) + "; take " + one_of(names) + did_you_mean(name, names));
  return worlds()[size_t(found - names.begin())];
}

}  // namespace unetsr::data
