#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "data/dataset/dataset_file.hpp"
#include "files.hpp"
#include "pipeline/info/info.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

TEST_CASE("info of a dataset: place, soundings and shares of the region come first, checksums with --verbose alone") {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  const test::TemporaryDirectory directory;
  data::Dataset d;
  d.grid = {2, 4, 10.5, 1, 51.5, -1, "EPSG:4326"};
  d.windows = {"2019-05-25", "2019-06-10"};
  d.coarse_factor = 2;
  d.sif.kind = data::SifKind::daily;
  d.region = {0, 1, 1, 0, 0, 0, 1, 1};
  d.add({"ndvi", "1", "", {nan, 0.25f, 0.5f, nan, nan, nan, 0.75f, 1, nan, 0.5f, nan, nan, nan, nan, nan, nan}});
  d.coarse_layers.push_back({"sif", "mW m-2 sr-1 nm-1", "", {1, 2, nan, 4}});
  d.provenance = {{{"a.nc", std::string(64, 'f'), 12}},
                  "unetsr prepare a.nc b.hdf",
                  "0.1.0",
                  "2020-01-02T03:04:05Z",
                  false,
                  {},
                  {},
                  "TROPOSIF"};
  data::write_dataset(directory / "d.h5", d);
  InfoOptions o;
  o.subject = (directory / "d.h5").string();
  const std::string text = info(o);
  CHECK(
      text.starts_with("dataset\n"
                       "region:      longitude 11.000 to 14.000, latitude 50.000 to 52.000 degrees\n"
                       "             4 of 8 fine cells\n"
                       "fine grid:   2 x 4 cells of 1 x 1 degrees (EPSG:4326)\n"
                       "coarse grid: 1 x 2 cells of 2 x 2 degrees (EPSG:4326)\n"
                       "SIF:         daily mean SIF at 740 nm, mW m-2 sr-1 nm-1\n"
                       "windows:     2\n"));
  CHECK(test::contains(text,
                       "layer          share  lowest   min  median  max  unit\n"
                       "sif (coarse)  75.0 %  50.0 %     1       2    4  mW m-2 sr-1 nm-1\n"
                       "ndvi          62.5 %  25.0 %  0.25     0.5    1  1\n"));
  CHECK(!test::contains(text, "ffff"));
  o.verbose = true;
  CHECK(test::contains(info(o), "from a.nc (12 bytes, sha256 ffff"));
  o.json = true;
  const auto json = nlohmann::json::parse(info(o));
  CHECK(json["region_cells"] == 4);
  CHECK(json["sif"]["kind"] == "daily");
  CHECK(json["provenance"]["soundings"] == "TROPOSIF");
  CHECK(json["extent_degrees"] == nlohmann::json::array({11.0, 50.0, 14.0, 52.0}));
}
