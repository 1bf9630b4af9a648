#include "data/formats/flex_l2_reader.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "data/dataset/calendar.hpp"
#include "data/formats/sounding_reader.hpp"
#include "files.hpp"
#include "flex_product.hpp"
#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

Soundings read_all(const std::filesystem::path& file) {
  Soundings all;
  read_flex_l2(file, [&](const Soundings& s) {
    for (size_t i = 0; i < s.size(); ++i) {
      all.append(s, i);
      all.rejected.push_back(s.rejected[i]);
    }
  });
  return all;
}

}  // namespace

TEST_CASE("FLEX L2: the channel at 740 nm, in any order of the dimensions; places, time and angles") {
  const test::TemporaryDirectory directory;
  for (const bool channels_first : {false, true}) {
    test::FlexProduct product;
    product.channels_first = channels_first;
    if (channels_first) product.grid_name = "sif_spectral_grid";
    product.write(directory.path());
    const auto file = product.spectra(directory.path());
    CHECK(is_flex_l2(file));
    const Soundings s = read_all(file);
    REQUIRE(s.size() == 20);
    for (size_t i = 0; i < s.size(); ++i) {
      CHECK(double(s.sif[i]) == doctest::Approx(product.sif(i / 5, i % 5)));
      CHECK(s.latitude[i] == product.latitude(i / 5));
      CHECK(s.longitude[i] == product.longitude(i % 5));
      CHECK(s.scanline[i] == int32_t(i / 5));
      CHECK(s.pixel[i] == int32_t(i % 5));
    }
    CHECK(s.error[0] == doctest::Approx(0.17));
    CHECK(s.sza[0] == 30);
    CHECK(s.vza[0] == 5);
    CHECK(s.time[7] == day_number({2027, 7, 12}) * 86400.0 + 7 * 3600 + 59 * 60 + 58);
    // Corners lie in the middle between centres, at the rim as far out.
    for (const size_t i : {size_t(0), size_t(7), size_t(19)})
      for (size_t k = 0; k < 4; ++k) {
        CHECK(std::abs(s.latitudes[i][k] - s.latitude[i]) == doctest::Approx(0.00135));
        CHECK(std::abs(s.longitudes[i][k] - s.longitude[i]) == doctest::Approx(0.0018));
      }
    CHECK(s.longitudes[0][1] == doctest::Approx(s.longitudes[1][0]));
    CHECK(s.latitudes[0][2] == doctest::Approx(s.latitudes[5][1]));
    CHECK(sounding_contents(file).product == "FLEX L2");
    CHECK(count_soundings(file) == 20);
  }
}

TEST_CASE("FLEX L2: quality as bits or as values, clouds, pixels outside the swath") {
  const test::TemporaryDirectory directory;
  test::FlexProduct product;
  product.write(directory.path(), {0, 1, 2, 4, 8, 16}, {0, 0, 8, 32, 64, 128});
  Soundings s = read_all(product.spectra(directory.path()));
  CHECK(std::vector<uint8_t>(s.rejected.begin(), s.rejected.begin() + 7) == std::vector<uint8_t>{0, 1, 1, 1, 1, 1, 0});
  CHECK(std::vector<float>(s.cloud_fraction.begin(), s.cloud_fraction.begin() + 6) ==
        std::vector<float>{0, 0, 1, 1, 0, 0});
  product.bits = false;
  product.folder += "_old";
  product.south = NAN;
  product.write(directory.path(), {0, 1, 2, 3, 4, 5});
  CHECK(read_all(product.spectra(directory.path())).size() == 0);
  product.south = 41;
  product.write(directory.path(), {0, 1, 2, 3, 4, 5});
  s = read_all(product.spectra(directory.path()));
  CHECK(std::vector<uint8_t>(s.rejected.begin(), s.rejected.begin() + 6) == std::vector<uint8_t>{0, 1, 1, 1, 1, 0});
  CHECK(s.cloud_fraction[0] == 0);
  CHECK(std::isnan(s.cloud_fraction[1]));
}

TEST_CASE("FLEX L2: what cannot be read right is refused") {
  const test::TemporaryDirectory directory;
  test::FlexProduct product;
  product.first_wavelength = 600;
  product.write(directory.path());
  const auto file = product.spectra(directory.path());
  CHECK_THROWS_NAMING(Error, read_all(file), "sif_wavelength_grid", "740 nm");
  product.first_wavelength = 670;
  product.write(directory.path());
  CHECK_THROWS_NAMING(UsageError, sounding_contents(file, {{SifKind::daily}, {}}), "FLEX", "instantaneous");
  std::filesystem::remove(file.parent_path() / "quality.nc");
  CHECK_THROWS_NAMING(Error, read_all(file), "L2_Quality/quality_flags");
  product.folder = "mine";
  product.write(directory.path());
  CHECK_THROWS_NAMING(Error, read_all(product.spectra(directory.path())), "FLX_L2__FLXSYN_");
}
