#pragma once
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/scene/scene_region.hpp"
#include "pipeline/simulate/simulate.hpp"

namespace unetsr::pipeline {

// scene.json, as long as the scene is not finished: the options, the world and all that it planted, grid and windows.
nlohmann::ordered_json description_of_scene(const SimulateOptions&, const data::SceneRegion&,
                                            const std::vector<data::Window>&);
nlohmann::ordered_json description_of_globe(const SimulateOptions&, const std::vector<data::Window>&);

// What the world adds to each of the orbits, where it adds any: displacements.csv (km east and north, from where was
// measured to where footprints are delivered) and offsets.csv (mW m-2 sr-1 nm-1). An orbit is numbered, and has the
// time (UTC) at which it crosses the equator northwards; its soundings lie within 51 minutes of that.
void write_orbit_errors(const std::filesystem::path& folder, const data::World&, uint64_t seed,
                        const std::set<int>& orbits);

}  // namespace unetsr::pipeline
