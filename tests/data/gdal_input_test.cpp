#include "data/geography/gdal_input.hpp"

#include <doctest/doctest.h>

#include "data/crs/gdal.hpp"
#include "data/formats/auxiliary.hpp"
#include "data/formats/raster_writer.hpp"
#include "files.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

namespace fs = std::filesystem;

void write_raster(const fs::path& file) {
  RasterDescription map;
  map.grid = {8, 8, 0.5, 1, 7.5, -1, "EPSG:4326"};
  map.windows = {"2019-05-25"}, map.name = "sif", map.units = "1";
  const auto writer = make_raster_writer(RasterFormat::geotiff, file, map);
  writer->write(0, whole(map.grid), std::vector<float>(64, 1));
  writer->finish([] { return true; });
}

std::string vrt(const std::string& source, bool relative) {
  return "<VRTDataset rasterXSize=\"8\" rasterYSize=\"8\"><VRTRasterBand dataType=\"Float32\" band=\"1\">"
         "<SimpleSource><SourceFilename relativeToVRT=\"" +
         std::string(relative ? "1" : "0") + "\">" + source +
         "</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>";
}

}  // namespace

TEST_CASE("a VRT is read where its sources are files of its folder") {
  const test::TemporaryDirectory directory;
  write_raster(directory / "a.tif");
  const auto opened = [&](const std::string& text) {
    const QuietGdal quiet;
    test::write_file(directory / "a.vrt", text);
    return open_user_raster(directory / "a.vrt") != nullptr;
  };
  CHECK(opened(vrt("a.tif", true)));
  for (const std::string source :
       {"../a.tif", "sub/../../a.tif", "/vsimem/a.tif", "http://localhost/a.tif", "NETCDF:a.nc:x"})
    CHECK_THROWS_NAMING(Error, opened(vrt(source, true)), "a.vrt", "of its own folder");
  CHECK_THROWS_NAMING(Error, opened(vrt((directory / "a.tif").string(), true)), "of its own folder");
  CHECK_THROWS_NAMING(Error, opened(vrt("a.tif", false)), "of its own folder");
  CHECK_THROWS_NAMING(Error, opened("<!DOCTYPE x [<!ENTITY y \"z\">]>" + vrt("a.tif", true)), "entities");
  test::write_file(directory / "b.vrt", vrt("../a.tif", true));
  CHECK_THROWS_NAMING(Error, opened(vrt("b.vrt", true)), "b.vrt", "of its own folder");
  CHECK_THROWS_NAMING(Error, open_user_raster(vrt("a.tif", true)), "from a file alone");
}

TEST_CASE("a VRT's sources are found however they are written") {
  const test::TemporaryDirectory directory;
  write_raster(directory / "a.tif");
  fs::create_directory(directory / "sub");
  const fs::path file = directory / "sub" / "a.vrt";
  const auto open_text = [&](std::string text, const std::string& from, const std::string& to) {
    const QuietGdal quiet;
    if (!from.empty()) text.replace(text.find(from), from.size(), to);
    test::write_file(file, text);
    return open_user_raster(file.string());
  };
  CHECK_THROWS_NAMING(Error, open_text(vrt("&#46;&#46;/a.tif", true), "", ""), "of its own folder");
  CHECK_THROWS_NAMING(Error, open_text(vrt("&#47;vsicurl&#47;a.tif", true), "", ""), "of its own folder");
  std::string lower = vrt("../a.tif", true);
  lower.replace(lower.find("</SourceFilename>"), 17, "</sourcefilename>");
  CHECK_THROWS_NAMING(Error, open_text(lower, "<SourceFilename", "<sourcefilename"), "of its own folder");
  CHECK_THROWS_NAMING(Error, open_text(vrt("none.tif", true), "", ""), "no file of this machine");
  test::write_file(directory / "sub" / "b.xyz", "0 0 1\n1 0 2\n0 1 3\n1 1 4\n");
  CHECK_THROWS_NAMING(Error, open_text(vrt("b.xyz", true), "", ""), "of another format");
  CHECK_THROWS_NAMING(Error, open_text("<VRTDataset><", "", ""), "damaged");
}

TEST_CASE("a VRT's sources may be any files where that is allowed, none of the network") {
  const test::TemporaryDirectory directory;
  write_raster(directory / "a.tif");
  fs::create_directory(directory / "sub");
  const fs::path file = directory / "sub" / "a.vrt";
  const std::string absolute = (directory / "a.tif").string();
  const auto value = [&](const std::string& text) {
    const QuietGdal quiet;
    test::write_file(file, text);
    const GDALDatasetUniquePtr dataset = open_user_raster(file.string(), VrtSources::anywhere);
    REQUIRE(dataset != nullptr);
    float first = 0;
    REQUIRE(dataset->GetRasterBand(1)->RasterIO(GF_Read, 0, 0, 1, 1, &first, 1, 1, GDT_Float32, 0, 0, nullptr) ==
            CE_None);
    return first;
  };
  CHECK(value(vrt("../a.tif", true)) == 1);
  CHECK(value(vrt(absolute, false)) == 1);
  CHECK(value(vrt("GTIFF_DIR:1:" + absolute, false)) == 1);
  CHECK_THROWS_NAMING(Error, open_user_raster(file.string()), "of its own folder");
  for (const std::string& name : std::vector<std::string>{
           "/vsicurl/http://localhost/a.tif", "http://localhost/a.tif", "/vsimem/a.tif", "/vsis3/a/a.tif",
           "NETCDF:\"http://localhost/a.nc\":x", "NETCDF:http://localhost/a.nc:" + absolute,
           "NETCDF:http://localhost/\"" + absolute + "\"", "WMS:localhost", "none.tif"}) {
    CHECK_THROWS_NAMING(Error, value(vrt(name, false)), "a");
    CHECK_THROWS_NAMING(Error, value(vrt(name, true)), "a");
  }
  test::write_file(directory / "b.vrt", vrt("/vsicurl/a.tif", false));
  CHECK_THROWS_NAMING(Error, value(vrt("../b.vrt", true)), "/vsizip/");
}

TEST_CASE("no driver but those of the list, no virtual file system but archives") {
  const test::TemporaryDirectory directory;
  const QuietGdal quiet;
  write_raster(directory / "a.tif");
  CHECK(open_user_raster(directory / "a.tif") != nullptr);
  for (const std::string name : {"/vsicurl/http://localhost/a.tif", "/vsizip//vsicurl/a.zip/a.tif", "/vsimem/a.tif"}) {
    CHECK_THROWS_NAMING(Error, open_user_raster(name), "/vsizip/", "/vsitar/");
    CHECK_THROWS_NAMING(Error, open_user_vector(name), "/vsizip/");
  }
  CHECK(open_user_raster("/vsizip/" + (directory / "none.zip").string()) == nullptr);
  test::write_file(directory / "a.asc", "ncols 1\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 1\n5\n");
  CHECK(open_user_raster(directory / "a.asc") != nullptr);
  test::write_file(directory / "a.xyz", "0 0 1\n1 0 2\n0 1 3\n1 1 4\n");
  CHECK(open_user_raster(directory / "a.xyz") == nullptr);
}

TEST_CASE("a band's name has letters, digits and underscores") {
  CHECK(parse_auxiliary("leaf_area_2=a.tif").name == "leaf_area_2");
  CHECK(parse_auxiliary(std::string(64, 'a') + "=a.tif").name.size() == 64);
  const std::vector<std::string> refused = {std::string(65, 'a'), "a b", "a/b", "a,b", ".", "../x", "+a", "a\tb"};
  for (const std::string& name : refused) CHECK_THROWS_NAMING(UsageError, parse_auxiliary(name + "=a.tif"), "--aux");
}
