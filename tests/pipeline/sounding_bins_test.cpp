#include "pipeline/prepare/sounding_bins.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "files.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

data::Soundings numbered(int count) {
  data::Soundings s;
  for (int i = 0; i < count; ++i) {
    s.sif.push_back(float(i)), s.error.push_back(1), s.longitude.push_back(i), s.latitude.push_back(2 * i);
    s.longitudes.push_back({1, 2, 3, double(i)}), s.latitudes.push_back({5, 6, 7, 8}), s.time.push_back(3 * i);
    s.sza.push_back(30), s.vza.push_back(20), s.cloud_fraction.push_back(0.5f), s.orbit.push_back(i);
  }
  return s;
}

}  // namespace

TEST_CASE("Soundings come back bin by bin in the order in which they came, through many runs of a scratch file") {
  const test::TemporaryDirectory directory;
  data::ScratchFile scratch(directory / "scene.h5");
  SoundingBins bins(scratch, 7, 1);  // the fewest that are held
  const data::Soundings s = numbered(10000);
  for (size_t i = 0; i < s.size(); ++i) {
    bins.add(int64_t(i * i % 5), s, i, {int(i), 1, 2, 3}, true);
    if (i % 4 == 0) bins.add(6, s, i, {int(i), 1, 2, 3}, false);
  }
  bins.finish();
  std::vector<float> all;
  for (int64_t bin = 0; bin < 5; ++bin) {
    const SoundingBins::Binned own = bins.read(bin);
    CHECK(bins.first_in(bin) == int64_t(own.soundings.size()));
    float before = -1;
    for (size_t i = 0; i < own.soundings.size(); ++i) {
      const float sif = own.soundings.sif[i];
      REQUIRE(int64_t(sif) * int64_t(sif) % 5 == bin);
      REQUIRE(sif > before);
      REQUIRE(own.cells[i].row == int(sif));
      REQUIRE(own.soundings.longitudes[i][3] == double(sif));
      REQUIRE(own.soundings.orbit[i] == int(sif));
      REQUIRE(own.soundings.pixel[i] == -1);
      before = sif, all.push_back(sif);
    }
  }
  CHECK(all.size() == 10000);
  CHECK(bins.read(5).soundings.size() == 0);
  CHECK(bins.read(6).soundings.size() == 2500);
  CHECK(bins.first_in(6) == 0);
  CHECK(bins.read(6).first == std::vector<uint8_t>(2500, 0));
}

TEST_CASE("A scratch file leaves nothing in its folder, while it is there and afterwards") {
  const test::TemporaryDirectory directory;
  {
    data::ScratchFile scratch(directory / "scene.h5");
    const int64_t place = scratch.append("abc", 3);
    scratch.append("def", 3);
    scratch.write(place, "x", 1);
    std::string text(6, ' ');
    scratch.read(0, text.data(), 6);
    CHECK(text == "xbcdef");
    CHECK(std::filesystem::is_empty(directory.path()));
  }
  CHECK(std::filesystem::is_empty(directory.path()));
}
