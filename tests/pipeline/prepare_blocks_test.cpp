#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "data/dataset/dataset_file.hpp"
#include "data/footprints/footprint_cover.hpp"
#include "data/formats/mod13a2_writer.hpp"
#include "data/formats/troposif_writer.hpp"
#include "data/geography/sinusoidal.hpp"
#include "files.hpp"
#include "kernels/random.hpp"
#include "pipeline/prepare/prepare_granules.hpp"
#include "thrown.hpp"

// A grid of several blocks beside the same computed as a whole.
using namespace unetsr;
using namespace unetsr::pipeline;
namespace fs = std::filesystem;

namespace {

const Output silent(Output::Mode::quiet);
constexpr data::Part place = {300, 200, 300, 520};  // of the tile

// Footprints of some 5 x 7 km, most of them around the lines where blocks meet.
data::Soundings soundings(int day, uint64_t seed) {
  const data::Grid grid = data::part_of(data::modis_tile_grid(11, 4), place);
  Random random(seed);
  data::Soundings s;
  for (int i = 0; i < 3000; ++i) {
    double row = random.uniform(-4, grid.rows + 4), column = random.uniform(-4, grid.columns + 4);
    if (i % 3 == 0) row = 256 + random.uniform(-4, 4);
    if (i % 3 == 1) column = 256 * (1 + i % 2) + random.uniform(-4, 4);
    const auto corner = [&](double down, double across) {
      return data::from_sinusoidal(
          {grid.x_origin + (column + across) * grid.x_step, grid.y_origin + (row + down) * grid.y_step});
    };
    const data::GeoPoint a = corner(-3, -3.5), b = corner(-3, 3), c = corner(3.5, 3.5), d = corner(3, -3),
                         m = corner(0, 0);
    s.sif.push_back(float(random.uniform(0, 2))), s.error.push_back(0.4f), s.sza.push_back(30), s.vza.push_back(10);
    s.cloud_fraction.push_back(0), s.longitude.push_back(m.longitude), s.latitude.push_back(m.latitude);
    s.longitudes.push_back({a.longitude, b.longitude, c.longitude, d.longitude});
    s.latitudes.push_back({a.latitude, b.latitude, c.latitude, d.latitude});
    s.time.push_back(day * 86400.0 + 60000 + i);
  }
  return s;
}

void write_day(const fs::path& folder, const data::Date& date, uint64_t seed) {
  data::TroposifSoundings day;
  day.soundings = soundings(data::day_number(date), seed);
  const size_t count = day.soundings.size();
  for (auto* values :
       {&day.sif_735, &day.error_735, &day.radiance_743, &day.day_length_factor, &day.solar_azimuth, &day.view_azimuth})
    values->assign(count, 1);
  day.reflectance.assign(count, {});
  day.land_cover.assign(count, 1);
  data::TroposifWriter writer(folder / ("TROPOSIF_L2B_" + data::to_string(date) + ".nc"), date);
  writer.append(day);
  writer.close();
}

void write_granule(const fs::path& folder, const data::Date& date, const data::Part& part, int tile, uint64_t seed) {
  const data::Grid grid = data::part_of(data::modis_tile_grid(tile, 4), part);
  data::Mod13a2Pixels pixels(size_t(grid.cells()));
  Random random(seed);
  for (size_t i = 0; i < pixels.size(); ++i) {
    const double green = 0.5 + 0.4 * std::sin(double(i % size_t(grid.columns)) / 9) * std::cos(double(i) / 9000);
    const auto noisy = [&](double value) { return int16_t(value * (1 + 0.03 * random.normal())); };
    pixels.ndvi[i] = noisy(8000 * green), pixels.evi[i] = noisy(5000 * green),
    pixels.red[i] = noisy(1200 - 900 * green);
    pixels.nir[i] = noisy(1800 + 2000 * green), pixels.blue[i] = noisy(700 - 400 * green);
    pixels.mir[i] = noisy(2800 - 1500 * green), pixels.reliability[i] = 0, pixels.quality[i] = 2112;
    if (i % 97 == 0) pixels.reliability[i] = 3;
  }
  data::write_mod13a2(folder / data::mod13a2_name(date, tile, 4), grid, pixels);
}

// Two windows of 300 x 520 cells, which are six blocks, with two days of soundings in each.
struct Scene {
  test::TemporaryDirectory directory;
  Scene() {
    for (const char* window : {"first", "second"}) fs::create_directory(directory / window);
    write_granule(directory / "first", {2019, 5, 25}, place, 11, 1);
    write_granule(directory / "second", {2019, 6, 10}, place, 11, 2);
    write_day(directory / "first", {2019, 5, 26}, 3);
    write_day(directory / "first", {2019, 5, 28}, 4);
    write_day(directory / "second", {2019, 6, 10}, 5);
    write_day(directory / "second", {2019, 6, 11}, 6);
  }
  GranuleOptions options(const std::string& out) const {
    GranuleOptions o;
    o.inputs = {directory / "first", directory / "second"};
    o.out = directory / out;
    return o;
  }
};

const Scene& scene() {
  static const Scene scene;
  return scene;
}

data::Dataset prepare(const GranuleOptions& o) {
  prepare_granules(o, silent);
  return data::read_dataset(o.out);
}

// Equal but for rounding, missing in the same cells.
void check_close(std::span<const float> a, std::span<const float> b) {
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    REQUIRE(std::isnan(a[i]) == std::isnan(b[i]));
    if (!std::isnan(a[i])) REQUIRE(std::abs(a[i] - b[i]) <= 2e-6f * std::max(1.0f, std::abs(a[i])));
  }
}

}  // namespace

TEST_CASE("SIF and the bands over its footprints have no seams: they are those of the grid as a whole") {
  for (const data::GriddingMethod method :
       {data::GriddingMethod::area, data::GriddingMethod::centre, data::GriddingMethod::nearest}) {
    GranuleOptions o = scene().options(to_string(method) + ".h5");
    o.gridding = method;
    const data::Dataset d = prepare(o);
    REQUIRE(d.grid.rows == 300);
    REQUIRE(d.soundings.size() > 10000);
    const size_t cells = size_t(d.grid.cells()), coarse_cells = size_t(d.coarse_grid().cells());
    for (size_t w = 0; w < 2; ++w) {
      std::vector<data::FineBand> bands;
      for (const char* name : {"ndvi", "red"}) bands.push_back({name, d.values(name).subspan(w * cells, cells)});
      data::WindowGridder whole(d.grid, d.coarse_factor, method, bands);
      data::WindowGridder::Counts counts;
      std::vector<size_t> chosen;
      const double change = data::day_number({2019, 6, 10}) * 86400.0;
      for (size_t i = 0; i < d.soundings.size(); ++i)
        if ((d.soundings.time[i] >= change) == (w == 1)) chosen.push_back(i);
      CHECK(whole.add(d.soundings, chosen, counts).size() == chosen.size());
      check_close(d.values("sif_fine").subspan(w * cells, cells), whole.fine().mean);
      check_close(d.values("sif_fine_error").subspan(w * cells, cells), whole.fine().error);
      check_close(d.values("sif_fine_count").subspan(w * cells, cells), whole.fine().count);
      const data::Dataset coarse = d.coarse();
      check_close(coarse.values("sif").subspan(w * coarse_cells, coarse_cells), whole.coarse().mean);
      check_close(coarse.values("sif_count").subspan(w * coarse_cells, coarse_cells), whole.coarse().count);
      check_close(coarse.values("ndvi").subspan(w * coarse_cells, coarse_cells), whole.coarse_band("ndvi"));
      check_close(coarse.values("red").subspan(w * coarse_cells, coarse_cells), whole.coarse_band("red"));
    }
  }
}

TEST_CASE("Each sounding is kept once, and found with all that cover a part of a window") {
  const data::Dataset d = prepare(scene().options("runs.h5"));
  const data::DatasetFile file(scene().directory / "runs.h5");
  CHECK(file.runs().size() == 12);
  std::vector<double> times = d.soundings.time;
  std::sort(times.begin(), times.end());
  CHECK(std::adjacent_find(times.begin(), times.end()) == times.end());
  const data::Soundings first = file.read_soundings({0, 1}, data::whole(d.grid)),
                        second = file.read_soundings({1, 1}, data::whole(d.grid));
  CHECK(first.size() + second.size() == d.soundings.size());
  CHECK(*std::max_element(first.time.begin(), first.time.end()) <
        *std::min_element(second.time.begin(), second.time.end()));
  const data::FootprintPlacer placer(d.grid);
  for (const data::Part& part : {data::Part{250, 250, 12, 12}, {0, 0, 8, 8}, {290, 400, 10, 120}}) {
    const data::Soundings near = file.read_soundings({0, 1}, part);
    CHECK(near.size() < first.size());
    for (size_t i = 0; i < first.size(); ++i) {
      const data::FootprintCover cover =
          cover_of(placer, data::GriddingMethod::area, data::FileBlocks(d.grid, 4), first, i);
      const bool covers = cover.cells.row < part.row + part.rows && part.row < cover.cells.row + cover.cells.rows &&
                          cover.cells.column < part.column + part.columns &&
                          part.column < cover.cells.column + cover.cells.columns;
      if (covers) REQUIRE(std::find(near.time.begin(), near.time.end(), first.time[i]) != near.time.end());
    }
  }
}

TEST_CASE("The bytes do not depend on threads and memory but for the provenance's time") {
  GranuleOptions o = scene().options("a.h5");
  o.threads = 1, o.memory = "900MB";
  const data::Dataset a = prepare(o);
  o.threads = 3, o.memory = "3GB", o.out = scene().directory / "b.h5";
  CHECK(prepare(o).identity == a.identity);
  o.memory = "20MB", o.out = scene().directory / "c.h5";
  CHECK_THROWS_NAMING(UsageError, prepare(o), "300 x 520", "--memory 20 MB");
  CHECK(!fs::exists(o.out));
}

TEST_CASE("--start and --end choose windows and days") {
  GranuleOptions o = scene().options("days.h5");
  o.start = "2019-05-28", o.end = "2019-06-10";
  const data::Dataset d = prepare(o);
  CHECK(d.windows.size() == 2);
  CHECK(d.provenance.inputs.size() == 5);  // without 26 May; the file of 11 June may begin the day before
  for (const double time : d.soundings.time)
    REQUIRE((time >= data::day_number({2019, 5, 28}) * 86400.0 && time < data::day_number({2019, 6, 11}) * 86400.0));
  o.start = "2019-06-10", o.end = "", o.overwrite = true;
  CHECK(prepare(o).windows == std::vector<std::string>{"2019-06-10"});
  for (const auto& [start, end, part] : {std::tuple("2019-07-01", "", "2019-05-25 to 2019-06-10"),
                                         {"May", "", "--start May"},
                                         {"2019-06-02", "2019-06-01", "after --end"}}) {
    o.start = start, o.end = end;
    CHECK_THROWS_NAMING(UsageError, prepare(o), part);
  }
}

TEST_CASE("--append adds windows: the contents are those of all files at once") {
  const data::Dataset at_once = prepare(scene().options("at-once.h5"));
  for (const auto& [before, after] : {std::pair("first", "second"), {"second", "first"}}) {
    GranuleOptions o = scene().options("before.h5");
    o.inputs = {scene().directory / before}, o.overwrite = true;
    const data::Dataset part = prepare(o);
    CHECK(part.windows.size() == 1);
    o.inputs = {scene().directory / after}, o.append = o.out, o.out = scene().directory / "after.h5";
    const data::Dataset whole = prepare(o);
    CHECK(whole.windows == at_once.windows);
    CHECK(whole.identity == at_once.identity);
    CHECK(whole.provenance.inputs == at_once.provenance.inputs);
    CHECK(whole.soundings.file == at_once.soundings.file);
    o.out = o.append;  // in its place
    CHECK(prepare(o).identity == at_once.identity);
  }
}

TEST_CASE("--append adds days to a window: its SIF is that of all days") {
  const data::Dataset at_once = prepare(scene().options("all-days.h5"));
  GranuleOptions o = scene().options("some-days.h5");
  const fs::path day = scene().directory / "first/TROPOSIF_L2B_2019-05-26.nc";
  o.inputs = {scene().directory / "second"};
  for (const auto& entry : fs::directory_iterator(scene().directory / "first"))
    if (entry.path() != day) o.inputs.push_back(entry.path());
  CHECK(prepare(o).soundings.size() < at_once.soundings.size());
  o.inputs = {day}, o.append = o.out, o.out = scene().directory / "more-days.h5";
  const data::Dataset more = prepare(o);
  CHECK(more.soundings.size() == at_once.soundings.size());
  for (const char* layer : {"sif_fine", "sif_fine_error", "sif_fine_count", "ndvi", "red_denoised"})
    check_close(more.values(layer), at_once.values(layer));
  for (const char* layer : {"sif", "sif_count", "ndvi", "red"})
    check_close(more.coarse().values(layer), at_once.coarse().values(layer));
}

TEST_CASE("--append refuses in one line what does not fit, and what is there already") {
  GranuleOptions o = scene().options("base.h5");
  o.inputs = {scene().directory / "first"};
  prepare(o);
  GranuleOptions more = o;
  more.append = o.out, more.out = scene().directory / "none.h5";
  const auto error = [&](const std::function<void(GranuleOptions&)>& change) {
    GranuleOptions changed = more;
    change(changed);
    const std::string text = test::thrown<UsageError>([&] { prepare_granules(changed, silent); });
    CHECK(!fs::exists(changed.out));
    return text;
  };
  CHECK(test::contains(error([](GranuleOptions&) {}), "base.h5 has the window 2019-05-25 already"));
  CHECK(test::contains(
      error([](GranuleOptions& c) { c.inputs = {scene().directory / "first/TROPOSIF_L2B_2019-05-26.nc"}; }),
      "TROPOSIF_L2B_2019-05-26.nc already"));
  CHECK(test::contains(error([](GranuleOptions& c) {
                         c.inputs = {scene().directory / "second"};
                         c.max_vza = 40;
                       }),
                       "--max-vza 60"));
  CHECK(test::contains(error([](GranuleOptions& c) { c.bbox = "-90,44,-89,45"; }), "--append takes the grid of"));
}
