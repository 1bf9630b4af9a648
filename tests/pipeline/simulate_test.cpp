#include "pipeline/simulate/simulate.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "data/dataset/dataset_file.hpp"
#include "data/footprints/footprint.hpp"
#include "data/formats/file_software.hpp"
#include "data/formats/mod13a2_reader.hpp"
#include "data/formats/oco_lite_reader.hpp"
#include "data/formats/raster_reader.hpp"
#include "data/formats/sounding_reader.hpp"
#include "data/scene/orbit_errors.hpp"
#include "data/scene/pixel_view.hpp"
#include "data/scene/stress.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "pipeline/prepare/prepare_granules.hpp"
#include "pipeline/simulate/scene_calendar.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

const Output quiet(Output::Mode::quiet);

SimulateOptions small_scene(const std::filesystem::path& directory) {
  SimulateOptions o;
  o.out_directory = directory;
  o.small = true;
  o.windows = 1;
  o.days = 2;
  return o;
}

// All files below a directory, by their paths in it.
std::map<std::string, std::string> contents(const std::filesystem::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
    if (entry.is_regular_file())
      files[std::filesystem::relative(entry.path(), directory).string()] = test::read_file(entry.path());
  return files;
}

data::Soundings soundings_of(const std::filesystem::path& file) {
  data::Soundings all;
  data::read_soundings(file, 100000, [&](const data::Soundings& part) {
    for (size_t i = 0; i < part.size(); ++i) all.append(part, i);
  });
  return all;
}

}  // namespace

TEST_CASE("A small scene: its files, and the same bytes at any number of threads") {
  const test::TemporaryDirectory directory;
  SimulateOptions o = small_scene(directory / "one");
  o.threads = 1;
  simulate(o, quiet);
  const auto one = contents(o.out_directory);
  std::vector<std::string> names;
  for (const auto& file : one) names.push_back(file.first);
  CHECK(names == std::vector<std::string>{"mod13a2/MOD13A2.A2019145.h11v04.061.2020001000000.hdf", "scene.json",
                                          "troposif/TROPOSIF_L2B_2019-05-25.nc", "troposif/TROPOSIF_L2B_2019-05-26.nc",
                                          "truth/igbp.tif", "truth/landcover.tif", "truth/truth_2019-05-25.tif"});
  o.out_directory = directory / "another";
  o.threads = 3;
  simulate(o, quiet);
  CHECK(contents(o.out_directory) == one);
  o.out_directory = directory / "seed";
  o.seed = 2;
  simulate(o, quiet);
  const auto other = contents(o.out_directory);
  for (const auto& [name, bytes] : other) CHECK_MESSAGE(bytes != one.at(name), name);
}

TEST_CASE("Each sounding is the truth under its footprint, plus its noise") {
  const test::TemporaryDirectory directory;
  SimulateOptions o = small_scene(directory.path() / "scene");
  o.days = 8;
  simulate(o, quiet);
  const data::Raster truth = data::read_raster(o.out_directory / "truth" / "truth_2019-05-25.tif");
  const data::FootprintPlacer placer(truth.grid);
  double count = 0, sum = 0, squares = 0, with_mean = 0;
  for (const auto& entry : std::filesystem::directory_iterator(o.out_directory / "troposif"))
    data::read_soundings(entry.path(), 1000, [&](const data::Soundings& s) {
      std::vector<data::Outline> outlines;
      std::vector<data::CellShare> shares;
      for (size_t i = 0; i < s.size(); ++i) {
        outlines.clear();
        if (placer.place(s, i, outlines) != data::Placement::inside) continue;
        shares.clear();
        data::overlaps(outlines[0], truth.grid.rows, truth.grid.columns, shares);
        double area = 0, mean = 0;
        for (const data::CellShare& share : shares)
          area += share.overlap, mean += share.overlap * double(truth.values[size_t(share.cell)]);
        mean /= area;
        const double dimmed = mean * (1 - 0.3 * double(s.cloud_fraction[i]));
        const double residual = (double(s.sif[i]) - dimmed) / double(s.error[i]);
        count += 1, sum += residual, squares += residual * residual;
        with_mean += (double(s.sif[i]) - 0.7) * (double(s.sif[i]) - 0.7) / double(s.error[i] * s.error[i]);
      }
    });
  REQUIRE(count > 1500);
  CHECK(std::abs(sum / count) < 4 / std::sqrt(count));
  CHECK(squares / count == doctest::Approx(1).epsilon(0.1));
  CHECK(with_mean / count > 1.3);  // there is something to see above the noise
}

TEST_CASE("Each footprint of OCO-2 is the truth under it, plus its noise; 757 and 771 nm make up 740 nm") {
  const test::TemporaryDirectory directory;
  SimulateOptions o = small_scene(directory.path() / "scene");
  o.days = 16;
  simulate(o, quiet);
  const data::Raster truth = data::read_raster(o.out_directory / "truth" / "truth_2019-05-25.tif");
  const data::FootprintPlacer placer(truth.grid);
  double count = 0, sum = 0, squares = 0, signal = 0;
  int clear = 0, files = 0;
  std::set<int> modes;
  for (const auto& entry : std::filesystem::directory_iterator(o.out_directory / "oco2")) {
    ++files;
    CHECK(data::simulated_world(entry.path()) == "ideal");
    const data::OcoFootprints all = data::read_oco_lite(entry.path());
    const data::Soundings& s = all.footprints;
    CHECK(all.size() > 0);
    CHECK(std::is_sorted(s.time.begin(), s.time.end()));
    std::vector<data::Outline> outlines;
    std::vector<data::CellShare> shares;
    for (size_t i = 0; i < s.size(); ++i) {
      modes.insert(all.mode[i]);
      CHECK(s.sif[i] == doctest::Approx(0.75 * (all.sif_757[i] + 1.5 * all.sif_771[i])).epsilon(1e-5));
      CHECK(s.error[i] > 0.25f);
      CHECK(s.error[i] < 0.6f);
      outlines.clear();
      if (placer.place(s, i, outlines) != data::Placement::inside || all.quality[i] != 0) continue;
      shares.clear();
      data::overlaps(outlines[0], truth.grid.rows, truth.grid.columns, shares);
      double area = 0, mean = 0;
      for (const data::CellShare& share : shares)
        area += share.overlap, mean += share.overlap * double(truth.values[size_t(share.cell)]);
      mean /= area;
      // Of the best quality clouds dim by 1.5 % in the mean.
      const double residual = (double(s.sif[i]) - 0.985 * mean) / double(s.error[i]);
      count += 1, sum += residual, squares += residual * residual, signal += mean;
      clear += all.cloud[i] == 0;
      const double km2 = area * std::pow(truth.grid.x_step / 1000, 2);
      if (all.mode[i] == 0) CHECK(km2 == doctest::Approx(1.3 * 2.25).epsilon(0.15));
    }
  }
  CHECK(files >= 1);
  REQUIRE(count > 150);
  CHECK(std::abs(sum / count) < 4 / std::sqrt(count));
  CHECK(squares / count == doctest::Approx(1).epsilon(0.2));
  CHECK(signal / count > 0.3);
  CHECK(clear > 0.9 * count);
}

TEST_CASE("Granules and land cover lie on the truth's cells") {
  const test::TemporaryDirectory directory;
  const SimulateOptions o = small_scene(directory.path());
  simulate(o, quiet);
  const data::Raster truth = data::read_raster(o.out_directory / "truth" / "truth_2019-05-25.tif");
  const data::Granule granule =
      data::read_mod13a2(o.out_directory / "mod13a2" / "MOD13A2.A2019145.h11v04.061.2020001000000.hdf", {});
  std::vector<data::Raster> covers;
  for (int band = 1; band <= 7; ++band)
    covers.push_back(data::read_raster(o.out_directory / "truth" / "landcover.tif", band));
  const data::Raster classes = data::read_raster(o.out_directory / "truth" / "igbp.tif");
  for (size_t i = 0; i < classes.values.size(); ++i)
    if (covers[0].values[i] > 0.5f) CHECK(classes.values[i] == 17);
  const data::Grid &a = granule.grid, &b = truth.grid;
  CHECK(a.rows == b.rows);
  CHECK(a.columns == b.columns);
  CHECK(std::abs(a.x_origin - b.x_origin) < 1e-6 * b.x_step);
  CHECK(std::abs(a.y_origin - b.y_origin) < 1e-6 * b.x_step);
  CHECK(std::abs(a.x(a.columns - 1) - b.x(b.columns - 1)) < 1e-6 * b.x_step);
  // Shares of covers add up, and SIF is lowest where water is.
  double water = 0, wet = 0;
  for (size_t i = 0; i < truth.values.size(); i += 11) {
    double sum = 0;
    for (int band = 1; band <= 7; ++band) sum += double(covers[size_t(band - 1)].values[i]);
    CHECK(sum == doctest::Approx(1).epsilon(1e-5));
    if (covers[0].values[i] > 0.99f) water += double(truth.values[i]), wet += 1;
  }
  CHECK(wet > 0);
  CHECK(water == 0);
  CHECK(granule.screened_pixels > 0);
}

TEST_CASE("The world ideal has the values that scenes had before there were others") {
  const test::TemporaryDirectory directory;
  simulate(small_scene(directory.path()), quiet);
  const data::Raster truth = data::read_raster(directory / "truth" / "truth_2019-05-25.tif");
  const data::Granule granule =
      data::read_mod13a2(directory / "mod13a2" / "MOD13A2.A2019145.h11v04.061.2020001000000.hdf", {.any = true});
  const auto nir =
      std::find_if(granule.bands.begin(), granule.bands.end(), [](const auto& b) { return b.layer == "nir"; });
  REQUIRE(nir != granule.bands.end());
  struct Cell {
    size_t column, row;
    double sif, nir;
  };
  for (const Cell& c : {Cell{10, 20, 0.858469903, 0.2313},
                        {100, 100, 0.123938143, 0.2335},
                        {150, 33, 0.12701872, 0.2263},
                        {60, 181, 0.349753648, 0.1999}}) {
    CHECK(double(truth.values[c.row * 192 + c.column]) == doctest::Approx(c.sif).epsilon(1e-6));
    CHECK(double(nir->values[c.row * 192 + c.column]) == doctest::Approx(c.nir).epsilon(1e-6));
  }
  const data::Soundings s = soundings_of(directory / "troposif" / "TROPOSIF_L2B_2019-05-25.nc");
  REQUIRE(s.size() == 1052);
  CHECK(double(s.sif[1]) == doctest::Approx(0.9800663).epsilon(1e-6));
  CHECK(s.latitude[0] == doctest::Approx(44.70127).epsilon(1e-6));
  CHECK(s.longitude[5] == doctest::Approx(-93.23886).epsilon(1e-6));
}

TEST_CASE("Every file names its world, and prepare does not mix two") {
  const test::TemporaryDirectory directory;
  for (const std::string world : {"response", "savanna"}) {
    SimulateOptions o = small_scene(directory / world);
    o.world = world, o.days = 1;
    simulate(o, quiet);
    for (const char* folder : {"troposif", "mod13a2"})
      for (const auto& entry : std::filesystem::directory_iterator(o.out_directory / folder))
        CHECK(data::simulated_world(entry.path()) == world);
    CHECK(nlohmann::json::parse(test::read_file(o.out_directory / "scene.json"))["world"] == world);
    CHECK_FALSE(data::simulated_world(o.out_directory / "truth" / "igbp.tif"));
    CHECK_FALSE(std::filesystem::exists(o.out_directory / "truth" / "displacements.csv"));
  }
  GranuleOptions o;
  o.inputs = {directory / "response" / "troposif", directory / "response" / "mod13a2"};
  o.out = directory / "one.h5";
  prepare_granules(o, quiet);
  CHECK(data::read_dataset(o.out).provenance.world == "response");
  std::filesystem::copy(directory / "savanna" / "troposif" / "TROPOSIF_L2B_2019-05-25.nc",
                        directory / "response" / "troposif" / "TROPOSIF_L2B_2019-05-26.nc");
  o.out = directory / "two.h5";
  CHECK_THROWS_NAMING(UsageError, prepare_granules(o, quiet), "world response", "world savanna");
  CHECK_FALSE(std::filesystem::exists(o.out));
}

TEST_CASE("The tables of a world's orbits hold what was planted") {
  const test::TemporaryDirectory directory;
  SimulateOptions o = small_scene(directory.path());
  o.world = "all";
  simulate(o, quiet);
  std::map<int, data::OrbitErrors> planted;
  const auto read = [&](const char* name, const auto& take) {
    std::istringstream lines(test::read_file(directory / "truth" / name));
    std::string line;
    std::getline(lines, line), std::getline(lines, line);
    while (std::getline(lines, line)) {
      std::replace(line.begin(), line.end(), ',', ' ');
      std::istringstream words(line);
      int orbit = 0;
      std::string time;
      words >> orbit >> time;
      CHECK(time.starts_with("2019-05-2"));
      take(words, planted[orbit]);
    }
  };
  read("displacements.csv", [](std::istream& words, data::OrbitErrors& e) { words >> e.east >> e.north; });
  read("offsets.csv", [](std::istream& words, data::OrbitErrors& e) { words >> e.offset; });
  std::set<int> orbits;
  for (const auto& entry : std::filesystem::directory_iterator(directory / "troposif"))
    for (const double time : soundings_of(entry.path()).time) orbits.insert(data::orbit_at(time));
  CHECK(orbits.size() == planted.size());
  CHECK(orbits.size() >= 2);
  for (const auto& [orbit, errors] : planted) {
    CHECK(orbits.contains(orbit));
    const data::OrbitErrors expected = data::orbit_errors(data::world_named("all"), o.seed, orbit);
    CHECK(std::abs(errors.east - expected.east) < 1e-4);
    CHECK(std::abs(errors.north - expected.north) < 1e-4);
    CHECK(std::abs(errors.offset - expected.offset) < 1e-5);
  }
  const auto scene = nlohmann::json::parse(test::read_file(directory / "scene.json"));
  CHECK(scene["planted"]["displacement_km"] == std::vector{1.0, 2.3});
  CHECK(scene["planted"]["footprint_response"]["width"] == 1.4);
  CHECK(scene["planted"]["stress"] == "texture and edges");
  CHECK(std::abs(double(scene["windows"][0]["pixel_shift"]["rows"])) <= 0.5);
}

TEST_CASE("A year of windows: those of MOD13A2, and each day once") {
  const std::vector<data::Window> windows = scene_windows(first_window_of(""), 23);
  CHECK(to_string(windows[13].first) == "2019-12-19");
  CHECK(to_string(windows[14].first) == "2020-01-01");
  CHECK(to_string(windows[22].first) == "2020-05-08");
  std::set<data::Date> days;
  size_t count = 0;
  for (size_t w = 0; w < windows.size(); ++w)
    for (const data::Date day : days_of(windows, w, 16)) days.insert(day), ++count;
  CHECK(count == 14 * 16 - 3 + 9 * 16);
  CHECK(days.size() == count);
  CHECK(days_of(scene_windows(first_window_of(""), 14), 13, 16).size() == 16);
  CHECK(days_of(windows, 0, 2).size() == 2);
}

TEST_CASE("A scene starts with the window of MOD13A2 that holds a day") {
  CHECK(to_string(first_window_of("2019-05-25").first) == "2019-05-25");
  CHECK(to_string(first_window_of("2019-06-09").first) == "2019-05-25");
  CHECK(to_string(first_window_of("2020-12-31").first) == "2020-12-18");
  const std::vector<data::Window> windows = scene_windows(first_window_of("2020-01-01"), 47);
  CHECK(to_string(windows[22].first) == "2020-12-18");
  CHECK(to_string(windows[23].first) == "2021-01-01");
  CHECK(to_string(windows[46].first) == "2022-01-01");
}

TEST_CASE("A box: the granules of its tiles, soundings in it, and the cells of any other scene of the seed") {
  const test::TemporaryDirectory directory;
  SimulateOptions o = small_scene(directory / "small");
  simulate(o, quiet);
  // A corner of the small scene, and what lies beside it.
  SimulateOptions box = o;
  box.out_directory = directory / "box", box.small = false, box.days = 1;
  box.bbox = "-93.3,44.6,-92.9,44.8", box.start = "2019-05-30";
  simulate(box, quiet);
  const data::Raster small = data::read_raster(o.out_directory / "truth" / "truth_2019-05-25.tif");
  const data::Raster large = data::read_raster(box.out_directory / "truth" / "truth_2019-05-25.tif");
  const data::Grid &a = small.grid, &b = large.grid;
  const int row = int(std::lround((b.y_origin - a.y_origin) / a.y_step));
  const int column = int(std::lround((b.x_origin - a.x_origin) / a.x_step));
  int both = 0;
  for (int i = 0; i < b.rows; ++i)
    for (int j = 0; j < b.columns; ++j) {
      if (i + row < 0 || i + row >= a.rows || j + column < 0 || j + column >= a.columns) continue;
      const float one = small.values[size_t(i + row) * size_t(a.columns) + size_t(j + column)];
      CHECK(large.values[size_t(i) * size_t(b.columns) + size_t(j)] == doctest::Approx(double(one)).epsilon(1e-5));
      ++both;
    }
  CHECK(both > 2000);
  const data::Soundings s = soundings_of(box.out_directory / "troposif" / "TROPOSIF_L2B_2019-05-25.nc");
  REQUIRE(s.size() > 10);
  for (size_t i = 0; i < s.size(); ++i) {
    CHECK(std::abs(s.longitude[i] + 93.1) < 0.45);
    CHECK(std::abs(s.latitude[i] - 44.7) < 0.35);
  }
  CHECK(nlohmann::json::parse(test::read_file(box.out_directory / "scene.json"))["region"] == "box");
}

TEST_CASE("Blocks and strips leave no seams") {
  const test::TemporaryDirectory directory;
  SimulateOptions o = small_scene(directory / "long");
  o.small = false, o.days = 1, o.world = "all";  // its texture and its pixels look around
  o.bbox = "0.3,45.2,0.34,49.4";
  simulate(o, quiet);
  SimulateOptions part = o;
  part.out_directory = directory / "part", part.bbox = "0.3,45.2,0.34,46";
  simulate(part, quiet);
  const data::Raster whole = data::read_raster(o.out_directory / "truth" / "truth_2019-05-25.tif");
  const data::Raster cut = data::read_raster(part.out_directory / "truth" / "truth_2019-05-25.tif");
  const int row = int(std::lround((cut.grid.y_origin - whole.grid.y_origin) / whole.grid.y_step));
  const int column = int(std::lround((cut.grid.x_origin - whole.grid.x_origin) / whole.grid.x_step));
  REQUIRE(row < 500);
  REQUIRE(row + cut.grid.rows > 520);  // the second block begins at 512
  constexpr int rim = data::texture_reach;
  double worst = 0;
  for (int i = rim; i < cut.grid.rows - rim; ++i)
    for (int j = rim; j < cut.grid.columns - rim; ++j) {
      const double here = double(cut.values[size_t(i) * size_t(cut.grid.columns) + size_t(j)]);
      const double there = double(whole.values[size_t(i + row) * size_t(whole.grid.columns) + size_t(j + column)]);
      worst = std::max(worst, std::abs(here - there));
    }
  CHECK(worst < 1e-5);
  // Of the tile's rows those between the rims of the shorter scene.
  const std::string name = "MOD13A2.A2019145.h18v04.061.2020001000000.hdf";
  const data::Granule a = data::read_mod13a2(o.out_directory / "mod13a2" / name, {.any = true}),
                      b = data::read_mod13a2(part.out_directory / "mod13a2" / name, {.any = true});
  const auto red = [](const data::Granule& granule) {
    return std::find_if(granule.bands.begin(), granule.bands.end(),
                        [](const auto& band) { return band.layer == "red"; });
  };
  const int first = int(std::lround((b.grid.y_origin - cut.grid.y_origin) / cut.grid.y_step));
  const int top = -first + data::pixel_reach, bottom = -first + cut.grid.rows - data::pixel_reach;
  const int left = int(std::lround((cut.grid.x_origin - b.grid.x_origin) / b.grid.x_step)) + data::pixel_reach;
  int compared = 0, different = 0;
  for (int i = top; i < std::min(bottom, b.grid.rows); ++i)
    for (int j = std::max(left, 0); j < left + cut.grid.columns - 2 * data::pixel_reach; ++j) {
      const size_t cell = size_t(i) * 1200 + size_t(j);
      const float one = red(a)->values[cell], other = red(b)->values[cell];
      if (std::isnan(one) && std::isnan(other)) continue;
      ++compared;
      different += !(std::abs(one - other) <
                     1.5e-4f);  // a unit of what is stored: the scenes' origins differ in their last bits
    }
  CHECK(compared > 3000);
  CHECK(different == 0);
}

TEST_CASE("scene.json says what was simulated") {
  const test::TemporaryDirectory directory;
  const SimulateOptions o = small_scene(directory.path());
  simulate(o, quiet);
  const auto scene = nlohmann::json::parse(test::read_file(directory / "scene.json"));
  CHECK(scene["region"] == "minnesota");
  CHECK(scene["seed"] == 1);
  CHECK(scene["small"] == true);
  CHECK(scene["finished"] == true);
  CHECK(scene["windows"].size() == 1);
  CHECK(scene["windows"][0]["first_day"] == "2019-05-25");
  CHECK(scene["grid"]["rows"] == 192);
  CHECK(scene["bbox"].size() == 4);
  CHECK(scene["bbox"][0] < scene["bbox"][2]);
}

TEST_CASE("A scene is replaced when asked, with all its files, and nobody else's") {
  const test::TemporaryDirectory directory;
  SimulateOptions o = small_scene(directory / "scene");
  simulate(o, quiet);
  CHECK_THROWS_NAMING(UsageError, simulate(o, quiet), "scene.json", "--overwrite");
  o.overwrite = true, o.days = 1;
  simulate(o, quiet);
  CHECK_FALSE(std::filesystem::exists(o.out_directory / "troposif" / "TROPOSIF_L2B_2019-05-26.nc"));

  o.out_directory = directory / "downloads";
  std::filesystem::create_directories(o.out_directory / "troposif");
  test::write_file(o.out_directory / "troposif" / "TROPOSIF_L2B_2019-06-10.nc", "precious");
  CHECK_THROWS_NAMING(UsageError, simulate(o, quiet), "troposif", "another directory");
  CHECK(test::read_file(o.out_directory / "troposif" / "TROPOSIF_L2B_2019-06-10.nc") == "precious");
}

TEST_CASE("Options that make no sense") {
  const test::TemporaryDirectory directory;
  const SimulateOptions good = small_scene(directory / "scene");
  const auto refused = [&](auto change, const std::string& part) {
    SimulateOptions o = good;
    change(o);
    CHECK_THROWS_NAMING(UsageError, simulate(o, quiet), part);
    CHECK_FALSE(std::filesystem::exists(o.out_directory));
  };
  refused([](SimulateOptions& o) { o.region = "mars"; }, "mars");
  refused([](SimulateOptions& o) { o.region = "globe"; }, "--small");
  refused([](SimulateOptions& o) { o.region = "globe", o.small = false, o.world = "all"; }, "--world");
  refused([](SimulateOptions& o) { o.region = "minnesota", o.world = "savanna"; }, "savanna");
  refused([](SimulateOptions& o) { o.world = "idea"; }, "ideal");
  refused([](SimulateOptions& o) { o.windows = 0; }, "--windows");
  refused([](SimulateOptions& o) { o.windows = 461; }, "--windows");
  refused([](SimulateOptions& o) { o.days = 17; }, "--days");
  refused([](SimulateOptions& o) { o.days = -1; }, "--days");
  refused([](SimulateOptions& o) { o.start = "2019-02-30"; }, "--start 2019-02-30");
  refused([](SimulateOptions& o) { o.start = "1999-12-31"; }, "2000");
  refused([](SimulateOptions& o) { o.bbox = "-95,45,-94,46"; }, "--small");
  refused([](SimulateOptions& o) { o.small = false, o.bbox = "179,45,-179,46"; }, "date line");
  refused([](SimulateOptions& o) { o.small = false, o.bbox = "45,-95,46,-94"; }, "swapped");
}
