#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "captured_stderr.hpp"
#include "data/dataset/dataset_file.hpp"
#include "data/dataset/dated_windows.hpp"
#include "data/footprints/sounding_cells.hpp"
#include "data/splits/overlap.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "pipeline/prepare/prepare_granules.hpp"
#include "pipeline/simulate/simulate.hpp"
#include "pipeline/train/held_out.hpp"
#include "pipeline/train/honest_protocol.hpp"
#include "thrown.hpp"

// Granules of VIIRS, whose composites of 16 days begin every 8 days.
using namespace unetsr;
using namespace unetsr::pipeline;
namespace fs = std::filesystem;

namespace {

const Output silent(Output::Mode::quiet), lines(Output::Mode::lines);

// Composites of 25 May, 2, 10 and 18 June, soundings of 25 to 27 May and 10 to 12 June.
struct Scene {
  test::TemporaryDirectory directory;
  Scene() {
    SimulateOptions o;
    o.out_directory = directory / "scene";
    o.small = true;
    o.windows = 2;
    o.days = 3;
    o.sensors = SceneSensors::both;
    simulate(o, silent);
  }
  fs::path folder(const std::string& name) const { return directory / "scene" / name; }
};

const Scene& scene() {
  static const Scene scene;
  return scene;
}

struct Result {
  data::Dataset dataset;
  std::string text;
  fs::path file;
};

Result prepare(const std::vector<fs::path>& inputs, std::optional<data::WindowChoice> windows, GranuleOptions o = {}) {
  static int number = 0;
  o.inputs = inputs, o.windows = windows;
  o.out = scene().directory / ("out" + std::to_string(number++) + ".h5");
  const std::string text = test::captured_stderr([&] { prepare_granules(o, lines); });
  return {data::read_dataset(o.out), text, o.out};
}

int64_t counted(const std::string& text, const std::string& row) {
  const size_t at = text.find("\n" + row + "  ");  // the stage that reads is not meant
  return at == std::string::npos ? 0 : std::stoll(text.substr(text.find_first_of("0123456789", at)));
}

// read = used + removed: each sounding once.
void check_sum(const std::string& text) {
  int64_t sum = counted(text, "used");
  for (size_t at = 0; (at = text.find("\nremoved: ", at)) != std::string::npos; ++at)
    sum += std::stoll(text.substr(text.find_first_of("0123456789", at)));
  CHECK_MESSAGE(counted(text, "read") == sum, text);
}

int day_of(const data::Soundings& s, size_t i) {
  return int(std::floor(s.time[i] / 86400));
}

const std::vector<fs::path>& viirs_inputs() {
  static const std::vector<fs::path> inputs = {scene().folder("troposif"), scene().folder("vj113a2")};
  return inputs;
}

const Result& sixteen() {
  static const Result result = prepare(viirs_inputs(), data::WindowChoice::viirs_16);
  return result;
}

}  // namespace

TEST_CASE("VIIRS, 16 days every 8: a sounding is in every window that holds its day, and none is lost") {
  const Result& r = sixteen();
  check_sum(r.text);
  const data::Dataset& d = r.dataset;
  CHECK(d.windows == std::vector<std::string>{"2019-05-25", "2019-06-02", "2019-06-10", "2019-06-18"});
  CHECK(d.window_days == 16);
  for (const char* layer : {"ndvi", "evi", "evi2", "green", "swir1", "swir2", "swir3", "swir3_denoised",
                            "viirs_reliability", "vi_quality", "vza"})
    CHECK_MESSAGE(d.has(layer), layer);
  CHECK(!d.has("mir"));
  CHECK(!d.has("reliability"));
  const data::SoundingWindows windows(d);
  using Key = std::tuple<double, double, float>;
  std::map<Key, std::set<size_t>> found;
  for (size_t i = 0; i < d.soundings.size(); ++i) {
    const auto window = windows.of(d.soundings, i);
    REQUIRE(window);
    CHECK(windows.all()[*window].holds(day_of(d.soundings, i)));
    CHECK(found[{d.soundings.time[i], d.soundings.longitude[i], d.soundings.sif[i]}].insert(*window).second);
  }
  CHECK(int64_t(found.size()) == counted(r.text, "used"));
  int64_t shared = 0;
  for (const auto& [key, own] : found) {
    const int day = int(std::floor(std::get<0>(key) / 86400));
    const std::vector<size_t> holding = data::windows_of(windows.all(), day);
    CHECK(own == std::set<size_t>(holding.begin(), holding.end()));
    shared += own.size() > 1;
  }
  CHECK(shared > 0);
  CHECK(shared == counted(r.text, "of these in several windows"));
  CHECK(test::contains(r.text, "windows 2019-05-25 and 2019-06-02 share 8 days"));
  CHECK(test::contains(r.text, "are estimates or long-term averages"));

  // SIF of both windows with the days of June.
  const data::Dataset coarse = d.coarse();
  const auto counts = coarse.values("sif_count");
  const size_t cells = size_t(coarse.grid.cells());
  for (size_t i = 0; i < cells; ++i)
    CHECK((counts[cells + i] == counts[2 * cells + i] ||
           (std::isnan(counts[cells + i]) && std::isnan(counts[2 * cells + i]))));
}

TEST_CASE("VIIRS, 8 days: no sounding is in two windows; it is what is made where nothing is asked for") {
  const Result r = prepare(viirs_inputs(), std::nullopt);
  check_sum(r.text);
  const data::Dataset& d = r.dataset;
  CHECK(d.windows == std::vector<std::string>{"2019-05-29", "2019-06-06", "2019-06-14", "2019-06-22"});
  CHECK(d.window_days == 8);
  CHECK(d.soundings.window.empty());
  CHECK(int64_t(d.soundings.size()) == counted(r.text, "used"));
  CHECK(test::contains(r.text, "windows are the 8 days in the middle of each composite"));
  CHECK(prepare(viirs_inputs(), data::WindowChoice::eight_day).dataset.identity == d.identity);
  for (size_t i = 0; i < d.soundings.size(); ++i) {
    CHECK(day_of(d.soundings, i) >= data::day_number({2019, 6, 6}));
    CHECK(day_of(d.soundings, i) < data::day_number({2019, 6, 14}));
  }
  CHECK(counted(r.text, "removed: on days of no window") > 0);  // of May
  const Result terra = prepare(viirs_inputs(), data::WindowChoice::terra);
  CHECK(terra.dataset.windows == std::vector<std::string>{"2019-05-25", "2019-06-10"});
  CHECK(test::contains(terra.text, "granules of other composites are omitted"));
  CHECK(int64_t(terra.dataset.soundings.size()) == counted(sixteen().text, "used"));
}

TEST_CASE("--append of a composite that shares days with those before makes what all files at once make") {
  std::vector<fs::path> before = {scene().folder("troposif")}, after;
  for (const auto& entry : fs::directory_iterator(scene().folder("vj113a2")))
    (test::contains(entry.path().string(), "A2019153") ? after : before).push_back(entry.path());
  GranuleOptions o;
  const Result part = prepare(before, data::WindowChoice::viirs_16);
  CHECK(part.dataset.windows.size() == 3);
  o.append = part.file;
  const Result whole = prepare(after, data::WindowChoice::viirs_16, o);
  CHECK(whole.dataset.windows == sixteen().dataset.windows);
  CHECK(whole.dataset.soundings.window == sixteen().dataset.soundings.window);
  CHECK(whole.dataset.identity == sixteen().dataset.identity);
}

TEST_CASE("Windows that share soundings with the one that tests do not train") {
  const data::Dataset& d = sixteen().dataset;
  HonestOptions o;
  o.test = "window:1";
  const data::Split split = make_split(d.coarse_shape(), o, d);
  const size_t cells = size_t(d.coarse_grid().cells());
  const auto only = [&](size_t window, data::Role role) {
    return std::all_of(split.roles.begin() + std::ptrdiff_t(window * cells),
                       split.roles.begin() + std::ptrdiff_t((window + 1) * cells),
                       [&](data::Role own) { return own == role; });
  };
  CHECK(only(0, data::Role::buffer));
  CHECK(only(1, data::Role::test));
  CHECK(only(2, data::Role::buffer));
  CHECK(std::count(split.roles.begin() + std::ptrdiff_t(3 * cells), split.roles.end(), data::Role::train) > 0);

  // Were the next window to train, the audit would count every sounding that both have.
  const data::SoundingCells soundings(d);
  std::vector<uint8_t> trained(soundings.size()), tested(soundings.size());
  for (size_t i = 0; i < soundings.size(); ++i)
    trained[i] = soundings[i].window == 2, tested[i] = soundings[i].window == 1;
  CHECK(data::common(trained, tested) == 0);
  data::add_copies(soundings, trained);
  CHECK(data::common(trained, tested) == std::count(tested.begin(), tested.end(), 1));

  // A day is in one half of the soundings, whatever the window.
  const std::vector<uint8_t> halves = data::split_days(soundings, 0.5, 7);
  std::map<int, uint8_t> half_of;
  for (size_t i = 0; i < soundings.size(); ++i)
    CHECK(half_of.emplace(soundings[i].day, halves[i]).first->second == halves[i]);
  CHECK(std::count(halves.begin(), halves.end(), 1) > 0);
  CHECK(std::count(halves.begin(), halves.end(), 0) > 0);
}

TEST_CASE("Two sensors in one dataset: VIIRS on MODIS's scale, means of both, gaps filled") {
  GranuleOptions o;
  o.mix_sensors = true;
  const std::vector<fs::path> soundings = {scene().folder("troposif")};
  const auto with = [&](const std::vector<std::string>& folders) {
    std::vector<fs::path> inputs = soundings;
    for (const std::string& folder : folders) inputs.push_back(scene().folder(folder));
    return prepare(inputs, data::WindowChoice::terra, o);
  };
  const Result both = with({"mod13a2", "vj113a2"}), modis = with({"mod13a2"}), viirs = with({"vj113a2"});
  CHECK(test::contains(both.text, "VIIRS is scaled to MODIS"));
  CHECK(!test::contains(modis.text, "scaled"));
  CHECK(both.dataset.windows == modis.dataset.windows);
  for (const char* layer : {"mir", "swir3", "vza", "reliability", "viirs_reliability"})
    CHECK_MESSAGE(!both.dataset.has(layer), layer);
  for (const char* layer : {"ndvi", "nir", "red_denoised", "vi_quality", "sif_fine"})
    CHECK_MESSAGE(both.dataset.has(layer), layer);
  const auto ndvi = both.dataset.values("ndvi"), of_modis = modis.dataset.values("ndvi"),
             of_viirs = viirs.dataset.values("ndvi");
  double difference = 0, unscaled = 0, count = 0;
  for (size_t i = 0; i < ndvi.size(); ++i) {
    REQUIRE(std::isnan(ndvi[i]) == (std::isnan(of_modis[i]) && std::isnan(of_viirs[i])));
    if (std::isnan(of_modis[i])) continue;
    if (std::isnan(of_viirs[i])) {
      CHECK(ndvi[i] == of_modis[i]);
      continue;
    }
    difference += double(ndvi[i] - of_modis[i]), unscaled += double(of_viirs[i] - of_modis[i]), count += 1;
  }
  CHECK(std::abs(difference) / count < 0.002);
  CHECK(std::abs(unscaled) / count > 0.004);
  o.append = both.file;
  CHECK_THROWS_NAMING(UsageError, with({"vj113a2"}), "--mix-sensors", "--append");
}

TEST_CASE("Ranks of VIIRS are its own, and another product is named") {
  GranuleOptions o;
  o.inputs = viirs_inputs(), o.out = scene().directory / "none.h5";
  o.reliability = {"10"};
  CHECK_THROWS_NAMING(UsageError, prepare_granules(o, silent), "--reliability 10", "no measurements");
  o.reliability = {"9"}, o.dry_run = true;
  CHECK(test::thrown([&] { prepare_granules(o, silent); }).empty());
  const auto other = scene().directory / "VNP15A2H.A2019145.h11v04.002.2023000000000.h5";
  test::write_file(other, "x");
  o.reliability = {}, o.inputs.push_back(other);
  CHECK_THROWS_NAMING(UsageError, prepare_granules(o, silent), other.string(), "VNP15A2H", "VJ113A2");
  o.inputs = {scene().folder("troposif"), scene().folder("vj113a2"), scene().folder("mod13a2")};
  CHECK_THROWS_NAMING(Error, prepare_granules(o, silent), "MOD13A2", "VJ113A2", "--mix-sensors");
}
