#include "data/dataset/dataset_file.hpp"

#include <doctest/doctest.h>
#include <hdf5.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <thread>

#include "data/dataset/dataset_writer.hpp"
#include "data/dataset/identity.hpp"
#include "data/dataset/sha256.hpp"
#include "data/formats/netcdf_raster.hpp"
#include "data/formats/raster_reader.hpp"
#include "data/geography/projection.hpp"
#include "files.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

Dataset small_dataset() {
  Dataset dataset;
  dataset.grid = {2, 3, -100.9615698253, 0.0458603, 43.7262080129, 0.0628818, "EPSG:4326"};
  dataset.windows = {"25_MAY_09_JUNE", "w2"};
  dataset.add({"sif", "mW m-2 sr-1 nm-1", "coarse", {1, 2, 3, 4, 5, nan, 7, -8, 9.1f, 10, nan, 12}});
  dataset.add({"an_earlier_name", "", "", std::vector<float>(12, nan)});
  dataset.provenance = {{{"a b/c.csv", std::string(64, 'f'), 123456789012}},
                        "unetsr prepare",
                        "0.1.0",
                        "2020-01-02T03:04:05Z",
                        false,
                        "savanna",
                        "max_vza 60",
                        "Caltech"};
  return dataset;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

// An HDF5 file of another program: a superblock and an empty root group.
std::string empty_hdf5() {
  const std::string superblock("\x89HDF\r\n\x1a\n\x02\x08\x08", 11), checksum("\x87\x67\x2a\x28", 4);
  const std::string root("OHDR\x02\x00\x78\x02\x12\x00\x00\x00\x00", 13),
      group_info("\x0a\x02\x00\x01\x00\x00\x00\x58", 8), root_checksum("\xc5\xb9\xc8\xac", 4);
  const auto address = [](char low) { return low + std::string(7, '\0'); };
  const std::string undefined(8, '\xff');
  return superblock + '\0' + address(0) + undefined + address('\xb3') + address(48) + checksum + root + undefined +
         undefined + group_info + std::string(90, '\0') + root_checksum;
}

}  // namespace

TEST_CASE("Where soundings come from is kept, as far as it is known; old files have none of it") {
  const test::TemporaryDirectory directory;
  Dataset d = small_dataset();
  d.coarse_factor = 1;
  Soundings& s = d.soundings;
  s.sif = s.error = s.sza = s.vza = s.cloud_fraction = {1, 2}, s.longitude = s.latitude = s.time = {1, 2};
  s.longitudes = s.latitudes = {{}, {}};
  write_dataset(directory / "old.h5", d);
  CHECK(read_dataset(directory / "old.h5").soundings.file.empty());
  CHECK(read_dataset(directory / "old.h5").soundings.orbit.empty());
  s.file = {3, 4}, s.orbit = {8577, -1}, s.pixel = {449, -1};
  write_dataset(directory / "new.h5", d);
  const Soundings read = read_dataset(directory / "new.h5").soundings;
  CHECK(read.file == s.file);
  CHECK(read.orbit == s.orbit);
  CHECK(read.scanline.empty());
  CHECK(read.pixel == s.pixel);
  CHECK(read.sif == s.sif);
}

TEST_CASE("A dataset comes back from its file as it was") {
  const test::TemporaryDirectory directory;
  const Dataset written = small_dataset();
  write_dataset(directory / "d.h5", written);
  const Dataset read = read_dataset(directory / "d.h5");
  CHECK(read.grid == written.grid);
  CHECK(read.windows == written.windows);
  CHECK(read.provenance == written.provenance);
  REQUIRE(read.layer_names() == written.layer_names());
  for (size_t i = 0; i < read.layers.size(); ++i) {
    CHECK(read.layers[i].units == written.layers[i].units);
    CHECK(read.layers[i].long_name == written.layers[i].long_name);
    CHECK(same_bits(read.layers[i].values, written.layers[i].values));
  }
}

TEST_CASE("The cells that were asked for come back, belong to the identity, and have coarse ones") {
  const test::TemporaryDirectory directory;
  Dataset dataset = small_dataset();
  const std::string before = identity_of(dataset);
  write_dataset(directory / "all.h5", dataset);
  CHECK(read_dataset(directory / "all.h5").region.empty());
  dataset.region = {0, 1, 0, 0, 0, 0};
  CHECK(identity_of(dataset) != before);
  write_dataset(directory / "some.h5", dataset);
  CHECK(read_dataset(directory / "some.h5").region == dataset.region);
  dataset.coarse_factor = 2;
  CHECK(dataset.coarse_region() == Mask{1, 0});
  dataset.region.clear();
  CHECK(dataset.coarse_region().empty());
}

namespace {

// Two windows of 300 x 280 cells, so that blocks end inside the grid and with it.
Dataset dataset_of_blocks() {
  Dataset d;
  d.grid = {300,
            280,
            -9010000,
            926.625433,
            5200000,
            -926.625433,
            "+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +R=6371007.181 +units=m +no_defs"};
  d.windows = {"2019-05-25", "2019-06-10"};
  d.coarse_factor = 4;
  const auto values = [](int64_t count, int seed) {
    std::vector<float> result;
    for (int64_t i = 0; i < count; ++i) result.push_back(i % 11 == 0 ? nan : float((i * 31 + seed) % 1009));
    return result;
  };
  d.add({"sif_fine", "mW m-2 sr-1 nm-1", "SIF", values(2 * 300 * 280, 1)});
  d.add({"ndvi", "1", "NDVI", values(2 * 300 * 280, 2)});
  d.add({"reliability", "1", "rank", std::vector<float>(2 * 300 * 280, 1)});
  d.coarse_layers.push_back({"sif", "mW m-2 sr-1 nm-1", "SIF", values(2 * 75 * 70, 3)});
  Soundings& s = d.soundings;
  for (int i = 0; i < 20000; ++i) {
    s.sif.push_back(float(i)), s.error.push_back(1), s.longitude.push_back(-100), s.latitude.push_back(45);
    s.longitudes.push_back({1, 2, 3, 4}), s.latitudes.push_back({5, 6, 7, 8}), s.time.push_back(1.5e9 + i);
    s.sza.push_back(30), s.vza.push_back(20), s.cloud_fraction.push_back(0.1f), s.orbit.push_back(i % 3 ? i : -1);
  }
  return d;
}

bool same_layers(const std::vector<Layer>& a, const std::vector<Layer>& b) {
  bool same = a.size() == b.size();
  for (size_t i = 0; same && i < a.size(); ++i) same = a[i].name == b[i].name && same_bits(a[i].values, b[i].values);
  return same;
}

// The part of one window of a layer on the whole grid.
Layer cut(const Layer& layer, int columns, int64_t cells, int window, const Part& part) {
  Layer own{layer.name, layer.units, layer.long_name, {}};
  for (int r = 0; r < part.rows; ++r)
    for (int c = 0; c < part.columns; ++c)
      own.values.push_back(layer.values[size_t(window * cells + int64_t(part.row + r) * columns + part.column + c)]);
  return own;
}

Soundings slice_of_third(const Soundings& s, size_t third) {
  const size_t begin = s.size() * third / 3, end = s.size() * (third + 1) / 3;
  return s.slice(begin, end - begin);
}

}  // namespace

TEST_CASE("A dataset that is larger than a block, and its parts, come back; the identity is that of all") {
  const test::TemporaryDirectory directory;
  const Dataset written = dataset_of_blocks();
  write_dataset(directory / "d.h5", written);
  const DatasetFile file(directory / "d.h5");
  const Dataset read = file.read_all();
  CHECK(read.windows == written.windows);
  CHECK(read.grid == written.grid);
  CHECK(same_layers(read.layers, written.layers));
  CHECK(same_layers(read.coarse_layers, written.coarse_layers));
  CHECK(read.soundings.time == written.soundings.time);
  CHECK(read.soundings.orbit == written.soundings.orbit);
  CHECK(read.identity == identity_of(written));
  const Part part = {252, 248, 20, 24};  // over the corner of four blocks
  const Dataset block = file.read_block({1, 1}, part);
  CHECK(same_bits(block.layers[1].values, cut(written.layers[1], 280, 300 * 280, 1, part).values));
  CHECK(same_bits(block.coarse_layers[0].values, cut(written.coarse_layers[0], 70, 75 * 70, 1, {63, 62, 5, 6}).values));
  CHECK(file.read_soundings({0, 1}, part).size() == written.soundings.size());  // runs of any window and place
}

TEST_CASE("Written block by block, a dataset has the same contents, and soundings are found by window and place") {
  const test::TemporaryDirectory directory;
  const Dataset d = dataset_of_blocks();
  DatasetWriter writer(directory / "d.h5", d, SoundingTable::of(d.soundings));
  const FileBlocks& blocks = writer.blocks();
  REQUIRE(blocks.count() == 4);
  for (int w = 1; w >= 0; --w)
    for (int64_t b = blocks.count(); b-- > 0;) {
      const Part part = blocks.part(b);
      const Part coarse = {part.row / 4, part.column / 4, part.rows / 4, part.columns / 4};
      std::vector<Layer> layers;
      for (const Layer& layer : d.layers) layers.push_back(cut(layer, 280, 300 * 280, w, part));
      writer.write_block(w, part, layers, {cut(d.coarse_layers[0], 70, 75 * 70, w, coarse)});
    }
  writer.append(0, {0, 0, 10, 10}, slice_of_third(d.soundings, 0));
  writer.append(0, {8, 100, 10, 10}, slice_of_third(d.soundings, 1));
  writer.append(1, {0, 0, 10, 10}, slice_of_third(d.soundings, 2));
  writer.finish(d.provenance);
  const DatasetFile file(directory / "d.h5");
  const Dataset read = file.read_all();
  CHECK(same_layers(read.layers, d.layers));
  CHECK(read.identity == identity_of(d));
  CHECK(file.runs().size() == 3);
  const auto times = [&](WindowRange windows, const Part& part) { return file.read_soundings(windows, part).time; };
  CHECK(times({0, 1}, {0, 0, 9, 9}) == slice_of_third(d.soundings, 0).time);
  CHECK(times({0, 1}, {9, 105, 1, 1}) == slice_of_third(d.soundings, 1).time);
  CHECK(times({0, 1}, {0, 0, 9, 101}).size() ==
        slice_of_third(d.soundings, 0).size() + slice_of_third(d.soundings, 1).size());
  CHECK(times({1, 1}, {0, 0, 300, 280}) == slice_of_third(d.soundings, 2).time);
  CHECK(times({0, 2}, {10, 10, 200, 80}).empty());
  CHECK(times({0, 2}, {0, 0, 300, 280}) == d.soundings.time);
}

TEST_CASE("A file that lacks blocks or soundings, or has too many, is not finished") {
  const test::TemporaryDirectory directory;
  const Dataset d = dataset_of_blocks();
  DatasetWriter writer(directory / "d.h5", d, SoundingTable::of(d.soundings));
  CHECK_THROWS_NAMING(Error, writer.finish(d.provenance), "sif_fine", "0 of 8 blocks");
  const std::vector<Layer> part = {{"ndvi", "", "", std::vector<float>(100 * 256)}};
  CHECK_THROWS_NAMING(ShapeError, writer.write_block(0, {0, 0, 100, 256}, part, {}), "blocks of 256");
  CHECK_THROWS_NAMING(ShapeError, writer.write_block(0, {0, 0, 256, 256}, part, {}), "ndvi", "25600 values");
  Soundings more = d.soundings;
  more.append(d.soundings, 0);
  CHECK_THROWS_NAMING(Error, writer.append(0, {0, 0, 1, 1}, more), "20000");
  Dataset taken = d;
  taken.layers[0].name = "time";
  CHECK_THROWS_NAMING(UsageError, write_dataset(directory / "e.h5", taken), "'time'");
}

TEST_CASE("NetCDF and GDAL find names, coordinates and the reference system") {
  const test::TemporaryDirectory directory;
  const Dataset d = dataset_of_blocks();
  write_dataset(directory / "d.h5", d);
  const std::vector<std::string> rasters = netcdf_rasters(directory / "d.h5");
  for (const char* name : {"sif_fine", "ndvi", "coarse/sif"})
    CHECK(std::find(rasters.begin(), rasters.end(), name) != rasters.end());
  const std::vector<int> second = {2};
  const auto source = open_netcdf_raster(directory / "d.h5", "ndvi");
  CHECK(source->units == "1");
  const Raster fine = read_bands(*source, second, {});
  CHECK(fine.grid.rows == 300);
  CHECK(fine.grid.columns == 280);
  CHECK(fine.grid.x_origin == doctest::Approx(d.grid.x_origin));
  CHECK(fine.grid.y_step == doctest::Approx(d.grid.y_step));
  CHECK(same_crs(fine.grid.crs, d.grid.crs));
  CHECK(same_bits(fine.values, cut(d.layers[1], 280, 300 * 280, 1, {0, 0, 300, 280}).values));
}

TEST_CASE("Files of earlier formats are refused in one line") {
  const test::TemporaryDirectory directory;
  const auto path = directory / "d.h5";
  write_dataset(path, small_dataset());
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, 16), H5Tset_cset(type, H5T_CSET_UTF8);
  const hid_t format = H5Aopen(file, "format", H5P_DEFAULT);
  H5Awrite(format, type, "unetsr dataset 3");
  H5Aclose(format);
  H5Fclose(file);
  CHECK_THROWS_NAMING(Error, read_dataset(path), path.string(), "'unetsr dataset 3'", "prepare the dataset anew");
}

TEST_CASE("Equal datasets make equal files") {
  const test::TemporaryDirectory directory;
  write_dataset(directory / "a.h5", small_dataset());
  write_dataset(directory / "b.h5", small_dataset());
  CHECK(test::read_file(directory / "a.h5") == test::read_file(directory / "b.h5"));
}

TEST_CASE("A dataset's identity is of its contents alone, down to a bit") {
  const test::TemporaryDirectory directory;
  const Dataset dataset = small_dataset();
  write_dataset(directory / "d.h5", dataset);
  const std::string identity = read_dataset(directory / "d.h5").identity;
  CHECK(identity.size() == 64);
  CHECK(identity == identity_of(dataset));
  CHECK(identity == DatasetFile(directory / "d.h5").description().identity);

  Dataset again = dataset;
  again.provenance.created = "2030-01-01T00:00:00Z", again.provenance.inputs.clear();
  CHECK(identity_of(again) == identity);

  const auto changed = [&](const std::function<void(Dataset&)>& change) {
    Dataset other = dataset;
    change(other);
    return identity_of(other) != identity;
  };
  CHECK(changed([](Dataset& d) { d.layers[0].values[3] = std::nextafter(d.layers[0].values[3], 100.0f); }));
  CHECK(changed([](Dataset& d) { d.layers[0].name += "x"; }));
  CHECK(changed([](Dataset& d) { d.grid.x_origin += 1e-9; }));
  CHECK(changed([](Dataset& d) { d.grid.crs = "EPSG:3035"; }));
  CHECK(changed([](Dataset& d) { d.windows[0] += "x"; }));
  Dataset granules = dataset;
  granules.coarse_factor = 2;
  const std::string without = identity_of(granules);
  granules.soundings.sif.push_back(1);
  CHECK(identity_of(granules) != without);
}

TEST_CASE("A dataset whose values another program changed is refused") {
  const test::TemporaryDirectory directory;
  const auto path = directory / "d.h5";
  write_dataset(path, small_dataset());
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hid_t array = H5Dopen2(file, "/sif", H5P_DEFAULT);
  std::vector<float> values(small_dataset().layers[0].values.size());
  H5Dread(array, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  values[0] += 0.5f;
  H5Dwrite(array, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Dclose(array);
  H5Fclose(file);
  CHECK_THROWS_NAMING(Error, read_dataset(path), path.string(), "changed by another program");
}

TEST_CASE("A long provenance fits") {
  const test::TemporaryDirectory directory;
  Dataset dataset = small_dataset();
  for (int i = 0; i < 2000; ++i) dataset.provenance.inputs.push_back(dataset.provenance.inputs[0]);
  write_dataset(directory / "d.h5", dataset);
  CHECK(read_dataset(directory / "d.h5").provenance.inputs.size() == 2001);
}

TEST_CASE("Files that are cut off, foreign or damaged are named in one line") {
  const test::TemporaryDirectory directory;
  const auto path = directory / "d.h5";
  write_dataset(path, small_dataset());
  const std::string whole = test::read_file(path);
  for (const size_t size : {size_t(0), size_t(10), size_t(100), whole.size() / 2, whole.size() - 1}) {
    test::write_file(path, whole.substr(0, size));
    CHECK_THROWS_NAMING(Error, read_dataset(path), path.string());
  }
  test::write_file(path, "longitude,latitude\n");
  CHECK_THROWS_NAMING(Error, read_dataset(path), path.string(), "not an HDF5 file");
  CHECK_THROWS_NAMING(Error, read_dataset(directory / "none.h5"), "none.h5", "no such file");
  CHECK_THROWS_NAMING(Error, write_dataset(directory / "none" / "d.h5", small_dataset()), "d.h5", "cannot be written");

  test::write_file(path, empty_hdf5());
  CHECK_THROWS_NAMING(Error, read_dataset(path), path.string(), "'format'");
}

TEST_CASE("A dataset has no values from other files") {
  const test::TemporaryDirectory directory;
  const auto path = directory / "d.h5";
  write_dataset(path, small_dataset());
  write_dataset(directory / "other.h5", small_dataset());
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  REQUIRE(H5Lcreate_external("other.h5", "/sif", file, "/more", H5P_DEFAULT, H5P_DEFAULT) >= 0);
  H5Fclose(file);
  CHECK_THROWS_NAMING(Error, read_dataset(path), path.string(), "/more", "another file");
}

TEST_CASE("Equal datasets have equal bytes") {
  const test::TemporaryDirectory directory;
  write_dataset(directory / "a.h5", small_dataset());
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // the clock of HDF5's times
  write_dataset(directory / "b.h5", small_dataset());
  CHECK(test::read_file(directory / "a.h5") == test::read_file(directory / "b.h5"));
}

TEST_CASE("A damaged array is named") {
  const test::TemporaryDirectory directory;
  const auto path = directory / "d.h5";
  Dataset dataset = small_dataset();
  dataset.layers.clear();
  dataset.grid.rows = dataset.grid.columns = 50;
  Layer layer{"sif", "", "", {}};
  for (int i = 0; i < 5000; ++i) layer.values.push_back(float(std::sin(i * i)));
  dataset.add(layer);
  write_dataset(path, dataset);
  std::string bytes = test::read_file(path);
  const size_t middle = bytes.size() * 3 / 4;
  for (size_t i = middle; i < middle + 200; ++i) bytes[i] = char(~bytes[i]);
  test::write_file(path, bytes);
  CHECK_THROWS_NAMING(Error, read_dataset(path), path.string(), "/sif");
}

TEST_CASE("Layers are checked and found by name") {
  Dataset dataset = small_dataset();
  CHECK_THROWS_NAMING(ShapeError, dataset.add({"x", "", "", {1, 2}}), "'x'", "2 values", "12");
  CHECK_THROWS_NAMING(UsageError, dataset.add({"sif", "", "", std::vector<float>(12)}), "'sif'");
  CHECK_THROWS_NAMING(UsageError, dataset.layer("x"), "'x'", "sif, an_earlier_name");
  const std::vector<std::string> names = {"sif"};
  CHECK(dataset.present(names) == Mask{1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1});
  CHECK(dataset.view("sif")(1, 0, 1, 0) == -8);
}

TEST_CASE("SHA-256 of a file") {
  const test::TemporaryDirectory directory;
  test::write_file(directory / "abc", "abc");
  test::write_file(directory / "empty", "");
  CHECK(sha256(directory / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256(directory / "empty") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(input_file(directory / "abc").bytes == 3);
  CHECK_THROWS_NAMING(Error, sha256(directory / "none"), "none");
}

TEST_CASE("What the SIF is: kept, part of the identity where it is not the common one, and nothing unknown") {
  const test::TemporaryDirectory directory;
  const auto path = directory / "d.h5";
  Dataset d;
  d.grid = {2, 3, 0.5, 1, 1.5, -1, "EPSG:4326"};
  d.windows = {"2019-05-25"};
  d.add({"sif", "1", "", {1, 2, 3, 4, 5, 6}});
  write_dataset(path, d);
  CHECK(read_dataset(path).sif == SifQuantity{});
  const std::string common = identity_of(d);
  d.sif = {SifKind::daily, 757, 735};
  CHECK(identity_of(d) != common);
  write_dataset(path, d);
  CHECK(read_dataset(path).sif == SifQuantity{SifKind::daily, 757, 735});
  const auto put = [&](const char* name, const std::string& text) {
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    H5Adelete(file, name);
    const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, text.size());
    const hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, type, text.data());
    H5Aclose(attribute), H5Sclose(space), H5Tclose(type), H5Fclose(file);
  };
  put("sif_kind", "weekly");
  CHECK_THROWS_NAMING(Error, read_dataset(path), path.string(), "sif_kind", "weekly", "instantaneous", "daily");
}
