#include "pipeline/simulate/scene_description.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "data/scene/orbit_errors.hpp"
#include "data/scene/pixel_view.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/version.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;

std::string stress_in_words(data::StressKind kind) {
  return kind == data::StressKind::smooth    ? "smooth fields"
         : kind == data::StressKind::texture ? "texture and edges"
                                             : "each field its own";
}

Json planted(const data::World& world) {
  Json json = {{"stress", stress_in_words(world.stress)}};
  if (const data::Displacement& d = world.displacement; d.most > 0) json["displacement_km"] = {d.least, d.most};
  if (const data::FootprintResponse& r = world.response; r.across > 0)
    json["footprint_response"] = {{"width", r.width}, {"exponent_across", r.across}, {"exponent_along", r.along}};
  if (const data::PixelResponse& p = world.pixels; p.scan > 0)
    json["pixel_response"] = {{"scan", p.scan}, {"track", p.track}, {"largest_shift", p.shift}};
  const data::Biases& b = world.biases;
  if (b.west != 0 || b.east != 0 || b.cloud != 0 || b.orbit != 0)
    json["biases"] = {{"west_at_60_degrees", b.west},
                      {"east_at_60_degrees", b.east},
                      {"cloud", b.cloud},
                      {"orbit_sigma", b.orbit},
                      {"units", "mW m-2 sr-1 nm-1"}};
  return json;
}

Json description_of(const SimulateOptions& o, const std::string& region, const data::BoundingBox& box,
                    const std::vector<data::Window>& windows) {
  const data::World& world = data::world_named(o.world);
  Json scene = {{"format", "unetsr scene 1"},
                {"software", "unetsr " + version()},
                {"world", world.name},
                {"planted", planted(world)},
                {"region", region},
                {"bbox", {box.west, box.south, box.east, box.north}},
                {"seed", o.seed},
                {"small", o.small},
                {"days", o.days.value_or(0)},
                {"sensors", to_string(o.sensors)},
                {"windows", Json::array()},
                {"finished", false}};
  for (const data::Window& w : windows) {
    Json window = {{"first_day", to_string(w.first)}, {"days", w.days}};
    if (world.pixels.shift > 0) {
      const data::PixelShift shift = data::pixel_shift(world.pixels, o.seed, day_number(w.first));
      window["pixel_shift"] = {{"columns", shift.columns}, {"rows", shift.rows}};
    }
    scene["windows"].push_back(window);
  }
  return scene;
}

std::string utc(double time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time_t(std::lround(time))));
}

}  // namespace

Json description_of_scene(const SimulateOptions& o, const data::SceneRegion& region,
                          const std::vector<data::Window>& windows) {
  Json scene = description_of(o, region.name, region.box, windows);
  const data::Grid& grid = region.grid;
  scene["grid"] = {{"crs", grid.crs},         {"rows", grid.rows},
                   {"columns", grid.columns}, {"x_origin", grid.x_origin},
                   {"x_step", grid.x_step},   {"y_origin", grid.y_origin},
                   {"y_step", grid.y_step},   {"origin", "centre of the first cell"}};
  return scene;
}

Json description_of_globe(const SimulateOptions& o, const std::vector<data::Window>& windows) {
  return description_of(o, "globe", {-180, -90, 180, 90}, windows);
}

void write_orbit_errors(const std::filesystem::path& folder, const data::World& world, uint64_t seed,
                        const std::set<int>& orbits) {
  const std::string begin = "# Written by unetsr " + version() + "\n";
  std::string displacements = begin + "orbit,equator_crossing,east_km,north_km\n";
  std::string offsets = begin + "orbit,equator_crossing,offset_mW\n";
  for (const int orbit : orbits) {
    const data::OrbitErrors errors = data::orbit_errors(world, seed, orbit);
    const std::string key = fmt::format("{},{}", orbit, utc(data::crossing_time(orbit)));
    displacements += fmt::format("{},{:.4f},{:.4f}\n", key, errors.east, errors.north);
    offsets += fmt::format("{},{:.5f}\n", key, errors.offset);
  }
  if (world.displacement.most > 0) write_text_atomically(folder / "displacements.csv", displacements);
  if (world.biases.orbit > 0) write_text_atomically(folder / "offsets.csv", offsets);
}

}  // namespace unetsr::pipeline
