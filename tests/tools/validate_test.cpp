#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "correlated_field.hpp"
#include "data/dataset/calendar.hpp"
#include "data/footprints/raster_footprints.hpp"
#include "data/formats/oco_lite_writer.hpp"
#include "data/formats/raster_writer.hpp"
#include "flex_product.hpp"
#include "kernels/random.hpp"
#include "program.hpp"

// Maps against footprints of OCO, through the program itself.

using namespace unetsr;
using test::check_fails, test::contains, test::joined, test::succeeds;
namespace fs = std::filesystem;

namespace {

constexpr int side = 120;
const std::string window = "2019-05-25", name_of_day = "oco2_LtSIF_190530_B11012Ar_220727210512s.nc4";
constexpr double noise = 0.4;

// Cells of a hundredth of a degree.
data::Grid grid(double west = -96) {
  data::Grid g;
  g.rows = g.columns = side, g.x_step = 0.01, g.y_step = -0.01, g.x_origin = west + 0.005, g.y_origin = 46.195;
  return g;
}

// Fields as large as farms in a broad one.
std::vector<float> field() {
  const std::vector<float> fine = test::correlated_field(side, 2, 1), broad = test::correlated_field(side, 40, 2);
  std::vector<float> sif;
  for (size_t i = 0; i < fine.size(); ++i) sif.push_back(1.5f + 0.3f * fine[i] + 0.4f * broad[i]);
  return sif;
}

// Moved to the east by whole cells, the first of which are repeated.
std::vector<float> moved(const std::vector<float>& map, int cells) {
  std::vector<float> result(map.size());
  for (int i = 0; i < side; ++i)
    for (int j = 0; j < side; ++j) result[size_t(i * side + j)] = map[size_t(i * side + std::max(j - cells, 0))];
  return result;
}

void write_map(const fs::path& file, const std::vector<float>& sif, const data::Grid& on,
               const std::string& label = window, const std::string& kind = "") {
  data::RasterDescription d;
  if (!kind.empty()) d.metadata = {{"sif_kind", kind}};
  d.grid = on, d.windows = {label}, d.with_error = true;
  d.name = "sif", d.long_name = "fluorescence", d.units = "mW m-2 sr-1 nm-1", d.source = "unetsr";
  const auto writer = data::make_raster_writer(data::raster_format_of(file), file, d);
  writer->write(0, data::whole(on), sif);
  writer->write_error(0, data::whole(on), std::vector<float>(sif.size(), 0.1f));
  REQUIRE(writer->finish([] { return true; }));
}

// Tracks of eight footprints across, at 13:30.
data::OcoFootprints footprints_of(const std::vector<float>& sif) {
  const data::RasterFootprints placed(grid());
  Random random(7, 1);
  data::OcoFootprints oco;
  oco.sensor = "OCO-2", oco.version = "11r";
  data::Soundings& s = oco.footprints;
  for (int track = 0; track < 5; ++track)
    for (int line = 0; line < 55; ++line)
      for (int across = 0; across < 8; ++across) {
        const double x = -95.95 + 0.22 * track + 0.017 * across, y = 45.02 + 0.02 * line;
        s.longitudes.push_back({x - 0.008, x + 0.008, x + 0.008, x - 0.008});
        s.latitudes.push_back({y - 0.01, y - 0.01, y + 0.01, y + 0.01});
        s.longitude.push_back(x), s.latitude.push_back(y);
        const float mean = data::RasterFootprints::mean(placed.cells({s.longitudes.back(), s.latitudes.back()}), sif);
        s.sif.push_back(float(double(mean) + noise * random.normal())), s.error.push_back(float(noise));
        s.time.push_back(data::day_number({2019, 5, 30}) * 86400.0 + (13.5 - x / 15) * 3600);
        s.sza.push_back(30), s.vza.push_back(1), s.pixel.push_back(across + 1);
        oco.mode.push_back(int8_t(track % 2)), oco.quality.push_back(int8_t(across == 7 ? 2 : 0));
      }
  const size_t count = s.sif.size();
  oco.daily_sif = s.sif, oco.daily_factor.assign(count, 1), oco.sif_757 = s.sif, oco.sif_771 = s.sif;
  oco.sigma_757.assign(count, 0.4f), oco.sigma_771.assign(count, 0.4f);
  oco.cloud.assign(count, 0), oco.igbp.assign(count, 12), oco.orbit.assign(count, 1);
  return oco;
}

class Scene {
 public:
  Scene() {
    const std::vector<float> sif = field();
    write_map(path("map.tif"), sif, grid()), write_map(path("map.nc"), sif, grid());
    write_map(path("moved.tif"), moved(sif, 2), grid());
    write_map(path("elsewhere.tif"), sif, grid(20));
    write_map(path("later.tif"), sif, grid(), "2020-05-25");
    write_map(path("daily.tif"), sif, grid(), window, "daily");
    write_map(path("daily.nc"), sif, grid(), window, "daily");
    write_map(path("instant.tif"), sif, grid(), window, "instantaneous");
    fs::create_directory(path("oco2"));
    write_oco_lite(path("oco2/" + name_of_day), footprints_of(sif));
  }
  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  std::vector<std::string> validate(const std::vector<std::string>& maps, const std::string& out) const {
    std::vector<std::string> arguments = {"validate"};
    for (const std::string& map : maps) arguments.push_back(path(map));
    return joined(arguments, {path("oco2"), path(out)});
  }
  nlohmann::json json(const std::string& name) const { return nlohmann::json::parse(test::read_file(path(name))); }

 private:
  test::TemporaryDirectory directory_;
};

const Scene& scene() {
  static const Scene once;
  return once;
}

}  // namespace

TEST_CASE("validate sees a map that lies 2 km aside, and finds a right one as good as OCO's noise allows") {
  const test::Outcome done = succeeds(scene().validate({"map.tif", "moved.tif"}, "moved"));
  CHECK(contains(done.error, "RMSE of moved.tif minus that of map.tif: 0."));
  const nlohmann::json all = scene().json("moved/metrics.json"), right = all["maps"]["map.tif"],
                       aside = all["maps"]["moved.tif"];
  CHECK(all["footprints"] == 5 * 55 * 7);
  CHECK(all["screens"]["quality flag not 0..1"] == 5 * 55);
  CHECK(right["rmse"]["value"].get<double>() == doctest::Approx(noise).epsilon(0.04));
  CHECK(right["r"]["value"].get<double>() == doctest::Approx(std::sqrt(all["ceiling_r2"].get<double>())).epsilon(0.03));
  REQUIRE(aside["rmse_less_first"].contains("low"));
  CHECK(aside["rmse_less_first"]["low"] > 0);
  CHECK(all["strata"]["mode"].contains("glint"));
  CHECK(contains(done.error, "maps on 1925 footprints of OCO-2 11r, 1 day, instantaneous SIF"));
  CHECK(fs::file_size(scene().path("moved/report.html")) > 10000);
  CHECK(contains(test::read_file(scene().path("moved/metrics.csv")), "\"moved.tif\",0,1925,"));
}

TEST_CASE("validate reads the same map from NetCDF, and maps of others on the same footprints") {
  succeeds(joined(scene().validate({"map.nc"}, "compared"),
                  {"--compare", "same=" + scene().path("map.tif") + ":1", "--truth", scene().path("map.tif") + ":1"}));
  const nlohmann::json maps = scene().json("compared/metrics.json")["maps"];
  CHECK(maps["map.nc"]["rmse"]["value"].get<double>() ==
        doctest::Approx(maps["same"]["rmse"]["value"].get<double>()).epsilon(1e-6));
  CHECK(maps["same"]["baseline"] == true);
  CHECK(maps["same"]["against_truth"]["rmse"] == 0);
  CHECK(maps["map.nc"].contains("coverage_after_slope"));
  CHECK(!maps["same"].contains("coverage_after_slope"));
}

TEST_CASE("a map that states its kind of SIF is compared with OCO's of that kind alone") {
  for (const std::string map : {"daily.tif", "daily.nc"}) {
    succeeds(scene().validate({map}, "of-" + map));
    CHECK(scene().json("of-" + map + "/metrics.json")["sif"] == "daily");
  }
  check_fails(joined(scene().validate({"daily.tif"}, "x"), {"--sif", "instantaneous"}), 2,
              {"daily.tif shows daily SIF, --sif is instantaneous"});
  check_fails(scene().validate({"instant.tif", "daily.tif"}, "x"), 2, {"daily.tif", "instant.tif is instantaneous"});
}

TEST_CASE("what cannot be compared is one line of error, and nothing is written") {
  const std::string map = scene().path("map.tif"), oco = scene().path("oco2"), out = scene().path("x");
  const auto fails = [&](const std::vector<std::string>& arguments, int code, const std::vector<std::string>& parts) {
    CAPTURE(parts[0]);
    check_fails(joined({"validate", "-q"}, arguments), code, parts, "unetsr validate: ");
    CHECK(!fs::exists(out));
  };
  fails({map, out}, 2, {"OUT_DIR"});
  fails({map, scene().path("moved.tif"), out}, 2, {"at least one file of OCO-2"});
  fails({oco, oco, out}, 2, {"MAP"});
  fails({map, "/none.nc4", out}, 1, {"/none.nc4: no such file"});
  fails({scene().path("elsewhere.tif"), oco, out}, 1, {"elsewhere.tif", "lies on it"});
  fails({scene().path("later.tif"), oco, out}, 1, {"later.tif", "2020-05-25 to 2020-06-09"});
  fails({map, oco, out, "--modes", "nadir,sideways"}, 2, {"--modes sideways", "area map"});
  fails({map, oco, out, "--modes", "target"}, 1, {"no footprint on it passes"});
  const std::string older = scene().path("oco2_LtSIF_180530_B10206r_200727210512s.nc4");
  fs::copy_file(scene().path("oco2/" + name_of_day), older, fs::copy_options::skip_existing);
  fails({map, oco, older, out}, 1, {"10.2r", "11r"});
  fails({map, oco, oco + "/" + name_of_day}, 2, {"OUT_DIR", "is a file"});
}

TEST_CASE("a product of FLEX is compared as the footprints of OCO are, at the hour that it is seen") {
  const test::TemporaryDirectory directory;
  test::FlexProduct product;
  product.rows = product.columns = 12, product.south = 45.5, product.west = -95.5;
  product.folder = "FLX_L2__FLXSYN_20190530T161954_20190530T162002_20190531T210006_15TUL_100_064_01";
  product.write(directory.path());
  const std::vector<std::string> arguments = {"validate", scene().path("map.tif"), directory / product.folder,
                                              scene().path("flex")};
  // It passes at 10 h: three hours before TROPOMI.
  check_fails(joined(arguments, {"-q"}), 1, {"no footprint on it passes"});
  succeeds(joined(arguments, {"--hours", "4"}));
  const nlohmann::json all = scene().json("flex/metrics.json");
  CHECK(all["footprints"] == 144);
  CHECK(all["sensors"][0] == "FLEX L2");
}

TEST_CASE("validate replaces a report only where it is asked to") {
  succeeds(joined(scene().validate({"map.tif"}, "again"), {"-q"}));
  check_fails(joined(scene().validate({"map.tif"}, "again"), {"-q"}), 2, {"--overwrite"});
  succeeds(joined(scene().validate({"map.tif"}, "again"), {"-q", "--overwrite", "--threads", "1"}));
}
