#include "data/dataset/own_values.hpp"

#include <doctest/doctest.h>
#include <hdf5.h>
#include <netcdf.h>

#include "data/formats/netcdf_file.hpp"
#include "data/formats/raster_source.hpp"
#include "data/formats/sounding_reader.hpp"
#include "data/geography/gdal_input.hpp"
#include "files.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

// A file with a raster of its own, and what `add` puts into it.
template <class Add>
void write_hdf5(const std::string& path, const Add& add, hsize_t user_block = 0) {
  const hid_t creation = H5Pcreate(H5P_FILE_CREATE);
  H5Pset_userblock(creation, user_block);
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, H5P_DEFAULT);
  REQUIRE(file >= 0);
  const hsize_t extent[2] = {2, 2};
  const hid_t space = H5Screate_simple(2, extent, nullptr), properties = H5Pcreate(H5P_DATASET_CREATE);
  H5Dclose(H5Dcreate2(file, "own", H5T_IEEE_F32LE, space, H5P_DEFAULT, properties, H5P_DEFAULT));
  add(file, space, properties);
  H5Pclose(properties), H5Sclose(space), H5Fclose(file), H5Pclose(creation);
}

void add_nothing(hid_t, hid_t, hid_t) {}

void add_link(hid_t file, hid_t, hid_t) {
  REQUIRE(H5Lcreate_external("other.h5", "/own", file, "elsewhere", H5P_DEFAULT, H5P_DEFAULT) >= 0);
}

void add_array(hid_t file, hid_t space, hid_t properties) {
  const hid_t array = H5Dcreate2(file, "elsewhere", H5T_IEEE_F32LE, space, H5P_DEFAULT, properties, H5P_DEFAULT);
  REQUIRE(array >= 0);
  H5Dclose(array);
}

void add_external(hid_t file, hid_t space, hid_t properties) {
  REQUIRE(H5Pset_external(properties, "other.raw", 0, 16) >= 0);
  add_array(file, space, properties);
}

void add_virtual(hid_t file, hid_t space, hid_t properties) {
  REQUIRE(H5Pset_virtual(properties, space, "other.h5", "/own", space) >= 0);
  add_array(file, space, properties);
}

}  // namespace

TEST_CASE("HDF5 that leads to another file is refused by every reader") {
  const test::TemporaryDirectory directory;
  const std::string path = directory / "a.nc", bag = directory / "a.bag", vrt = directory / "a.vrt";
  write_hdf5(directory / "other.h5", add_nothing);
  test::write_file(directory / "other.raw", std::string(16, '\0'));
  const std::string text =
      "<VRTDataset rasterXSize=\"2\" rasterYSize=\"2\"><VRTRasterBand dataType=\"Float32\" band=\"1\"><SimpleSource>"
      "<SourceFilename relativeToVRT=\"0\">HDF5:\"" +
      path + "\"://own</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>";
  test::write_file(vrt, text);
  for (const auto add : {add_link, add_external, add_virtual})
    for (const hsize_t user_block : {0, 512, 2048}) {
      CAPTURE(user_block);
      write_hdf5(path, add, user_block);
      write_hdf5(bag, add, user_block);
      const std::string wanted = "a.nc: /elsewhere leads to another file";
      CHECK_THROWS_NAMING(Error, require_own_values(path), wanted);
      CHECK_THROWS_NAMING(Error, NetcdfFile(path), wanted);
      CHECK_THROWS_NAMING(Error, count_soundings(path), wanted);
      CHECK_THROWS_NAMING(Error, open_raster(path), wanted);
      CHECK_THROWS_NAMING(Error, open_raster("HDF5:\"" + path + "\"://own"), wanted);
      CHECK_THROWS_NAMING(Error, open_raster(vrt, VrtSources::anywhere), "leads to another file");
      CHECK_THROWS_NAMING(Error, open_raster(bag), "a.bag: /elsewhere leads to another file");
    }
}

TEST_CASE("Files of their own values pass, and those that are no HDF5") {
  const test::TemporaryDirectory directory;
  const auto passes = [](const std::string& path) { return test::thrown([&] { require_own_values(path); }).empty(); };
  write_hdf5(directory / "a.h5", add_nothing);
  write_hdf5(directory / "b.h5", add_nothing, 512);
  test::write_file(directory / "c.h5", "no HDF5");
  test::write_file(directory / "d.h5", "");
  for (const char* name : {"a.h5", "b.h5", "c.h5", "d.h5", "none.h5"}) CHECK(passes(directory / name));
  int id = 0;
  REQUIRE(nc_create((directory / "e.nc").c_str(), NC_NETCDF4, &id) == NC_NOERR);
  REQUIRE(nc_close(id) == NC_NOERR);
  CHECK(passes(directory / "e.nc"));
}
