#include "pipeline/prepare/prepare_granules.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <tuple>

#include "data/dataset/dataset_file.hpp"
#include "data/dataset/resample.hpp"
#include "data/formats/mod13a2_reader.hpp"
#include "data/formats/mod13a2_writer.hpp"
#include "data/formats/raster_reader.hpp"
#include "data/formats/troposif_writer.hpp"
#include "data/geography/projection.hpp"
#include "data/geography/sinusoidal.hpp"
#include "data/scores/metrics.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "pipeline/simulate/simulate.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;
namespace fs = std::filesystem;

namespace {

const Output silent(Output::Mode::quiet);

// One small scene for all cases: simulating it takes a second or two.
struct Scene {
  test::TemporaryDirectory directory;
  Scene() {
    SimulateOptions o;
    o.out_directory = directory / "scene";
    o.small = true;
    o.windows = 2;
    o.days = 6;
    simulate(o, silent);
  }
  GranuleOptions options(const std::string& out) const {
    GranuleOptions o;
    o.inputs = {directory / "scene/troposif", directory / "scene/mod13a2"};
    o.out = directory / out;
    return o;
  }
  data::Dataset prepare(const GranuleOptions& o) const {
    prepare_granules(o, silent);
    return data::read_dataset(o.out);
  }
  fs::path granule(int window) const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(directory / "scene/mod13a2")) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files.at(size_t(window));
  }
  fs::path soundings() const { return fs::directory_iterator(directory / "scene/troposif")->path(); }
};

const Scene& scene() {
  static const Scene scene;
  return scene;
}

// The error of preparing `inputs`; nothing may be left behind.
template <class ErrorType>
std::string error_of(GranuleOptions o) {
  const std::string text = test::thrown<ErrorType>([&] { prepare_granules(o, silent); });
  CHECK(!fs::exists(o.out));
  return text;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

}  // namespace

TEST_CASE("A scene is gridded: the soundings' mean is the truth's, noise shrinks with their number") {
  const GranuleOptions o = scene().options("a.h5");
  const data::Dataset d = scene().prepare(o);
  CHECK(d.windows == std::vector<std::string>{"2019-05-25", "2019-06-10"});
  CHECK(d.coarse_factor == 4);
  for (const char* layer : {"ndvi", "evi", "red", "nir", "blue", "mir", "vza", "sza", "raa", "composite_day",
                            "vi_quality", "reliability", "sif_fine", "sif_fine_error", "sif_fine_count"})
    CHECK(d.has(layer));
  const data::Dataset coarse = d.coarse();
  const auto truth = data::on_grid(data::read_raster(scene().directory / "scene/truth/truth_2019-05-25.tif"), d.grid,
                                   data::Resampling::nearest);
  const Shape one{1, d.grid.rows, d.grid.columns, 1};
  const auto mean = data::block_mean(truth, one, 4);
  const auto sif = coarse.values("sif").first(mean.size());
  const data::Metrics m = data::score(sif, mean);
  CHECK(m.cells > 2000);
  CHECK(std::abs(m.bias) < 0.06);
  CHECK(m.pearson_r2 > 0.5);
  double expected = 0, count = 0;
  for (size_t i = 0; i < mean.size(); ++i) {
    const float error = coarse.values("sif_error")[i];
    if (!std::isnan(error)) expected += double(error), ++count;
  }
  expected /= count;
  CHECK(expected > 0.05);
  CHECK(expected < 0.45);  // that of one sounding
  CHECK(d.soundings.size() > 1000);
  CHECK(d.provenance.inputs.size() == 2 + 12);

  // Bands over the footprints are the fine ones seen through them: nearly their block means.
  const auto ndvi = data::block_mean(d.values("ndvi"), d.shape(), 4);
  CHECK(data::score(coarse.values("ndvi"), ndvi).pearson_r2 > 0.8);
}

TEST_CASE("Bands freed of noise are smoother where the land is") {
  const data::Dataset d = scene().prepare(scene().options("denoised.h5"));
  // A quarter of the steps from pixel to pixel are no larger: within one cover, where noise makes them.
  const auto roughness = [&](const std::string& name) {
    const std::span<const float> v = d.values(name);
    std::vector<double> steps;
    for (size_t i = 1; i < v.size(); ++i)
      if (!std::isnan(v[i]) && !std::isnan(v[i - 1])) steps.push_back(std::abs(double(v[i]) / double(v[i - 1]) - 1));
    std::nth_element(steps.begin(), steps.begin() + std::ptrdiff_t(steps.size() / 4), steps.end());
    return steps[steps.size() / 4];
  };
  for (const std::string band : {"red", "nir", "blue", "mir"}) {
    INFO(band);
    CHECK(roughness(band + "_denoised") < 0.8 * roughness(band));
  }
}

TEST_CASE("The same with any number of threads, and with the files given one by one") {
  GranuleOptions a = scene().options("t1.h5"), b = scene().options("t3.h5");
  a.threads = 1;
  b.threads = 3;
  b.inputs.clear();
  for (const char* folder : {"scene/mod13a2", "scene/troposif"})
    for (const auto& entry : fs::directory_iterator(scene().directory / folder)) b.inputs.push_back(entry.path());
  const data::Dataset one = scene().prepare(a), three = scene().prepare(b);
  for (size_t i = 0; i < one.layers.size(); ++i) CHECK(same_bits(one.layers[i].values, three.layers[i].values));
  for (size_t i = 0; i < one.coarse_layers.size(); ++i)
    CHECK(same_bits(one.coarse_layers[i].values, three.coarse_layers[i].values));
  CHECK(same_bits(one.soundings.sif, three.soundings.sif));
}

TEST_CASE("The indices are those of the granule, cell by cell, on their own grid and in a part of it") {
  GranuleOptions o = scene().options("whole.h5");
  o.reliability = {"0", "1", "2", "3"};
  const data::Granule granule = data::read_mod13a2(scene().granule(0), {{0, 1, 2, 3}, 15});
  const data::Dataset whole = scene().prepare(o);
  CHECK(whole.grid == granule.grid);
  CHECK(same_bits(std::vector<float>(whole.values("ndvi").begin(),
                                     whole.values("ndvi").begin() + std::ptrdiff_t(whole.grid.cells())),
                  granule.bands.at(0).values));

  o.out = scene().directory / "part.h5";
  const data::GeoPoint middle =
      data::from_sinusoidal({granule.grid.x(granule.grid.columns / 2), granule.grid.y(granule.grid.rows / 2)});
  o.bbox = std::to_string(middle.longitude) + "," + std::to_string(middle.latitude) + "," +
           std::to_string(middle.longitude + 0.3) + "," + std::to_string(middle.latitude + 0.2);
  const data::Dataset part = scene().prepare(o);
  const auto offset = data::offset_of(part.grid, granule.grid);
  REQUIRE(offset.has_value());
  CHECK(part.grid.rows % 4 == 0);
  for (int i = 0; i < part.grid.rows; i += 3)
    for (int j = 0; j < part.grid.columns; j += 3) {
      const float a = part.values("ndvi")[size_t(i * part.grid.columns + j)],
                  b = granule.bands[0].values[size_t((i + offset->row) * granule.grid.columns + j + offset->column)];
      const bool inside = part.region[size_t(i * part.grid.columns + j)];
      CHECK((inside ? a == b || (std::isnan(a) && std::isnan(b)) : std::isnan(a)));
    }
}

TEST_CASE("A box cuts as the polygon of its corners does, on the granules' map and on another") {
  GranuleOptions o = scene().options("box.h5");
  const data::Grid tile = data::read_mod13a2(scene().granule(0), {{}, 0, true}).grid;
  const data::GeoPoint middle = data::from_sinusoidal({tile.x(96), tile.y(96)});
  const double west = middle.longitude - 0.6, east = west + 1, south = middle.latitude - 0.4, north = south + 0.8;
  const auto point = [](double x, double y) { return "[" + std::to_string(x) + "," + std::to_string(y) + "]"; };
  test::write_file(scene().directory / "box.geojson",
                   R"({"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[)" +
                       point(west, south) + "," + point(east, south) + "," + point(east, north) + "," +
                       point(west, north) + "," + point(west, south) + "]]}}");
  for (const std::string crs : {"", "EPSG:5070"}) {
    CAPTURE(crs);
    o.crs = crs, o.overwrite = true;
    if (!crs.empty()) o.resolution = 1000;
    o.bbox.clear(), o.region = scene().directory / "box.geojson";
    const data::Dataset polygon = scene().prepare(o);
    o.region.clear();
    o.bbox =
        std::to_string(west) + "," + std::to_string(south) + "," + std::to_string(east) + "," + std::to_string(north);
    const data::Dataset box = scene().prepare(o);
    CHECK(box.grid == polygon.grid);
    CHECK(box.region == polygon.region);
    const auto outside = std::count(box.region.begin(), box.region.end(), 0);
    CHECK(outside > 300);
    for (const char* layer : {"ndvi", "vi_quality", "sif_fine"}) {
      const std::vector<float> a(box.values(layer).begin(), box.values(layer).end()),
          b(polygon.values(layer).begin(), polygon.values(layer).end());
      CHECK(same_bits(a, b));
      for (size_t i = 0; i < a.size(); ++i)
        if (!box.region[i % box.region.size()]) REQUIRE(std::isnan(a[i]));
    }
    const data::Dataset coarse = box.coarse();
    const std::span<const float> sif = coarse.values("sif");
    const auto present = std::count_if(sif.begin(), sif.end(), [](float v) { return !std::isnan(v); });
    CHECK(present > 100);
    const data::Mask coarse_region = box.coarse_region();
    CHECK(present <= 2 * std::count(coarse_region.begin(), coarse_region.end(), 1));  // of two windows
  }
}

TEST_CASE("Polygons clip, auxiliary bands join, another map resamples") {
  const GranuleOptions whole = scene().options("p.h5");
  const data::Dataset all = scene().prepare(whole);
  const data::GeoPoint middle = data::from_sinusoidal({all.grid.x(90), all.grid.y(90)});
  const double x = middle.longitude, y = middle.latitude;
  const auto point = [](double a, double b) { return "[" + std::to_string(a) + "," + std::to_string(b) + "]"; };
  test::write_file(scene().directory / "triangle.geojson",
                   R"({"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[)" + point(x, y) +
                       "," + point(x + 0.5, y) + "," + point(x, y + 0.5) + "," + point(x, y) + "]]}}");
  GranuleOptions o = scene().options("clip.h5");
  o.region = scene().directory / "triangle.geojson";
  o.crs = "EPSG:32615";
  o.resolution = 1000;
  o.coarse_factor = 3;
  o.aux = {"cover=" + (scene().directory / "scene/truth/landcover.tif").string() + ":1@mode",
           "truth=" + (scene().directory / "scene/truth/truth_{window}.tif").string()};
  const data::Dataset d = scene().prepare(o);
  CHECK(d.grid.x_step == 1000);
  CHECK(d.grid.crs == "EPSG:32615");
  int64_t inside = 0, outside = 0;
  for (const float v : d.values("vi_quality")) ++(std::isnan(v) ? outside : inside);
  CHECK(inside > 500);
  CHECK(outside > inside / 2);  // a triangle in its rectangle
  CHECK(d.values("truth")[0] != d.values("cover")[0]);
  for (const float v : d.values("cover")) CHECK((std::isnan(v) || (v >= 0 && v <= 1)));

  o.out = scene().directory / "x.h5";
  o.aux = {"far=" + (scene().directory / "none.tif").string()};
  CHECK(test::contains(error_of<Error>(o), "none.tif"));
  for (const char* wrong : {"name", "=x.tif", "name=", "name=x.tif@cubic"}) {
    o.aux = {wrong};
    CHECK(error_of<UsageError>(o) != "");
  }
}

TEST_CASE("A VRT of a file elsewhere is an auxiliary band where --allow-vrt is given") {
  const fs::path source = scene().directory / "scene/truth/landcover.tif";
  const data::Raster raster = data::read_raster(source);
  const data::Grid& g = raster.grid;
  fs::create_directory(scene().directory / "vrt");
  const fs::path vrt = scene().directory / "vrt/cover.vrt";
  const auto corner = [](double centre, double step) { return std::to_string(centre - step / 2); };
  test::write_file(vrt, "<VRTDataset rasterXSize=\"" + std::to_string(g.columns) + "\" rasterYSize=\"" +
                            std::to_string(g.rows) + "\"><SRS>" + g.crs + "</SRS><GeoTransform>" +
                            corner(g.x_origin, g.x_step) + "," + std::to_string(g.x_step) + ",0," +
                            corner(g.y_origin, g.y_step) + ",0," + std::to_string(g.y_step) +
                            "</GeoTransform><VRTRasterBand dataType=\"Float32\" band=\"1\"><SimpleSource>"
                            "<SourceFilename relativeToVRT=\"0\">" +
                            source.string() +
                            "</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>");
  GranuleOptions o = scene().options("vrt.h5");
  o.aux = {"cover=" + vrt.string() + "@nearest", "direct=" + source.string() + ":1@nearest"};
  CHECK(test::contains(error_of<Error>(o), "cover.vrt: a VRT whose sources are not files of its own folder"));
  o.allow_vrt = true;
  const data::Dataset d = scene().prepare(o);
  const auto cover = d.values("cover"), direct = d.values("direct");
  CHECK(same_bits({cover.begin(), cover.end()}, {direct.begin(), direct.end()}));
  CHECK(d.provenance.command.ends_with(" --allow-vrt"));
}

TEST_CASE("Bad input is named in one line, and nothing is left behind") {
  const test::TemporaryDirectory directory;
  GranuleOptions o = scene().options("none.h5");
  const std::vector<fs::path> good = o.inputs;

  const std::string nc = test::read_file(scene().soundings()), hdf = test::read_file(scene().granule(0));
  const fs::path cut_nc = directory / "TROPOSIF_L2B_2019-05-25.nc", cut_hdf = directory / scene().granule(0).filename();
  test::write_file(cut_nc, nc.substr(0, nc.size() / 2));
  o.inputs = {cut_nc, good[1]};
  CHECK(test::contains(error_of<Error>(o), cut_nc.string()));
  for (const size_t size : {size_t(0), size_t(1000), hdf.size() / 2}) {
    test::write_file(cut_hdf, hdf.substr(0, size));
    o.inputs = {good[0], cut_hdf};
    CHECK(test::contains(error_of<Error>(o), cut_hdf.filename().string()));
  }

  const fs::path other_version = directory / "MOD13A2.A2019161.h11v04.006.2020001000000.hdf";
  fs::copy_file(scene().granule(1), other_version);
  o.inputs = {good[0], scene().granule(0), other_version};
  const std::string versions = error_of<Error>(o);
  CHECK(test::contains(versions, "006"));
  CHECK(test::contains(versions, "061"));

  o.inputs = good;
  o.max_cloud_fraction = -1;
  CHECK(test::contains(error_of<Error>(o), "no sounding of the windows' days"));
  o.max_cloud_fraction = 0.5;
  o.bbox = "10,10,11,11";
  CHECK(test::contains(error_of<Error>(o), "holds no index"));
  o.bbox = "1,2,3";
  CHECK(test::contains(error_of<UsageError>(o), "--bbox"));
  o.bbox = "";
  o.reliability = {"7"};
  CHECK(test::contains(error_of<UsageError>(o), "--reliability 7"));
  o.reliability = {"0"};
  o.inputs = {good[0]};
  CHECK(test::contains(error_of<UsageError>(o), "index granules"));
  o.inputs = {good[1]};
  CHECK(test::contains(error_of<UsageError>(o), "soundings"));
  o.inputs = {directory / "nowhere"};
  CHECK(test::contains(error_of<Error>(o), "nowhere"));

  for (const std::string name : {"nirv", "kndvi_coarse", "lai_mean", "red_denoised", "lbp"}) {
    o = scene().options("none.h5");
    o.aux = {name + "=a.tif"};
    CHECK(test::contains(error_of<UsageError>(o), "--aux " + name + ": a feature of this name is computed"));
  }

  o = scene().options("there.h5");
  test::write_file(o.out, "mine");
  CHECK(test::contains(test::thrown<UsageError>([&] { prepare_granules(o, silent); }), "not written by unetsr"));
  CHECK(test::read_file(o.out) == "mine");
}

TEST_CASE("A real granule whose corner is no tile corner sits in its place") {
  const auto folder = test::shared_data("mod13a2");
  if (!folder) return;
  const fs::path alps = *folder / "MOD13A2.A2016145.h18v04.006.2016166145124.hdf";
  const data::Granule granule = data::read_mod13a2(alps, {{0, 1, 2, 3}, 15});
  const test::TemporaryDirectory directory;
  const data::GeoPoint p = data::from_sinusoidal({granule.grid.x(100), granule.grid.y(90)});
  data::Soundings s;
  s.sif = {1}, s.error = {0.4f}, s.sza = {30}, s.vza = {10}, s.cloud_fraction = {0};
  s.longitude = {p.longitude}, s.latitude = {p.latitude};
  s.longitudes = {{p.longitude - 0.05, p.longitude + 0.05, p.longitude + 0.05, p.longitude - 0.05}};
  s.latitudes = {{p.latitude - 0.05, p.latitude - 0.05, p.latitude + 0.05, p.latitude + 0.05}};
  s.time = {data::day_number({2016, 5, 30}) * 86400.0};
  data::TroposifSoundings day;
  day.soundings = s;
  day.sif_735 = day.error_735 = day.radiance_743 = day.day_length_factor = {1};
  day.solar_azimuth = day.view_azimuth = {1};
  day.reflectance = {{}};
  day.land_cover = {1};
  {
    data::TroposifWriter writer(directory / "TROPOSIF_L2B_2016-05-30.nc", {2016, 5, 30});
    writer.append(day);
    writer.close();
  }
  GranuleOptions o;
  o.inputs = {alps, directory / "TROPOSIF_L2B_2016-05-30.nc"};
  o.out = directory / "alps.h5";
  o.reliability = {"0", "1", "2", "3"};
  prepare_granules(o, silent);
  const data::Dataset d = data::read_dataset(o.out);
  const auto offset = data::offset_of(granule.grid, d.grid);
  REQUIRE(offset.has_value());
  CHECK(*offset == data::Cell{0, 0});
  const auto& ndvi = granule.bands.front().values;
  int64_t different = 0;
  for (int i = 0; i < granule.grid.rows; ++i)
    for (int j = 0; j < granule.grid.columns; ++j) {
      const float a = d.values("ndvi")[size_t(i * d.grid.columns + j)], b = ndvi[size_t(i * granule.grid.columns + j)];
      different += !(a == b || (std::isnan(a) && std::isnan(b)));
    }
  CHECK(different == 0);
  const float here = d.values("sif_fine")[size_t(90 * d.grid.columns + 100)];
  CHECK(here == 1);
}

namespace {

// Three small granules on both sides of 180 E, pixels beyond the globe's edge filled as well, and one day of soundings
// there: west of the line, east of it, on it, and farther south.
void write_pacific(const fs::path& folder) {
  struct Place {
    int h, v;
    data::Part part;
    int16_t ndvi;
  };
  for (const Place& p : {Place{35, 10, {750, 60, 192, 250}, 5000},
                         {0, 10, {750, 930, 192, 250}, 6000},
                         {30, 13, {500, 350, 192, 250}, 7000}}) {
    const data::Grid grid = data::part_of(data::modis_tile_grid(p.h, p.v), p.part);
    data::Mod13a2Pixels pixels(size_t(grid.cells()));
    for (size_t i = 0; i < pixels.size(); ++i)
      pixels.ndvi[i] = p.ndvi, pixels.red[i] = 500, pixels.nir[i] = 3000, pixels.reliability[i] = 0,
      pixels.quality[i] = 2112;
    data::write_mod13a2(folder / data::mod13a2_name({2019, 5, 25}, p.h, p.v), grid, pixels);
  }
  data::TroposifSoundings day;
  data::Soundings& s = day.soundings;
  for (const auto& [longitude, latitude, sif] :
       {std::tuple(179.5, -17.0, 1.0f), {-179.5, -17.0, 2.0f}, {180.0, -17.0, 3.0f}, {175.0, -45.0, 4.0f}}) {
    const double west = longitude - 0.1, east = longitude + 0.1 > 180 ? longitude - 359.9 : longitude + 0.1;
    s.sif.push_back(sif), s.error.push_back(0.4f), s.sza.push_back(30), s.vza.push_back(10);
    s.cloud_fraction.push_back(0), s.longitude.push_back(longitude), s.latitude.push_back(latitude);
    s.longitudes.push_back({west, east, east, west});
    s.latitudes.push_back({latitude - 0.1, latitude - 0.1, latitude + 0.1, latitude + 0.1});
    s.time.push_back(data::day_number({2019, 5, 30}) * 86400.0);
    for (auto* values : {&day.sif_735, &day.error_735, &day.radiance_743, &day.day_length_factor, &day.solar_azimuth,
                         &day.view_azimuth})
      values->push_back(1);
    day.reflectance.push_back({});
    day.land_cover.push_back(1);
  }
  data::TroposifWriter writer(folder / "TROPOSIF_L2B_2019-05-30.nc", {2019, 5, 30});
  writer.append(day);
  writer.close();
}

// The value of the cell at this place.
float at(const data::Dataset& d, const std::string& layer, double longitude, double latitude) {
  double x = longitude, y = latitude;
  data::Projection(d.grid.crs).to_map({&x, 1}, {&y, 1});
  const auto row = std::lround((y - d.grid.y_origin) / d.grid.y_step),
             column = std::lround((x - d.grid.x_origin) / d.grid.x_step);
  REQUIRE((row >= 0 && row < d.grid.rows && column >= 0 && column < d.grid.columns));
  return d.values(layer)[size_t(row * d.grid.columns + column)];
}

}  // namespace

TEST_CASE("Over the date line: refused on a map that it cuts, whole on another") {
  const test::TemporaryDirectory directory;
  write_pacific(directory.path());
  GranuleOptions o;
  o.inputs = {directory.path()};
  o.out = scene().directory / "pacific.h5";
  CHECK(test::contains(error_of<UsageError>(o), "EPSG:3832"));
  o.bbox = "176,-20,-176,-15";
  CHECK(test::contains(error_of<UsageError>(o), "EPSG:3832"));
  o.crs = "EPSG:4326", o.resolution = 0.02;
  CHECK(test::contains(error_of<UsageError>(o), "EPSG:3832"));

  for (const std::string crs : {"EPSG:3832", "+proj=laea +lat_0=-30 +lon_0=180 +datum=WGS84 +units=m"}) {
    o.crs = crs, o.resolution = 4000, o.bbox = "160,-50,-160,-10", o.overwrite = true;
    const data::Dataset d = scene().prepare(o);
    CHECK(at(d, "ndvi", 179.5, -17) == 0.5f);
    CHECK(at(d, "ndvi", 179.99, -17) == 0.5f);
    CHECK(at(d, "ndvi", -179.99, -17) == 0.6f);
    CHECK(at(d, "ndvi", -179.5, -17) == 0.6f);
    CHECK(at(d, "ndvi", 175, -45) == 0.7f);
    CHECK(std::isnan(at(d, "ndvi", 170, -17)));
    CHECK(d.soundings.size() == 4);
    CHECK(at(d, "sif_fine", 179.5, -17) == 1);
    CHECK(at(d, "sif_fine", -179.5, -17) == 2);
    CHECK(at(d, "sif_fine", 179.97, -17) == 3);
    CHECK(at(d, "sif_fine", -179.97, -17) == 3);
    CHECK(std::isnan(at(d, "sif_fine", 179, -17)));
    CHECK(at(d, "sif_fine", 175, -45) == 4);
  }
}

TEST_CASE("A region without a value is an error that says why") {
  const test::TemporaryDirectory directory;
  write_pacific(directory.path());
  GranuleOptions o;
  o.inputs = {directory.path()};
  o.out = scene().directory / "empty.h5";
  o.region = directory / "box.geojson";
  const auto region = [&](const std::string& ring) {
    test::write_file(o.region, R"({"type":"FeatureCollection","features":[)"
                               R"({"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[)" +
                                   ring + "]]}}]}");
  };
  region("[178,-18],[179,-18],[179,-17],[178,-17],[178,-18]");  // indices, no soundings inside the polygon
  CHECK(test::contains(error_of<Error>(o), "no sounding of the windows' days"));
  // One beside the polygon, in the rectangle around it.
  region("[178,-18],[179.78,-18],[179.78,-16],[179.72,-16],[179.72,-17.9],[178,-17.9],[178,-18]");
  const std::string no_sif = error_of<Error>(o);
  INFO(no_sif);
  CHECK(test::contains(no_sif, "box.geojson"));
  CHECK(test::contains(no_sif, "with SIF"));
  // Granules reach the rectangle alone.
  region("[170,-20],[177,-20],[177,-13.5],[170,-13.5],[170,-20]");
  const std::string no_index = error_of<Error>(o);
  INFO(no_index);
  CHECK(test::contains(no_index, "polygons hold"));
  CHECK(test::contains(no_index, "with an index"));
  region("[178.5,-17.501],[178.501,-17.501],[178.501,-17.5],[178.5,-17.501]");  // smaller than a cell
  CHECK(test::contains(error_of<Error>(o), "none of its polygons holds the centre of a cell"));
  region("[-17,178],[-17,179],[-18,179],[-17,178]");
  CHECK(test::contains(error_of<Error>(o), "swapped"));
}
