#include "pipeline/prepare/soundings_format.hpp"

#include <doctest/doctest.h>

#include "files.hpp"
#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

const std::string complete = R"(product = "mine"
sif = "group/sif"
error = "sigma"
latitude = "lat"
longitude = "lon"
latitude_corners = "lats"
longitude_corners = "lons"
time = "t"
sun_zenith_angle = "sza"
viewing_zenith_angle = "vza"
cloud_fraction = "0"
)";

std::string without(const std::string& key) {
  const size_t first = complete.find(key + " =");
  return complete.substr(0, first) + complete.substr(complete.find('\n', first) + 1);
}

}  // namespace

TEST_CASE("A format of soundings: all keys") {
  const test::TemporaryDirectory directory;
  const auto path = directory / "my.toml";
  test::write_file(path, complete);
  const data::SoundingLayout plain = read_soundings_format(path);
  CHECK(plain.product == "mine");
  CHECK(plain.sif[0].quantity == data::SifQuantity{});
  CHECK(plain.sif[0].sif == "group/sif");
  CHECK(plain.longitudes == "lons");
  CHECK(plain.cloud == "0");
  CHECK(plain.screens.empty());
  test::write_file(path,
                   complete +
                       "kind = \"daily\"\nwavelength = 757\ntime_units = \"days since 2000-01-01\"\n"
                       "sif_units = \"mW/m2/sr/nm\"\norbit = \"o\"\npixel = \"p\"\nmissing = [\"-999\", \"-1e4\"]\n"
                       "screens = [\"flag=0,1\", \"land=80:100\", \"one=3\"]\n");
  const data::SoundingLayout full = read_soundings_format(path);
  CHECK(full.sif[0].quantity == data::SifQuantity{data::SifKind::daily, 757});
  CHECK(full.time_units == "days since 2000-01-01");
  CHECK(full.pixel == "p");
  CHECK(full.missing == std::vector<double>{-999, -10000});
  REQUIRE(full.screens.size() == 3);
  CHECK(full.screens[0].variable == "flag");
  CHECK(full.screens[0].passes(1));
  CHECK_FALSE(full.screens[0].passes(2));
  CHECK(full.screens[1].passes(80));
  CHECK_FALSE(full.screens[1].passes(79.9));
  CHECK(full.screens[2].values == std::vector<double>{3});
}

TEST_CASE("A format of soundings: mistakes name file and key") {
  const test::TemporaryDirectory directory;
  const auto path = directory / "my.toml";
  const auto refused = [&](const std::string& text, const std::string& key) {
    test::write_file(path, text);
    CHECK_THROWS_NAMING(UsageError, read_soundings_format(path), path.string(), key);
  };
  for (const char* key : {"product", "sif", "error", "latitude_corners", "time", "cloud_fraction"})
    refused(without(key), key);
  refused(complete + "kind = \"weekly\"\n", "kind");
  refused(complete + "wavelength = 7400\n", "wavelength");
  refused(complete + "missing = [\"none\"]\n", "'none'");
  refused(complete + "screens = [\"flag\"]\n", "'flag'");
  refused(complete + "screens = [\"flag=a\"]\n", "'a'");
  refused(complete + "colour = \"red\"\n", "colour");
}
