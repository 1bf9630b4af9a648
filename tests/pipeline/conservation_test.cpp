#include "pipeline/maps/conservation.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "data/dataset/calendar.hpp"
#include "data/dataset/resample.hpp"
#include "data/footprints/sounding_cells.hpp"
#include "files.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

constexpr int rows = 48, columns = 64;

// Two windows of granules whose coarse SIF is 1 and 2, with `count` soundings of 1 in the second.
data::Dataset granules(int count) {
  data::Dataset d;
  d.grid = {rows, columns, 0.005, 0.01, 10 - 0.005, -0.01, "EPSG:4326"};
  d.windows = {"2019-05-25", "2019-06-10"};
  d.coarse_factor = 4;
  std::vector<float> sif(size_t(2 * rows * columns / 16), 1.0f);
  std::fill(sif.begin() + std::ptrdiff_t(sif.size() / 2), sif.end(), 2.0f);
  d.coarse_layers.push_back({"sif", "mW m-2 sr-1 nm-1", "", sif});
  data::Soundings& s = d.soundings;
  for (int k = 0; k < count; ++k) {
    const double west = 0.001 + 0.007 * (k * 13 % 80), north = 9.999 - 0.004 * (k * 7 % 100);
    s.sif.push_back(1), s.error.push_back(0.4f);
    s.longitude.push_back(west + 0.035), s.latitude.push_back(north - 0.0175);
    s.longitudes.push_back({west, west + 0.07, west + 0.07, west});
    s.latitudes.push_back({north, north, north - 0.035, north - 0.035});
    s.time.push_back(data::day_number({2019, 6, 12}) * 86400.0 + 1000);
    s.sza.push_back(0), s.vza.push_back(0), s.cloud_fraction.push_back(0);
  }
  return d;
}

}  // namespace

TEST_CASE("Maps are corrected window by window, and the result is in words") {
  const test::TemporaryDirectory directory;
  data::write_dataset(directory / "d.h5", granules(400));
  const data::DatasetFile file(directory / "d.h5");
  CHECK(file.read_soundings().size() == 400);

  Conserver footprints(Conservation::footprints, file);
  CHECK(footprints.together(1).first == 0);
  CHECK(footprints.together(1).count == 2);
  std::vector<float> maps(size_t(2 * rows * columns), 1.5f);
  const Conserver::Outcome outcome = footprints.correct({0, 2}, {false, 0}, maps);
  std::string words;
  for (const std::string& line : outcome.lines) words += line + "\n";
  CHECK(outcome.error_left.size() == maps.size());
  for (const char* part : {"400 soundings", "mean +1.250 before", "mean square 1.56", " cells ("}) {
    CAPTURE(part);
    CHECK_MESSAGE(test::contains(words, part), words);
  }
  CHECK(maps[size_t((rows + 20) * columns + 30)] == doctest::Approx(1).epsilon(0.05));

  Conserver blocks(Conservation::blocks, file);
  CHECK(blocks.together(1).first == 1);
  CHECK(blocks.together(1).count == 1);
  std::vector<float> map(size_t(rows * columns), 1.5f);
  CHECK(
      test::contains(blocks.correct({1, 1}, {}, map).lines.at(0), "192 coarse cells of 4 x 4 cells differed by 0.500"));
  for (const float v : map) CHECK(v == doctest::Approx(2));
}

TEST_CASE("Maps and soundings in scratch files are corrected to the same bits as in memory") {
  const test::TemporaryDirectory directory;
  data::Dataset d = granules(4000);  // so many that the equations at nodes are used
  for (size_t i = 0; i < d.soundings.size(); ++i) {
    d.soundings.sif[i] += 0.4f * float(std::sin(double(i)));
    d.soundings.cloud_fraction[i] = 0.1f * float(i % 3);
    if (i % 2) d.soundings.time[i] -= 16 * 86400.0;
  }
  data::write_dataset(directory / "d.h5", d);
  const data::DatasetFile file(directory / "d.h5");
  std::vector<float> maps(size_t(2 * rows * columns));
  for (size_t i = 0; i < maps.size(); ++i) maps[i] = 1.2f + 0.1f * float(i % 7);
  maps[77] = std::numeric_limits<float>::quiet_NaN();
  const data::ArrayStore store{directory / "map.tif"};
  data::StoredArray<float> stored(store);
  stored.append(maps);
  Conserver conserver(Conservation::footprints, file);
  const Conserver::MapKind kind{true, 0.3};
  const Conserver::Outcome whole = conserver.correct({0, 2}, kind, maps);
  const Conserver::StoredOutcome bounded = conserver.correct({0, 2}, kind, stored, store, [](double) {});
  CHECK(whole.lines == bounded.lines);
  CHECK(!test::contains(whole.lines.at(0), "none that differs"));
  CHECK(std::memcmp(maps.data(), stored.data(), maps.size() * sizeof(float)) == 0);
  REQUIRE(whole.error_left.size() == maps.size());
  CHECK(std::equal(whole.error_left.begin(), whole.error_left.end(), bounded.error_left.begin()));
  CHECK(std::distance(std::filesystem::directory_iterator(directory.path()), {}) == 1);
}

TEST_CASE("Errors too small for the equations leave a map, and a line that says so") {
  const test::TemporaryDirectory directory;
  data::Dataset d = granules(400);
  for (size_t i = 0; i < d.soundings.size(); ++i) {
    d.soundings.error[i] = 1e-9f;
    d.soundings.sif[i] += i % 2 ? 0.5f : -0.5f;
  }
  data::write_dataset(directory / "d.h5", d);
  const data::DatasetFile file(directory / "d.h5");
  std::vector<float> maps(size_t(2 * rows * columns), 1.5f);
  const Conserver::Outcome outcome = Conserver(Conservation::footprints, file).correct({0, 2}, {false, 0}, maps);
  CHECK_MESSAGE(test::contains(outcome.lines.back(), "the correction is approximate"), outcome.lines.back());
  for (const float v : maps) CHECK(std::isfinite(v));
}

TEST_CASE("What cannot be given back is named") {
  const test::TemporaryDirectory directory;
  const auto refused = [&](const data::Dataset& d, Conservation kind, const std::string& part) {
    data::write_dataset(directory / "d.h5", d);
    const data::DatasetFile file(directory / "d.h5");
    CHECK_THROWS_NAMING(UsageError, Conserver(kind, file), "--conserve " + to_string(kind), part);
  };
  refused(granules(0), Conservation::footprints, "no soundings");
  data::Dataset tables = granules(0);
  tables.coarse_factor = 0;
  tables.coarse_layers.clear();
  refused(tables, Conservation::footprints, "of tables");
  refused(tables, Conservation::blocks, "of tables");

  data::Dataset bare = granules(10);
  bare.coarse_layers.clear();
  data::write_dataset(directory / "d.h5", bare);
  const data::DatasetFile file(directory / "d.h5");
  std::vector<float> map(size_t(rows * columns), 1.0f);
  CHECK_THROWS_NAMING(UsageError, Conserver(Conservation::blocks, file).correct({0, 1}, {}, map), "'sif'");
}
