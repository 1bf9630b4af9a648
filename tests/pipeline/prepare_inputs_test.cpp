#include <doctest/doctest.h>
#include <netcdf.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "captured_stderr.hpp"
#include "data/dataset/dataset_file.hpp"
#include "data/formats/mod13a2_reader.hpp"
#include "data/formats/mod13a2_writer.hpp"
#include "data/formats/oco_lite_writer.hpp"
#include "data/formats/sounding_reader.hpp"
#include "data/formats/troposif_writer.hpp"
#include "data/geography/sinusoidal.hpp"
#include "files.hpp"
#include "flex_product.hpp"
#include "kernels/error.hpp"
#include "pipeline/prepare/prepare_granules.hpp"
#include "pipeline/simulate/simulate.hpp"
#include "thrown.hpp"

// What `prepare` makes of inputs that are there twice, at odds, or not what they seem.
using namespace unetsr;
using namespace unetsr::pipeline;
namespace fs = std::filesystem;

namespace {

const Output silent(Output::Mode::quiet), lines(Output::Mode::lines);

struct Scene {
  test::TemporaryDirectory directory;
  fs::path soundings, indices;
  Scene() {
    SimulateOptions o;
    o.out_directory = directory / "scene";
    o.small = true;
    o.windows = 2;
    o.days = 3;
    simulate(o, silent);
    soundings = directory / "scene/troposif", indices = directory / "scene/mod13a2";
  }
  fs::path day(const std::string& date) const { return soundings / ("TROPOSIF_L2B_" + date + ".nc"); }
  fs::path granule(const std::string& day) const {
    return indices / ("MOD13A2.A" + day + ".h11v04.061.2020001000000.hdf");
  }
};

const Scene& scene() {
  static const Scene scene;
  return scene;
}

struct Result {
  data::Dataset dataset;
  std::string text;
};

Result prepare(GranuleOptions o) {
  static int number = 0;
  o.out = scene().directory / ("out" + std::to_string(number++) + ".h5");
  const std::string text = test::captured_stderr([&] { prepare_granules(o, lines); });
  return {data::read_dataset(o.out), text};
}

Result prepare(const std::vector<fs::path>& inputs) {
  GranuleOptions o;
  o.inputs = inputs;
  return prepare(o);
}

template <class ErrorType = Error>
std::string error_of(const std::vector<fs::path>& inputs) {
  GranuleOptions o;
  o.inputs = inputs;
  o.out = scene().directory / "none.h5";
  const std::string text = test::thrown<ErrorType>([&] { prepare_granules(o, silent); });
  CHECK(!fs::exists(o.out));
  return text;
}

// A row of the table of counts; 0 where it is not there.
int64_t counted(const std::string& text, const std::string& row) {
  const size_t at = text.find("\n" + row + " ");
  return at == std::string::npos ? 0 : std::stoll(text.substr(text.find_first_of("0123456789", at)));
}

void check_sum(const std::string& text) {
  int64_t sum = counted(text, "used");
  for (size_t at = 0; (at = text.find("\nremoved: ", at)) != std::string::npos; ++at)
    sum += std::stoll(text.substr(text.find_first_of("0123456789", at)));
  CHECK_MESSAGE(counted(text, "read") == sum, text);
}

const Result& plain() {
  static const Result result = prepare(std::vector<fs::path>{scene().soundings, scene().indices});
  return result;
}

data::Soundings soundings_of(const fs::path& file) {
  data::Soundings all;
  data::read_soundings(file, 100000, [&](const data::Soundings& s) {
    for (size_t i = 0; i < s.size(); ++i) all.append(s, i);
  });
  return all;
}

void write_day(const fs::path& file, data::Date date, const data::Soundings& s, const std::string& world = "ideal") {
  data::TroposifSoundings day;
  day.soundings = s;
  const std::vector<float> ones(s.size(), 1);
  day.sif_735 = day.error_735 = day.radiance_743 = day.day_length_factor = day.solar_azimuth = day.view_azimuth = ones;
  day.reflectance.resize(s.size()), day.land_cover.resize(s.size(), 1);
  data::TroposifWriter writer(file, date, world);
  writer.append(day);
  writer.close();
}

// An orbit's L2: the soundings as scanlines of `across` pixels, SIF increased by `more`.
void write_orbit(const fs::path& path, const data::Soundings& s, data::Date date, size_t across, float more = 0) {
  int file = 0, product = 0, support = 0, places = 0, inputs = 0;
  REQUIRE(nc_create(path.c_str(), NC_NETCDF4 | NC_CLOBBER, &file) == NC_NOERR);
  nc_def_grp(file, "PRODUCT", &product), nc_def_grp(product, "SUPPORT_DATA", &support);
  nc_def_grp(support, "GEOLOCATIONS", &places), nc_def_grp(support, "INPUT_DATA", &inputs);
  const size_t count = s.size() / across * across;
  std::vector<int> d(4);
  nc_def_dim(file, "time", 1, &d[0]), nc_def_dim(file, "scanline", count / across, &d[1]);
  nc_def_dim(file, "ground_pixel", across, &d[2]), nc_def_dim(file, "corner", 4, &d[3]);
  const auto put = [&](int group, const char* name, const std::vector<double>& values, nc_type type = NC_FLOAT,
                       const std::string& units = "") {
    int id = 0;
    REQUIRE(nc_def_var(group, name, type, values.size() == 4 * count ? 4 : 3, d.data(), &id) == NC_NOERR);
    if (!units.empty()) nc_put_att_text(group, id, "units", units.size(), units.c_str());
    REQUIRE(nc_put_var_double(group, id, values.data()) == NC_NOERR);
  };
  const auto column = [&](const auto& values, double factor = 1, double offset = 0) {
    std::vector<double> result;
    for (size_t i = 0; i < count; ++i) result.push_back(double(values[i]) * factor + offset);
    return result;
  };
  const auto corners = [&](const auto& values) {
    std::vector<double> result;
    for (size_t i = 0; i < count; ++i) result.insert(result.end(), values[i].begin(), values[i].end());
    return result;
  };
  put(product, "SIF_743", column(s.sif, 1, double(more))), put(product, "SIF_ERROR_743", column(s.error));
  put(product, "latitude", column(s.latitude)), put(product, "longitude", column(s.longitude));
  std::vector<double> times;
  for (size_t i = 0; i < count; ++i) times.push_back(std::round(1000 * (s.time[i] - data::day_number(date) * 86400.0)));
  put(product, "delta_time", times, NC_INT, "milliseconds since " + data::to_string(date) + "T00:00:00 UTC");
  put(places, "latitude_bounds", corners(s.latitudes)), put(places, "longitude_bounds", corners(s.longitudes));
  put(places, "solar_zenith_angle", column(s.sza)), put(places, "viewing_zenith_angle", column(s.vza));
  put(inputs, "cloud_fraction_L2", column(s.cloud_fraction));
  REQUIRE(nc_close(file) == NC_NOERR);
}

}  // namespace

TEST_CASE("The counts add up to what was read; soundings keep the file that they come from") {
  check_sum(plain().text);
  const data::Dataset& d = plain().dataset;
  CHECK(counted(plain().text, "used") == int64_t(d.soundings.size()));
  REQUIRE(d.soundings.file.size() == d.soundings.size());
  CHECK(d.soundings.orbit.empty());
  for (size_t i = 0; i < d.soundings.size(); i += 97) {
    const std::string& path = d.provenance.inputs.at(size_t(d.soundings.file[i])).path;
    CHECK(test::contains(path, data::to_string(data::date_of(int(d.soundings.time[i] / 86400)))));
  }
}

TEST_CASE("A file that is given twice, by whatever way, counts once") {
  const test::TemporaryDirectory other;
  fs::create_symlink(scene().day("2019-05-26"), other / "link.nc");
  fs::create_hard_link(scene().day("2019-05-25"), scene().directory / "hard.nc");
  fs::create_directory_symlink(scene().soundings, other / "folder");
  const std::vector<std::vector<fs::path>> more = {{scene().day("2019-05-25")},         {other / "link.nc"},
                                                   {scene().directory / "hard.nc"},     {other / "folder"},
                                                   {scene().soundings / "../troposif"}, {scene().granule("2019145")}};
  for (std::vector<fs::path> inputs : more) {
    CAPTURE(inputs[0]);
    inputs.insert(inputs.end(), {scene().soundings, scene().indices});
    const Result result = prepare(inputs);
    CHECK(result.dataset.soundings.sif == plain().dataset.soundings.sif);
    CHECK(counted(result.text, "read") == counted(plain().text, "read"));
    CHECK((test::contains(result.text, "under another name") || test::contains(result.text, "given twice")));
  }
  fs::remove(scene().directory / "hard.nc");
}

TEST_CASE("Of a day in two processings the newest counts, and what is omitted is printed") {
  const test::TemporaryDirectory other;
  const std::string pal = "S5P_PAL__L2B_SIF____20190526T002116_20190526T222045_";
  fs::copy_file(scene().day("2019-05-26"), other / (pal + "20230912T094900.nc"));
  Result result = prepare({scene().soundings, scene().indices, other.path()});
  CHECK(counted(result.text, "used") == counted(plain().text, "used"));
  CHECK(counted(result.text, "read") == counted(plain().text, "read"));
  CHECK(test::contains(result.text, scene().day("2019-05-26").string() + " is omitted"));

  data::Soundings newer = soundings_of(scene().day("2019-05-26"));
  for (float& sif : newer.sif) sif += 1;
  for (double& longitude : newer.longitude) longitude += 1e-4;  // placed anew
  write_day(other / (pal + "20240101T000000.nc"), {2019, 5, 26}, newer);
  const std::vector<fs::path> both = {other / (pal + "20240101T000000.nc"), other / (pal + "20230912T094900.nc"),
                                      scene().indices};
  result = prepare(both);
  CHECK(result.dataset.soundings.sif == prepare({both[0], scene().indices}).dataset.soundings.sif);
  CHECK(test::contains(result.text, both[1].string() + " is omitted"));
}

TEST_CASE("A copy under any name, and parts that overlap: each sounding counts once") {
  const test::TemporaryDirectory other;
  fs::copy_file(scene().day("2019-05-26"), other / "copy.nc");
  const Result result = prepare({scene().soundings, scene().indices, other.path()});
  CHECK(counted(result.text, "used") == counted(plain().text, "used"));
  CHECK(counted(result.text, "removed: in another file too") > 50);
  CHECK(counted(result.text, "read") > counted(plain().text, "read"));
  check_sum(result.text);

  data::Soundings twice = soundings_of(scene().day("2019-05-26"));
  const size_t once = twice.size();
  for (size_t i = 0; i < once; ++i) twice.append(data::Soundings(twice), i);
  write_day(other / "twice.nc", {2019, 5, 26}, twice);
  const Result a = prepare({other / "twice.nc", scene().indices}), b = prepare({other / "copy.nc", scene().indices});
  CHECK(a.dataset.soundings.sif == b.dataset.soundings.sif);
  CHECK(counted(a.text, "removed: in another file too") == counted(b.text, "used"));
  check_sum(a.text);
}

TEST_CASE("An orbit beside its day counts once; its soundings keep scanline and pixel") {
  const test::TemporaryDirectory other;
  const data::Soundings day = soundings_of(scene().day("2019-05-26"));
  const std::string orbit = "S5P_PAL__L2__SIF____20190526T180000_20190526T194130_08393_01_010001_";
  write_orbit(other / (orbit + "20230912T094900.nc"), day, {2019, 5, 26}, 10, 0.25f);
  const Result alone = prepare({other.path(), scene().indices});
  REQUIRE(alone.dataset.soundings.size() > 50);
  CHECK(alone.dataset.soundings.orbit[0] == 8393);
  for (size_t i = 0; i < alone.dataset.soundings.size(); ++i) {
    const size_t at = size_t(alone.dataset.soundings.scanline[i]) * 10 + size_t(alone.dataset.soundings.pixel[i]);
    REQUIRE(at < day.size());
    CHECK(alone.dataset.soundings.sif[i] == day.sif[at] + 0.25f);
  }
  const Result result = prepare({scene().soundings, scene().indices, other.path()});
  CHECK(counted(result.text, "used") == counted(plain().text, "used"));
  CHECK(counted(result.text, "removed: in another file too") == int64_t(alone.dataset.soundings.size()));
  check_sum(result.text);
  // The name tells that it is newer than the day, whose name tells nothing.
  CHECK(std::count(result.dataset.soundings.orbit.begin(), result.dataset.soundings.orbit.end(), 8393) ==
        int64_t(alone.dataset.soundings.size()));

  // A later processing of the orbit.
  write_orbit(other / (orbit + "20240101T000000.nc"), day, {2019, 5, 26}, 10, 0.5f);
  const Result newest = prepare({other.path(), scene().indices});
  CHECK(newest.dataset.soundings.size() == alone.dataset.soundings.size());
  CHECK(newest.dataset.soundings.sif[0] > alone.dataset.soundings.sif[0]);
  CHECK(test::contains(newest.text, "of the same orbit"));
}

TEST_CASE("Two retrievals of one day are refused") {
  const test::TemporaryDirectory other;
  fs::copy_file(scene().day("2019-05-26"), other / "TROPO_SIF_2019-05-26_ungridded.nc");
  const std::string text = error_of({scene().soundings, scene().indices, other.path()});
  CHECK(test::contains(text, "Caltech"));
  CHECK(test::contains(text, "TROPOSIF_L2B_2019-05-26.nc"));
}

TEST_CASE("The SIF of a day and of another fit window: named in the dataset, and nothing else is added to it") {
  CHECK(plain().dataset.sif == data::SifQuantity{});
  CHECK(plain().dataset.layer("sif_fine").long_name == "SIF at 740 nm, fine cells");
  CHECK(test::contains(plain().text, "soundings: TROPOSIF, SIF at 740 nm\n"));
  GranuleOptions o;
  o.inputs = {scene().soundings, scene().indices};
  o.sif = data::SifKind::daily;
  const Result daily = prepare(o);
  CHECK(daily.dataset.sif == data::SifQuantity{data::SifKind::daily});
  CHECK(daily.dataset.layer("sif_fine").long_name == "daily mean SIF at 740 nm, fine cells");
  CHECK(daily.dataset.identity != plain().dataset.identity);
  const data::Soundings &a = daily.dataset.soundings, &b = plain().dataset.soundings;
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); i += 101) {
    const double factor = double(a.error[i]) / double(b.error[i]);
    CHECK(factor > 0.3);
    CHECK(factor < 0.7);
    CHECK(double(a.sif[i]) == doctest::Approx(factor * double(b.sif[i])).epsilon(1e-5));
  }
  o.sif = data::SifKind::instantaneous, o.fit_window = 735;
  const Result wider = prepare(o);
  CHECK(wider.dataset.coarse().layer("sif").long_name == "SIF at 740 nm (735 nm fit window), coarse cells");
  CHECK(counted(wider.text, "removed: missing values") > 0);
  o.append = scene().directory / "plain.h5";
  data::write_dataset(o.append, plain().dataset);
  o.inputs = {scene().day("2019-05-26")};
  o.out = scene().directory / "none.h5";
  CHECK_THROWS_NAMING(UsageError, prepare_granules(o, silent), "plain.h5", "--fit-window 735");
  o.fit_window = 700;
  CHECK_THROWS_NAMING(UsageError, prepare_granules(o, silent), "--fit-window 700", "743", "735");
}

TEST_CASE("Footprints of OCO-2 as soundings, not beside those of TROPOMI") {
  const test::TemporaryDirectory other;
  data::OcoFootprints all;
  all.sensor = "OCO-2", all.footprints = soundings_of(scene().day("2019-05-26")).slice(0, 400);
  const size_t n = all.size();
  all.footprints.pixel.assign(n, 1), all.orbit.assign(n, 26345);
  all.daily_sif = all.sif_757 = all.sif_771 = all.footprints.sif;
  all.sigma_757 = all.sigma_771 = all.footprints.error, all.daily_factor.assign(n, 0.4f);
  all.quality.assign(n, 0), all.cloud.assign(n, 0), all.mode.assign(n, 0), all.igbp.assign(n, 12);
  for (size_t i = 0; i < n; i += 2) all.quality[i] = 2;
  const fs::path old = other / "oco2_LtSIF_190526_B11012Ar_200101000000s.nc4",
                 newer = other / "oco2_LtSIF_190526_B11013Ar_200101000000s.nc4";
  data::write_oco_lite(newer, all, "ideal"), data::write_oco_lite(old, all, "ideal");
  const Result result = prepare({other.path(), scene().indices});
  check_sum(result.text);
  CHECK(counted(result.text, "read") == 400);
  CHECK(counted(result.text, "removed: quality flag of the product") == 200);
  CHECK(counted(result.text, "used") > 50);
  CHECK(test::contains(result.text, old.string() + " is omitted: " + newer.string() + " is a newer processing"));
  CHECK(test::contains(result.text, "soundings: OCO SIF Lite, SIF at 740 nm\n"));
  CHECK(result.dataset.provenance.soundings == "OCO SIF Lite");
  const std::string both = error_of({scene().day("2019-05-25"), newer, scene().indices});
  CHECK(test::contains(both, "OCO SIF Lite"));
  CHECK(test::contains(both, "TROPOSIF"));
  GranuleOptions o;
  o.append = other / "troposif.h5", o.out = other / "both.h5";
  data::write_dataset(o.append, plain().dataset);
  o.inputs = {newer};
  CHECK_THROWS_NAMING(UsageError, prepare_granules(o, silent), "troposif.h5", "TROPOSIF", newer.string(),
                      "OCO SIF Lite");
}

TEST_CASE("A folder of FLEX is one input: pixels of 300 m as soundings") {
  const test::TemporaryDirectory other;
  test::FlexProduct product;
  product.folder = "FLX_L2__FLXSYN_20190526T153000_20190526T153010_20190527T210006_15TVK_100_064_01";
  product.rows = 30, product.columns = 20, product.south = 45, product.west = -95;
  product.write(other.path(), {1, 2}, {0, 0, 8});
  const Result result = prepare({other.path(), scene().indices});
  check_sum(result.text);
  CHECK(test::contains(result.text, "soundings: FLEX L2, SIF at 740 nm\n"));
  CHECK(counted(result.text, "read") == 600);
  CHECK(counted(result.text, "removed: quality flag of the product") == 2);
  CHECK(counted(result.text, "removed: cloud fraction") == 1);
  REQUIRE(counted(result.text, "used") == 597);
  float least = 1e9f, most = 0;
  for (const float sif : result.dataset.values("sif_fine"))
    if (!std::isnan(sif)) least = std::min(least, sif), most = std::max(most, sif);
  CHECK(least >= 0.5f);
  CHECK(most <= 3.6f);
  CHECK(most > 3);
}

TEST_CASE("The last window of a year runs on into the next; shared days count in both") {
  const test::TemporaryDirectory directory;
  const data::Granule place = data::read_mod13a2(scene().granule("2019145"), {{}, 0, true});
  data::Soundings pattern = soundings_of(scene().day("2019-05-26"));
  const auto december = directory / "MYD13A2.A2018361.h11v04.061.2020001000000.hdf",
             january = directory / "MYD13A2.A2019009.h11v04.061.2020001000000.hdf";
  data::Mod13a2Pixels pixels(size_t(place.grid.cells()));
  for (auto* index : {&pixels.ndvi, &pixels.evi, &pixels.red, &pixels.nir, &pixels.blue, &pixels.mir})
    std::fill(index->begin(), index->end(), int16_t(3000));
  std::fill(pixels.quality.begin(), pixels.quality.end(), uint16_t(0));
  std::fill(pixels.reliability.begin(), pixels.reliability.end(), int8_t(0));
  for (size_t i = 0; i < pixels.size(); ++i) pixels.composite_day[i] = int16_t(i % 2 ? 365 : 11);
  data::write_mod13a2(december, place.grid, pixels);
  std::fill(pixels.composite_day.begin(), pixels.composite_day.end(), int16_t(9));
  data::write_mod13a2(january, place.grid, pixels);
  std::vector<fs::path> inputs = {december};
  const int old_day = data::day_number({2019, 5, 26});
  for (const data::Date date : {data::Date{2018, 12, 28}, {2019, 1, 2}, {2019, 1, 8}, {2019, 1, 10}, {2019, 1, 12}}) {
    data::Soundings day = pattern;
    for (double& time : day.time) time += 86400.0 * (data::day_number(date) - old_day);
    inputs.push_back(directory / ("TROPOSIF_L2B_" + data::to_string(date) + ".nc"));
    write_day(inputs.back(), date, day, "");
  }
  const int64_t one = counted(prepare({december, inputs[1]}).text, "used");
  const Result alone = prepare(inputs);
  CHECK(counted(alone.text, "used") == 4 * one);
  CHECK(test::contains(alone.text, "soundings on days of no window: 2019-01-12 "));
  CHECK(!test::contains(alone.text, "share 3 days"));
  for (const float day : alone.dataset.values("composite_day")) CHECK((day == 365 || day == 376));
  inputs.push_back(january);
  const Result both = prepare(inputs);
  CHECK(test::contains(both.text, "windows 2018-12-27 and 2019-01-09 share 3 days, 2019-01-09 to 2019-01-11"));
  CHECK(counted(both.text, "used") == 5 * one);
  CHECK(counted(both.text, "removed: on days of no window") == 0);
  // In each of the two windows: four days, and two.
  const auto count = [&](const std::span<const float> values, size_t window) {
    const size_t cells = values.size() / 2;
    return std::accumulate(values.begin() + std::ptrdiff_t(window * cells),
                           values.begin() + std::ptrdiff_t((window + 1) * cells), 0.0);
  };
  const data::Dataset coarse = both.dataset.coarse();
  const auto counts = coarse.values("sif_count");
  CHECK(count(counts, 0) / count(counts, 1) == doctest::Approx(2).epsilon(0.05));
}

TEST_CASE("Times that a file's name excludes are counted, not used") {
  const test::TemporaryDirectory other;
  fs::copy_file(scene().day("2019-05-26"), other / "TROPOSIF_L2B_2019-05-28.nc");
  const Result result = prepare({scene().soundings, scene().indices, other.path()});
  CHECK(counted(result.text, "used") == counted(plain().text, "used"));
  CHECK(counted(result.text, "removed: time that the file's name excludes") > 50);
  check_sum(result.text);
}

TEST_CASE("Granules of other lattices and selections of bands are refused or told") {
  const test::TemporaryDirectory directory;
  const data::Granule place = data::read_mod13a2(scene().granule("2019145"), {{}, 0, true});
  data::Grid off = place.grid;
  off.x_origin += 0.5 * off.x_step;
  off = data::part_of(off, {0, 0, 100, 100});
  data::Mod13a2Pixels pixels(10000);
  std::fill(pixels.ndvi.begin(), pixels.ndvi.end(), int16_t(3000));
  const auto file = directory / "MOD13A2.A2019161.h11v04.061.2020001000000.hdf";
  data::write_mod13a2(file, off, pixels);
  std::string text = error_of({scene().soundings, scene().granule("2019145"), file});
  CHECK(test::contains(text, file.string()));
  CHECK(test::contains(text, "0.50 pixels across"));

  // A band that one granule has and the other lacks, and that a whole granule lacks.
  std::string bytes = test::read_file(scene().granule("2019161"));
  for (size_t at; (at = bytes.find("days red reflectance")) != std::string::npos;)
    bytes.replace(at, 20, "days rad reflectance");
  test::write_file(file, bytes);
  text = error_of({scene().soundings, scene().granule("2019145"), file});
  CHECK(test::contains(text, "red reflectance"));
  CHECK(test::contains(text, "A2019145"));
  CHECK(test::contains(error_of({scene().soundings, file}), "red reflectance"));
  GranuleOptions o;
  o.inputs = {scene().soundings, scene().granule("2019145"), file};
  o.reliability = {"any"};
  const Result any = prepare(o);
  CHECK(test::contains(any.text, "the granules have no data set red reflectance"));
  CHECK(test::contains(any.text, "no pixel is screened"));
  CHECK(test::contains(any.text, "of which 0.0 % fail the quality screens"));
}

TEST_CASE("A dry run prints what is there and what is not, and writes nothing") {
  const test::TemporaryDirectory directory;
  GranuleOptions o;
  o.inputs = {scene().soundings, scene().indices};
  o.out = directory / "scene.h5";
  o.dry_run = true;
  std::string text = test::captured_stderr([&] { prepare_granules(o, lines); });
  CHECK(!fs::exists(o.out));
  CHECK(fs::is_empty(directory.path()));
  for (const char* part : {"2019-05-25", "2019-06-10", "2019-05-28 to 2019-06-09", "2 granules of MOD13A2", "192 x 192",
                           "memory:      about", "disk:        about", "time:        about", "nothing was written"})
    CHECK_MESSAGE(test::contains(text, part), part, text);
  o.inputs = {scene().soundings, scene().granule("2019161")};
  text = test::captured_stderr([&] { prepare_granules(o, lines); });
  CHECK(test::contains(text, "soundings on days of no window: 2019-05-25 to 2019-05-27"));

  // What could not go ahead fails here too.
  o.inputs = {scene().day("2019-05-26"), scene().granule("2019161")};
  CHECK(test::contains(test::thrown([&] { prepare_granules(o, silent); }), "no file of soundings has a day"));
  test::write_file(o.out, "mine");
  o.inputs = {scene().soundings, scene().indices};
  CHECK(test::contains(test::thrown<UsageError>([&] { prepare_granules(o, silent); }), "not written by unetsr"));
}

TEST_CASE("Files of other kinds, and those that may not be read, are told as such") {
  const test::TemporaryDirectory directory;
  const auto viirs = directory / "VNP15A2H.A2019145.h11v04.002.2023000000000.h5";
  test::write_file(viirs, "x");
  for (const fs::path& given : {viirs, directory.path()}) {
    const std::string text = error_of<UsageError>({scene().soundings, given});
    CHECK(test::contains(text, "VIIRS granule of VNP15A2H"));
    CHECK(test::contains(text, "VJ113A2"));
  }
  CHECK(test::contains(error_of({scene().soundings, directory / "no.hdf"}), "no.hdf: no such file"));
  const auto locked = directory / "locked.nc";
  fs::copy_file(scene().day("2019-05-25"), locked);
  fs::permissions(locked, fs::perms::none);
  if (geteuid() == 0)
    MESSAGE("skipped: permissions do not bind the superuser");
  else
    CHECK(test::contains(error_of({scene().indices, locked}), "permission denied"));
}

TEST_CASE("Files of sub-folders count, and the folder's line names them; hidden ones and linked folders do not") {
  const test::TemporaryDirectory other;
  for (const char* folder : {"2019/05", "2019/06", ".trash"}) fs::create_directories(other / folder);
  fs::copy_file(scene().day("2019-05-25"), other / "2019/05/TROPOSIF_L2B_2019-05-25.nc");
  fs::copy_file(scene().day("2019-06-10"), other / "2019/06/TROPOSIF_L2B_2019-06-10.nc");
  fs::copy_file(scene().day("2019-05-26"), other / ".trash/TROPOSIF_L2B_2019-05-26.nc");
  fs::create_directory_symlink(scene().soundings, other / "elsewhere");
  const Result nested = prepare({other.path(), scene().indices});
  const Result flat = prepare({scene().day("2019-05-25"), scene().day("2019-06-10"), scene().indices});
  CHECK(nested.dataset.soundings.sif == flat.dataset.soundings.sif);
  CHECK(
      test::contains(nested.text, other.path().string() +
                                      ": 2 files of soundings (*.nc), 0 granules (*.hdf, *.h5), in 2 sub-folders too: "
                                      "2019/05, 2019/06"));
  CHECK(test::contains(nested.text,
                       scene().indices.string() + ": 0 files of soundings (*.nc), 2 granules (*.hdf, *.h5)\n"));
  const std::string empty = error_of<UsageError>({other / ".trash", scene().soundings});
  CHECK(test::contains(empty, "searched with all sub-folders: " + (other / ".trash").string()));
}

TEST_CASE("A file of --aux that is not there is named before any granule is opened") {
  const test::TemporaryDirectory directory;
  GranuleOptions o;
  o.inputs = {scene().soundings, directory / "MOD13A2.A2019145.h11v04.061.2020001000000.hdf"};
  test::write_file(o.inputs[1], "no granule at all");
  o.out = directory / "out.h5";
  const auto error = [&](const std::string& aux) {
    o.aux = {aux};
    return test::thrown<Error>([&] { prepare_granules(o, silent); });
  };
  CHECK(error("dem=none.tif") == "--aux dem: none.tif: no such file");
  CHECK(error("lai=none.hdf:Lai_500m@average") == "--aux lai: none.hdf: no such file");
  CHECK(
      error("lst=lst_{window}.tif:1") ==
      "--aux lst: lst_2019-05-25.tif: no such file; lst_{window}.tif is named by each window's first day: 2019-05-25");
  CHECK(test::contains(error("dem=NETCDF:\"none.nc\":dem"), "A2019145"));  // GDAL's own name: looked for later
  o.aux.clear(), o.region = "none.gpkg";
  CHECK(test::thrown<Error>([&] { prepare_granules(o, silent); }) == "--region none.gpkg: no such file");
}

TEST_CASE("The sinusoidal grid comes with a projection for maps; another one does not") {
  CHECK(test::contains(plain().text, "prepare with --crs EPSG:5070 --resolution 1000 --bbox="));
  GranuleOptions o;
  o.inputs = {scene().soundings, scene().indices};
  o.crs = "EPSG:5070", o.resolution = 2000, o.bbox = "-97,45,-96,46";
  CHECK(!test::contains(prepare(o).text, "sinusoidal"));
}
