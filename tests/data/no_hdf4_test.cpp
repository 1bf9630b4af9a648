#include <doctest/doctest.h>

#include "data/formats/granule_reader.hpp"
#include "data/formats/hdf4.hpp"
#include "data/formats/mod13a2_writer.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "thrown.hpp"

// Linked to data/formats/no_hdf4/ in place of data/formats/hdf4/.
using namespace unetsr;
using namespace unetsr::data;

TEST_CASE("A build without HDF4 refuses granules of MODIS in one line") {
  const test::TemporaryDirectory directory;
  const auto file = directory / "MOD13A2.A2025129.h18v09.061.2025148083640.hdf";
  test::write_file(file, "x");
  CHECK(hdf4_version().empty());
  CHECK_THROWS_NAMING(Error, granule_contents(file), file.string(), "this build reads no HDF4", "VJ113A2");
  CHECK_THROWS_NAMING(Error, read_granule(file, {}), file.string(), "this build reads no HDF4");
  CHECK_THROWS_NAMING(Error, write_mod13a2(file, {}, Mod13a2Pixels(0)), file.string(), "writes no HDF4");
  CHECK(hdf4_text_attribute(file, "a").empty());
}
