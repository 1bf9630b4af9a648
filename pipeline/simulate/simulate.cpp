#include "pipeline/simulate/simulate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "data/dataset/available_memory.hpp"
#include "data/dataset/dataset.hpp"
#include "data/formats/granule_set.hpp"
#include "data/formats/hdf4.hpp"
#include "data/formats/mod13a2_writer.hpp"
#include "data/formats/oco_lite_name.hpp"
#include "data/formats/oco_lite_writer.hpp"
#include "data/formats/troposif_writer.hpp"
#include "data/formats/vnp13a2_writer.hpp"
#include "data/scene/composite.hpp"
#include "data/scene/globe.hpp"
#include "data/scene/observation.hpp"
#include "data/scene/oco_observation.hpp"
#include "data/scene/pixel_view.hpp"
#include "data/scene/scene_region.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/free_name.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/output_lock.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/console/own_files.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/console/shell_text.hpp"
#include "pipeline/simulate/scene_calendar.hpp"
#include "pipeline/simulate/scene_description.hpp"
#include "pipeline/simulate/truth_maps.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr int most_windows = 460;         // twenty years
constexpr double sounding_margin = 0.25;  // degrees around the region's box
constexpr int strip_rows = 256;           // of a granule, at once
constexpr size_t cached_tiles = 1200;     // 275 MB

struct Folders {
  fs::path troposif, oco2, mod13a2, vj113a2, truth;
};

bool has_modis(SceneSensors sensors) {
  return sensors != SceneSensors::viirs;
}

bool has_viirs(SceneSensors sensors) {
  return sensors != SceneSensors::modis;
}

void check(const SimulateOptions& o) {
  const std::string region = data::region_of(data::world_named(o.world).land, o.small).name;
  if (!o.region.empty() && o.region != "globe" && o.region != region)
    throw UsageError("--region " + o.region + ": the world " + o.world + " has the regions " + region + " and globe");
  if (o.region == "globe" && o.world != data::ideal_world)
    throw UsageError("--world " + o.world + ": --region globe has the world ideal alone; omit one of them");
  if (has_modis(o.sensors) && o.region != "globe" && data::hdf4_version().empty())
    throw UsageError("--sensor " + to_string(o.sensors) + ": this build writes no HDF4; take --sensor viirs");
  if (has_viirs(o.sensors) && o.region == "globe")
    throw UsageError("--sensor: --region globe has soundings alone; omit one of them");
  if (o.small && o.region == "globe") throw UsageError("--small and --region globe do not go together; omit one");
  if (!o.bbox.empty() && (o.small || !o.region.empty()))
    throw UsageError("--bbox does not go together with --small and --region; omit one");
  if (!o.bbox.empty()) data::region_around(data::parse_bbox(o.bbox));
  first_window_of(o.start);
  if (o.windows < 1 || o.windows > most_windows)
    throw UsageError(fmt::format("--windows {}: 1 to {} are possible, 23 a year", o.windows, most_windows));
  if (o.days && (*o.days < 1 || *o.days > 16)) throw UsageError(fmt::format("--days {}: a window has 16", *o.days));
}

// Removes an earlier scene, once every file of it is known to be one: the folders may hold somebody's downloads.
void make_room(const SimulateOptions& o, const Folders& folders) {
  const fs::path description = o.out_directory / "scene.json";
  refuse_to_overwrite(description, o.overwrite);
  const bool simulated = fs::exists(description);
  std::vector<fs::path> files;
  for (const fs::path& folder : {folders.troposif, folders.oco2, folders.mod13a2, folders.vj113a2, folders.truth}) {
    if (!fs::exists(folder)) continue;
    if (!simulated && !fs::is_empty(folder))
      throw UsageError(folder.string() + " holds files that are no simulated scene's; name another directory");
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
      if (!entry.path().filename().string().starts_with('.')) files.push_back(entry.path());
  }
  for (const fs::path& file : files)
    if (!written_by_unetsr(file))
      throw UsageError(file.string() + " was not written by unetsr simulate; move it away or name another directory");
  for (const fs::path& file : files) remove_own_file(file);
}

// Returns the orbits that have soundings.
std::set<int> write_day(const fs::path& folder, data::Date date, const std::optional<data::BoundingBox>& box,
                        uint64_t seed, const data::World& world, const data::SurfaceUnder& under) {
  std::set<int> orbits;
  write_atomically(folder / data::troposif_name(date), [&](const fs::path& file) {
    data::TroposifWriter writer(file, date, world.name);
    data::observe_day(date, box, seed, world, under, [&](const data::TroposifSoundings& part) {
      stop_if_interrupted();
      writer.append(part);
      for (const double time : part.soundings.time) orbits.insert(data::orbit_at(time));
    });
    writer.close();
  });
  return orbits;
}

// A file where OCO-2 passed over the box in daylight.
void write_oco_day(const fs::path& folder, data::Date date, const data::BoundingBox& box, uint64_t seed,
                   const data::World& world, const data::SurfaceUnder& under) {
  const data::OcoFootprints all = data::observe_oco_day(date, box, seed, under);
  if (all.size() == 0) return;
  write_atomically(folder / data::simulated_oco_lite_name(day_number(date)),
                   [&](const fs::path& file) { data::write_oco_lite(file, all, world.name); });
}

std::vector<data::Date> days_with_soundings(const SimulateOptions& o, const std::vector<data::Window>& windows,
                                            size_t w, int otherwise) {
  return days_of(windows, w, o.days.value_or(otherwise));
}

void simulate_globe(const SimulateOptions& o, const std::vector<data::Window>& windows, const fs::path& folder,
                    const Output& output) {
  std::vector<data::Date> dates;
  for (size_t w = 0; w < windows.size(); ++w)
    for (const data::Date date : days_with_soundings(o, windows, w, 1)) dates.push_back(date);
  Progress progress(output, "simulate", long(dates.size()));
  for (size_t i = 0; i < dates.size(); ++i) {
    const data::Date date = dates[i];
    const auto under = [&](const data::Footprint& f) { return data::globe_surface(date, o.seed, f.centre); };
    write_day(folder, date, std::nullopt, o.seed, data::world_named(o.world), under);
    progress.update(long(i) + 1, to_string(date));
  }
}

// The pixels of a tile's granule, made in strips of rows.
template <class Pixels>
Pixels pixels_of(const data::SceneRegion& region, const data::SceneTile& tile, const data::Window& window,
                 uint64_t seed, const data::World& world, const data::SurfaceCells& cells) {
  const data::Grid& grid = region.grid;
  const int rim = world.pixels.scan > 0 ? data::pixel_reach : 0;
  const int row = int(std::lround((tile.grid.y_origin - grid.y_origin) / grid.y_step));
  const int column = int(std::lround((tile.grid.x_origin - grid.x_origin) / grid.x_step));
  const int left = std::max(0, column), right = std::min(grid.columns, column + tile.grid.columns);
  const int bottom = std::min(grid.rows, row + tile.grid.rows);
  Pixels pixels(size_t(tile.grid.cells()));
  for (int top = std::max(0, row); top < bottom && left < right; top += strip_rows) {
    stop_if_interrupted();
    const data::Part core = {top, left, std::min(strip_rows, bottom - top), right - left};
    const auto [land, vegetation] = cells.read(widened(core, rim, grid), world.land);
    data::add_composite(land, vegetation, core, window, tile.grid, seed, world.pixels, pixels);
  }
  return pixels;
}

void write_granules(const Folders& folders, const data::SceneRegion& region, const data::SceneTile& tile,
                    const data::Window& window, const SimulateOptions& o, const data::SurfaceCells& cells) {
  const data::World& world = data::world_named(o.world);
  if (has_modis(o.sensors) && data::begins_with_terra(window.first)) {
    const auto pixels = pixels_of<data::Mod13a2Pixels>(region, tile, window, o.seed, world, cells);
    write_atomically(folders.mod13a2 / data::mod13a2_name(window.first, tile.h, tile.v),
                     [&](const fs::path& file) { data::write_mod13a2(file, tile.grid, pixels, world.name); });
  }
  if (!has_viirs(o.sensors)) return;
  const auto pixels = pixels_of<data::Vnp13a2Pixels>(region, tile, window, o.seed, world, cells);
  write_atomically(folders.vj113a2 / data::vj113a2_name(window.first, tile.h, tile.v), [&](const fs::path& file) {
    data::write_vj113a2(file, tile.grid, window.first, tile.h, tile.v, pixels, world.name);
  });
}

// The days on which soundings see the truth of a composite.
std::vector<data::Date> days_of_truth(const SimulateOptions& o, const std::vector<data::Window>& windows,
                                      const std::vector<data::Window>& composites, size_t c) {
  if (!has_viirs(o.sensors)) return days_with_soundings(o, windows, c, data::Window::composite_days);
  return days_nearest(composites, c, windows, o.days.value_or(data::Window::composite_days));
}

void simulate_scene(const SimulateOptions& o, const data::SceneRegion& region, const std::vector<data::Window>& windows,
                    const Folders& folders, const Output& output) {
  const data::World& world = data::world_named(o.world);
  data::SurfaceCells cells(region.grid, folders.truth, cached_tiles);
  {
    Stage stage(output, "simulate the land");
    write_land(folders.truth, region, o.seed, world.land, cells, [&](double share) {
      stop_if_interrupted();
      stage.reached(share);
    });
  }
  const std::vector<data::SeenPlace> places = data::seen_places(world.response), exact = data::seen_places({});
  const data::BoundingBox box = {region.box.west - sounding_margin, region.box.south - sounding_margin,
                                 region.box.east + sounding_margin, region.box.north + sounding_margin};
  long files = 0, written = 0;
  const std::vector<data::Window> composites = has_viirs(o.sensors) ? both_phases(windows) : windows;
  for (size_t c = 0; c < composites.size(); ++c)
    files += 1 + long(region.tiles.size()) + long(days_of_truth(o, windows, composites, c).size());
  Progress progress(output, "simulate", files);
  progress.update(0);
  std::set<int> orbits;
  for (size_t c = 0; c < composites.size(); ++c) {
    const data::Window& window = composites[c];
    write_truth(folders.truth, region, window, o.seed, world, cells, [](double) { stop_if_interrupted(); });
    if (has_viirs(o.sensors))
      write_truth_as(to_string(data::middle_of_composite(window.first).first), folders.truth, region, world, cells);
    progress.update(++written, to_string(window.first));
    for (const data::SceneTile& tile : region.tiles) {
      write_granules(folders, region, tile, window, o, cells);
      progress.update(++written, to_string(window.first));
    }
    const auto under = [&](const data::Footprint& f) { return data::mean_under(cells, places, f); };
    const auto under_oco = [&](const data::Footprint& f) { return data::mean_under(cells, exact, f); };
    for (const data::Date date : days_of_truth(o, windows, composites, c)) {
      stop_if_interrupted();
      orbits.merge(write_day(folders.troposif, date, box, o.seed, world, under));
      write_oco_day(folders.oco2, date, box, o.seed, world, under_oco);
      progress.update(++written, to_string(window.first));
    }
  }
  write_orbit_errors(folders.truth, world, o.seed, orbits);
}

// What is held at once beside the program: a block of the truth, a granule, the soundings of a part of an orbit.
double memory_of_scene(const data::SceneRegion& region) {
  constexpr double program = 6e7, cell = 190, cached = 57;  // bytes, measured
  constexpr double most_at_once = 1e6,
                   most_cached = double(cached_tiles) * data::SurfaceCells::tile * data::SurfaceCells::tile;  // cells
  const double cells = double(region.grid.cells());
  return program + cell * std::min(cells, most_at_once) + cached * std::min(cells, most_cached);
}

data::SceneRegion region_of(const SimulateOptions& o) {
  if (!o.bbox.empty()) return data::region_around(data::parse_bbox(o.bbox));
  return data::region_of(data::world_named(o.world).land, o.small);
}

}  // namespace

void simulate(const SimulateOptions& o, const Output& output) {
  check(o);
  set_threads(o.threads);
  const Folders folders = {o.out_directory / "troposif", o.out_directory / "oco2", o.out_directory / "mod13a2",
                           o.out_directory / "vj113a2", o.out_directory / "truth"};
  const OutputLock lock = OutputLock::of_folder(o.out_directory);
  make_room(o, folders);
  const std::vector<data::Window> windows = scene_windows(first_window_of(o.start), o.windows);
  const bool globe = o.region == "globe";
  const data::SceneRegion region = region_of(o);
  data::refuse_beyond_memory(globe ? 6e7 : memory_of_scene(region), "the scene", "take --small");
  nlohmann::ordered_json scene = globe ? description_of_globe(o, windows) : description_of_scene(o, region, windows);
  fs::create_directories(folders.troposif);
  write_text_atomically(o.out_directory / "scene.json", scene.dump(2) + "\n");
  if (globe) {
    simulate_globe(o, windows, folders.troposif, output);
  } else {
    for (const auto& [folder, wanted] :
         {std::pair(folders.oco2, true), std::pair(folders.mod13a2, has_modis(o.sensors)),
          std::pair(folders.vj113a2, has_viirs(o.sensors)), std::pair(folders.truth, true)})
      if (wanted) fs::create_directories(folder);
    simulate_scene(o, region, windows, folders, output);
  }
  scene["finished"] = true;
  write_text_atomically(o.out_directory / "scene.json", scene.dump(2) + "\n");
  output.line(fmt::format("wrote {}: {}, region {}, {} windows from {} on", o.out_directory.string(),
                          data::simulated_scene(o.world),
                          globe            ? "globe"
                          : o.bbox.empty() ? region.name
                                           : o.bbox,
                          o.windows, to_string(windows.front().first)));
  if (globe) return;
  output.line(fmt::format("truth: SIF at 1 km, {}", (folders.truth / "truth_{window}.tif").string()));
  const fs::path& indices = has_modis(o.sensors) ? folders.mod13a2 : folders.vj113a2;
  output.next({"unetsr prepare " + shell_text(folders.troposif.string()) + " " + shell_text(indices.string()) + " " +
               shell_text(free_name(o.out_directory.filename().string() + ".h5").string())});
}

}  // namespace unetsr::pipeline
