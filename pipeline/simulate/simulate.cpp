#include "pipeline/simulate/simulate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "data/dataset/available_memory.hpp"
#include "data/formats/mod13a2_writer.hpp"
#include "data/formats/raster_writer.hpp"
#include "data/formats/troposif_writer.hpp"
#include "data/scene/composite.hpp"
#include "data/scene/observation.hpp"
#include "data/scene/scene_region.hpp"
#include "data/scene/world.hpp"
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
#include "pipeline/console/version.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr int year = 2019, first_day_of_year = 145, most_windows = 14;
constexpr double sounding_margin = 0.25;  // degrees around the region's box

struct Folders {
  fs::path troposif, mod13a2, truth;
};

std::vector<data::Window> windows_of(int count) {
  std::vector<data::Window> windows;
  for (int k = 0; k < count; ++k) windows.push_back({data::date_of(year, first_day_of_year + 16 * k)});
  return windows;
}

void check(const SimulateOptions& o) {
  if (o.region != "minnesota" && o.region != "world")
    throw UsageError("unknown region " + o.region + "; take minnesota or world");
  if (o.small && o.region == "world") throw UsageError("--small is for --region minnesota alone; omit it");
  if (o.windows < 1 || o.windows > most_windows)
    throw UsageError(fmt::format("--windows {}: 1 to {} fit into the year", o.windows, most_windows));
  if (o.days && (*o.days < 1 || *o.days > 16)) throw UsageError(fmt::format("--days {}: a window has 16", *o.days));
}

// Removes an earlier scene, once every file of it is known to be one: the folders may hold somebody's downloads.
void make_room(const SimulateOptions& o, const Folders& folders) {
  const fs::path description = o.out_directory / "scene.json";
  refuse_to_overwrite(description, o.overwrite);
  const bool simulated = fs::exists(description);
  std::vector<fs::path> files;
  for (const fs::path& folder : {folders.troposif, folders.mod13a2, folders.truth}) {
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

nlohmann::ordered_json description_of(const SimulateOptions& o, const std::vector<data::Window>& windows,
                                      const data::BoundingBox& box) {
  nlohmann::ordered_json scene = {{"format", "unetsr scene 1"},
                                  {"software", "unetsr " + version()},
                                  {"region", o.region},
                                  {"bbox", {box.west, box.south, box.east, box.north}},
                                  {"seed", o.seed},
                                  {"small", o.small},
                                  {"days", o.days.value_or(0)},
                                  {"windows", nlohmann::ordered_json::array()}};
  for (const data::Window& w : windows)
    scene["windows"].push_back({{"first_day", to_string(w.first)}, {"days", w.days()}});
  return scene;
}

nlohmann::ordered_json description_of(const data::Grid& grid) {
  return {{"crs", grid.crs},         {"rows", grid.rows},
          {"columns", grid.columns}, {"x_origin", grid.x_origin},
          {"x_step", grid.x_step},   {"y_origin", grid.y_origin},
          {"y_step", grid.y_step},   {"origin", "centre of the first cell"}};
}

void write_day(const fs::path& folder, data::Date date, const std::optional<data::BoundingBox>& box, uint64_t seed,
               const data::SurfaceUnder& under) {
  write_atomically(folder / data::troposif_name(date), [&](const fs::path& file) {
    data::TroposifWriter writer(file, date);
    data::observe_day(date, box, seed, under, [&](const data::TroposifSoundings& part) {
      stop_if_interrupted();
      writer.append(part);
    });
    writer.close();
  });
}

int days_with_soundings(const SimulateOptions& o, const data::Window& window, int otherwise) {
  return std::min(window.days(), o.days.value_or(otherwise));
}

void simulate_world(const SimulateOptions& o, const std::vector<data::Window>& windows, const fs::path& folder,
                    const Output& output) {
  std::vector<data::Date> dates;
  for (const data::Window& w : windows)
    for (int d = 0; d < days_with_soundings(o, w, 1); ++d) dates.push_back(data::date_of(day_number(w.first) + d));
  Progress progress(output, "simulate", long(dates.size()));
  for (size_t i = 0; i < dates.size(); ++i) {
    const data::Date date = dates[i];
    const auto under = [&](const data::Footprint& f) { return data::world_surface(date, o.seed, f.centre); };
    write_day(folder, date, std::nullopt, o.seed, under);
    progress.update(long(i) + 1, to_string(date));
  }
}

// One band for each of `bands`.
void write_map(const fs::path& path, const data::RasterDescription& map, const std::vector<std::vector<float>>& bands) {
  write_atomically(path, [&](const fs::path& file) {
    const auto writer = data::make_raster_writer(data::RasterFormat::geotiff, file, map);
    for (size_t i = 0; i < bands.size(); ++i) writer->write(int(i), whole(map.grid), bands[i]);
    writer->finish([] { return true; });
  });
}

data::RasterDescription description_of_map(const data::Grid& grid, const std::string& long_name,
                                           const std::string& units) {
  data::RasterDescription map;
  map.grid = grid, map.long_name = long_name, map.units = units;
  map.title = "simulated scene: " + long_name, map.source = "unetsr " + version() + " simulate";
  return map;
}

void write_truth(const fs::path& folder, const data::Window& window, const data::Grid& grid,
                 const data::Vegetation& vegetation) {
  data::RasterDescription map = description_of_map(grid, "SIF at 740 nm", "mW m-2 sr-1 nm-1");
  map.windows = {to_string(window.first)};
  write_map(folder / ("truth_" + to_string(window.first) + ".tif"), map, {vegetation.sif});
}

void write_land_cover(const fs::path& folder, const data::Landscape& land) {
  data::RasterDescription map = description_of_map(land.grid, "share of a land cover", "1");
  std::vector<std::vector<float>> bands;
  for (int c = 0; c < data::cover_count; ++c) {
    map.windows.push_back(data::cover_name(data::Cover(c)));
    std::vector<float>& band = bands.emplace_back();
    for (const data::CoverShares& shares : land.shares) band.push_back(shares[size_t(c)]);
  }
  write_map(folder / "landcover.tif", map, bands);
  data::RasterDescription classes = description_of_map(land.grid, "land cover, IGBP class", "1");
  classes.windows = {"class"};
  std::vector<float> numbers;
  for (const data::CoverShares& shares : land.shares) numbers.push_back(data::igbp_class(data::main_cover(shares)));
  write_map(folder / "igbp.tif", classes, {numbers});
}

data::Landscape landscape_of(const data::SceneRegion& region, uint64_t seed, const Output& output) {
  const Stage stage(output, "simulate the land");
  return data::make_landscape(region.grid, seed);
}

void simulate_scene(const SimulateOptions& o, const data::SceneRegion& region, const std::vector<data::Window>& windows,
                    const Folders& folders, const Output& output) {
  const data::Landscape land = landscape_of(region, o.seed, output);
  write_land_cover(folders.truth, land);
  const data::BoundingBox box = {region.box.west - sounding_margin, region.box.south - sounding_margin,
                                 region.box.east + sounding_margin, region.box.north + sounding_margin};
  long files = 0, written = 0;
  for (const data::Window& w : windows) files += 1 + long(region.tiles.size()) + days_with_soundings(o, w, w.days());
  Progress progress(output, "simulate", files);
  for (const data::Window& window : windows) {
    const data::Vegetation vegetation = data::vegetation_on(land, window, o.seed);
    write_truth(folders.truth, window, land.grid, vegetation);
    progress.update(++written, to_string(window.first));
    for (const data::SceneTile& tile : region.tiles) {
      stop_if_interrupted();
      const data::Mod13a2Pixels pixels = data::composite(land, vegetation, window, tile.grid, o.seed);
      write_atomically(folders.mod13a2 / data::mod13a2_name(window.first, tile.h, tile.v),
                       [&](const fs::path& file) { data::write_mod13a2(file, tile.grid, pixels); });
      progress.update(++written, to_string(window.first));
    }
    const auto under = [&](const data::Footprint& f) { return data::mean_under(land, vegetation, f); };
    for (int d = 0; d < days_with_soundings(o, window, window.days()); ++d) {
      stop_if_interrupted();
      write_day(folders.troposif, data::date_of(day_number(window.first) + d), box, o.seed, under);
      progress.update(++written, to_string(window.first));
    }
  }
}

}  // namespace

void simulate(const SimulateOptions& o, const Output& output) {
  check(o);
  set_threads(o.threads);
  const Folders folders = {o.out_directory / "troposif", o.out_directory / "mod13a2", o.out_directory / "truth"};
  const OutputLock lock = OutputLock::of_folder(o.out_directory);
  make_room(o, folders);
  const std::vector<data::Window> windows = windows_of(o.windows);
  const bool world = o.region == "world";
  const data::SceneRegion region = data::minnesota(o.small);
  constexpr double program = 6e7, cell = 170;  // bytes, measured
  data::refuse_beyond_memory(program + (world ? 0 : cell * double(region.grid.cells())), "the scene", "take --small");
  nlohmann::ordered_json scene = description_of(o, windows, world ? data::BoundingBox{-180, -90, 180, 90} : region.box);
  if (!world) scene["grid"] = description_of(region.grid);
  scene["finished"] = false;
  fs::create_directories(folders.troposif);
  write_text_atomically(o.out_directory / "scene.json", scene.dump(2) + "\n");
  if (world) {
    simulate_world(o, windows, folders.troposif, output);
  } else {
    fs::create_directories(folders.mod13a2), fs::create_directories(folders.truth);
    simulate_scene(o, region, windows, folders, output);
  }
  scene["finished"] = true;
  write_text_atomically(o.out_directory / "scene.json", scene.dump(2) + "\n");
  output.line(fmt::format("wrote {}: a simulated scene of the region {}, {} windows from {} on",
                          o.out_directory.string(), o.region, o.windows, to_string(windows.front().first)));
  if (world) return;
  output.line(fmt::format("truth: SIF at 1 km, {}", (folders.truth / "truth_{window}.tif").string()));
  output.next({"unetsr prepare " + shell_text(folders.troposif.string()) + " " + shell_text(folders.mod13a2.string()) +
               " " + shell_text(free_name(o.out_directory.filename().string() + ".h5").string())});
}

}  // namespace unetsr::pipeline
