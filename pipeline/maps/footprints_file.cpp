#include "pipeline/maps/footprints_file.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include "data/dataset/json_text.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/version.hpp"

namespace unetsr::pipeline {
namespace {

data::OrbitDisplacement orbit_from_json(const nlohmann::json& json) {
  const auto value = [&](const char* key) {
    const double number = data::number(json, key);
    if (!std::isfinite(number)) throw Error(std::string(key) + " is no number");
    return number;
  };
  return {value("first"),
          value("last"),
          {value("east"), value("north")},
          {value("east_deviation"), value("north_deviation")}};
}

}  // namespace

void write_footprints(const std::filesystem::path& file, const data::FootprintEstimate& estimate) {
  nlohmann::ordered_json json = {{"software", "unetsr " + version()}, {"width", nullptr}};
  if (estimate.width) json["width"] = *estimate.width;
  json["orbits"] = nlohmann::ordered_json::array();
  for (const data::OrbitDisplacement& o : estimate.orbits)
    json["orbits"].push_back({{"first", o.first},
                              {"last", o.last},
                              {"east", o.displacement.east},
                              {"north", o.displacement.north},
                              {"east_deviation", o.deviation.east},
                              {"north_deviation", o.deviation.north}});
  write_text_atomically(file, json.dump() + "\n");
}

data::FootprintEstimate read_footprints(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return {};
  std::ifstream stream(file);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  try {
    const nlohmann::json json = data::parse_json(text, file.string());
    data::FootprintEstimate estimate;
    if (const double width = data::number(json, "width"); !std::isnan(width)) {
      if (!(width > 0.1 && width < 10)) throw Error("width is not between 0.1 and 10");
      estimate.width = width;
    }
    for (const nlohmann::json& orbit : json.at("orbits")) {
      estimate.orbits.push_back(orbit_from_json(orbit));
      const size_t count = estimate.orbits.size();
      if (!(estimate.orbits.back().first <= estimate.orbits.back().last)) throw Error("an orbit ends before it begins");
      if (count > 1 && !(estimate.orbits[count - 1].first >= estimate.orbits[count - 2].last))
        throw Error("orbits are not in the order of time");
    }
    return estimate;
  } catch (const std::exception& e) {
    throw Error(file.string() + ": not the estimate of footprints that train wrote (" + e.what() + "); train anew");
  }
}

std::string footprints_in_words(const data::FootprintEstimate& estimate) {
  if (estimate.as_delivered())
    return "as delivered; no displacement or soft response differs from that with confidence";
  const double displacement = estimate.mean_displacement();
  return fmt::format(
      "{}; response {}",
      displacement > 0
          ? fmt::format("displaced by {:.2f} km (root mean square of {} orbits)", displacement, estimate.orbits.size())
          : "not displaced",
      estimate.width ? fmt::format("with soft edges, {:.2f} times as wide as the corners", *estimate.width)
                     : "the box between the corners");
}

}  // namespace unetsr::pipeline
