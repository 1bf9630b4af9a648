#include "data/dataset_file.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "data/hdf5_handle.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

const std::string format_name = "unetsr dataset";
constexpr int format_version = 1;

// A file open for reading or writing, which says in errors what it was at.
class File {
 public:
  File(const std::filesystem::path& path, hid_t id) : path_(path), handle_(id, H5Fclose) {}
  hid_t id() const { return handle_; }
  bool close() { return handle_.close(); }

  [[noreturn]] void fail(const std::string& place, const std::string& what) const {
    throw Error(path_.string() + ": " + place + ": " + what);
  }
  Hdf5Handle open(hid_t id, Hdf5Handle::Close close_function, const std::string& place, const std::string& what) const {
    Hdf5Handle handle(id, close_function);
    if (!handle.valid()) fail(place, what);
    return handle;
  }
  void require(bool ok, const std::string& place, const std::string& what) const {
    if (!ok) fail(place, what);
  }

 private:
  std::filesystem::path path_;
  Hdf5Handle handle_;
};

const std::string write_failed = "cannot be written", read_failed = "cannot be read (is the file damaged?)";

Hdf5Handle string_type(const File& file, size_t length, const std::string& place) {
  Hdf5Handle type = file.open(H5Tcopy(H5T_C_S1), H5Tclose, place, "no string type");
  H5Tset_size(type, std::max<size_t>(length, 1));
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

void write_attribute(const File& file, hid_t object, const std::string& place, const std::string& name,
                     const std::string& text) {
  const Hdf5Handle type = string_type(file, text.size(), place);
  const Hdf5Handle space = file.open(H5Screate(H5S_SCALAR), H5Sclose, place, write_failed);
  const Hdf5Handle attribute =
      file.open(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, place, write_failed);
  const std::string padded = text.empty() ? std::string(1, '\0') : text;
  file.require(H5Awrite(attribute, type, padded.data()) >= 0, place, write_failed);
}

std::string read_attribute(const File& file, hid_t object, const std::string& place, const std::string& name) {
  const Hdf5Handle attribute =
      file.open(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, place, "no attribute '" + name + "'");
  const Hdf5Handle type = file.open(H5Aget_type(attribute), H5Tclose, place, read_failed);
  file.require(H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0, place,
               "attribute '" + name + "' is not a text");
  std::string text(H5Tget_size(type), '\0');
  file.require(H5Aread(attribute, type, text.data()) >= 0, place, read_failed);
  text.resize(std::min(text.size(), text.find('\0')));
  return text;
}

using Extent = std::vector<hsize_t>;

// Without the time of writing, so that equal datasets make equal files.
Hdf5Handle creation_properties(const File& file, const std::string& place) {
  Hdf5Handle properties = file.open(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, place, write_failed);
  H5Pset_obj_track_times(properties, false);
  return properties;
}

Hdf5Handle write_array(const File& file, hid_t parent, const std::string& name, hid_t file_type, hid_t memory_type,
                       const Extent& extent, const void* values, hid_t properties) {
  const std::string place = "/" + name;
  const Hdf5Handle space =
      file.open(H5Screate_simple(int(extent.size()), extent.data(), nullptr), H5Sclose, place, write_failed);
  Hdf5Handle array = file.open(H5Dcreate2(parent, name.c_str(), file_type, space, H5P_DEFAULT, properties, H5P_DEFAULT),
                               H5Dclose, place, write_failed);
  file.require(H5Dwrite(array, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0, place, write_failed);
  return array;
}

Hdf5Handle open_array(const File& file, hid_t parent, const std::string& name, const std::string& place) {
  return file.open(H5Dopen2(parent, name.c_str(), H5P_DEFAULT), H5Dclose, place, "not there, or damaged");
}

Extent extent_of(const File& file, hid_t array, const std::string& place) {
  const Hdf5Handle space = file.open(H5Dget_space(array), H5Sclose, place, read_failed);
  const int dimensions = H5Sget_simple_extent_ndims(space);
  file.require(dimensions >= 0, place, read_failed);
  Extent extent(size_t(dimensions), 0);
  H5Sget_simple_extent_dims(space, extent.data(), nullptr);
  return extent;
}

void write_coordinates(const File& file, const std::string& name, double origin, double step, int count) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(origin + i * step);
  const Hdf5Handle properties = creation_properties(file, "/" + name);
  const Hdf5Handle array =
      write_array(file, file.id(), name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, {values.size()}, values.data(), properties);
  const std::array<double, 2> axis = {origin, step};
  const hsize_t two = 2;
  const Hdf5Handle space = file.open(H5Screate_simple(1, &two, nullptr), H5Sclose, "/" + name, write_failed);
  const Hdf5Handle attribute =
      file.open(H5Acreate2(array, "origin_and_step", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                "/" + name, write_failed);
  file.require(H5Awrite(attribute, H5T_NATIVE_DOUBLE, axis.data()) >= 0, "/" + name, write_failed);
}

void read_coordinates(const File& file, const std::string& name, double& origin, double& step, int& count) {
  const std::string place = "/" + name;
  const Hdf5Handle array = open_array(file, file.id(), name, place);
  const Extent extent = extent_of(file, array, place);
  file.require(extent.size() == 1 && extent[0] > 0 && extent[0] <= 1000000, place, "not a coordinate");
  count = int(extent[0]);
  const Hdf5Handle attribute =
      file.open(H5Aopen(array, "origin_and_step", H5P_DEFAULT), H5Aclose, place, "no attribute 'origin_and_step'");
  const Hdf5Handle space = file.open(H5Aget_space(attribute), H5Sclose, place, read_failed);
  std::array<double, 2> axis;
  file.require(H5Sget_simple_extent_npoints(space) == 2 && H5Aread(attribute, H5T_NATIVE_DOUBLE, axis.data()) >= 0,
               place, read_failed);
  origin = axis[0];
  step = axis[1];
}

void write_windows(const File& file, const std::vector<std::string>& windows) {
  size_t length = 1;
  for (const std::string& window : windows) length = std::max(length, window.size());
  std::string text;
  for (const std::string& window : windows) text += window + std::string(length - window.size(), '\0');
  const Hdf5Handle type = string_type(file, length, "/window"), properties = creation_properties(file, "/window");
  write_array(file, file.id(), "window", type, type, {windows.size()}, text.data(), properties);
}

std::vector<std::string> read_windows(const File& file) {
  const std::string place = "/window";
  const Hdf5Handle array = open_array(file, file.id(), "window", place);
  const Hdf5Handle type = file.open(H5Dget_type(array), H5Tclose, place, read_failed);
  const Extent extent = extent_of(file, array, place);
  file.require(
      H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 && extent.size() == 1 && extent[0] <= 100000,
      place, "not a list of labels");
  const size_t length = H5Tget_size(type);
  std::string text(length * extent[0], '\0');
  file.require(H5Dread(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data()) >= 0, place, read_failed);
  std::vector<std::string> windows;
  for (size_t i = 0; i < extent[0]; ++i) {
    const std::string label = text.substr(i * length, length);
    windows.push_back(label.substr(0, label.find('\0')));
  }
  return windows;
}

void write_layer(const File& file, hid_t group, Shape shape, const Layer& layer) {
  const std::string place = "/layers/" + layer.name;
  const Extent extent = {hsize_t(shape.n), hsize_t(shape.h), hsize_t(shape.w)};
  const Extent chunk = {1, extent[1], extent[2]};
  const float fill = std::numeric_limits<float>::quiet_NaN();
  const Hdf5Handle properties = creation_properties(file, place);
  file.require(H5Pset_chunk(properties, 3, chunk.data()) >= 0 && H5Pset_shuffle(properties) >= 0 &&
                   H5Pset_deflate(properties, 4) >= 0 && H5Pset_fill_value(properties, H5T_NATIVE_FLOAT, &fill) >= 0,
               place, write_failed);
  const Hdf5Handle array =
      write_array(file, group, layer.name, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, extent, layer.values.data(), properties);
  write_attribute(file, array, place, "units", layer.units);
  write_attribute(file, array, place, "long_name", layer.long_name);
  const Hdf5Handle space = file.open(H5Screate(H5S_SCALAR), H5Sclose, place, write_failed);
  const Hdf5Handle attribute = file.open(
      H5Acreate2(array, "_FillValue", H5T_IEEE_F32LE, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, place, write_failed);
  file.require(H5Awrite(attribute, H5T_NATIVE_FLOAT, &fill) >= 0, place, write_failed);
}

Layer read_layer(const File& file, hid_t group, Shape shape, const std::string& name) {
  const std::string place = "/layers/" + name;
  const Hdf5Handle array = open_array(file, group, name, place);
  const Hdf5Handle type = file.open(H5Dget_type(array), H5Tclose, place, read_failed);
  file.require(H5Tget_class(type) == H5T_FLOAT, place, "not an array of numbers");
  file.require(extent_of(file, array, place) == Extent{hsize_t(shape.n), hsize_t(shape.h), hsize_t(shape.w)}, place,
               "not " + std::to_string(shape.n) + " x " + std::to_string(shape.h) + " x " + std::to_string(shape.w) +
                   " as /window, /y and /x say");
  Layer layer{name, read_attribute(file, array, place, "units"), read_attribute(file, array, place, "long_name"), {}};
  layer.values.resize(size_t(shape.size()));
  file.require(H5Dread(array, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, layer.values.data()) >= 0, place,
               read_failed);
  return layer;
}

std::string to_text(const Provenance& provenance) {
  nlohmann::ordered_json json;
  json["command"] = provenance.command;
  json["version"] = provenance.version;
  json["created"] = provenance.created;
  json["inputs"] = nlohmann::ordered_json::array();
  for (const auto& input : provenance.inputs)
    json["inputs"].push_back({{"path", input.path}, {"bytes", input.bytes}, {"sha256", input.sha256}});
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Provenance provenance_of(const File& file, const std::string& text) try {
  const auto json = nlohmann::json::parse(text);
  Provenance provenance;
  provenance.command = json.at("command");
  provenance.version = json.at("version");
  provenance.created = json.at("created");
  for (const auto& input : json.at("inputs"))
    provenance.inputs.push_back({input.at("path"), input.at("sha256"), input.at("bytes")});
  return provenance;
} catch (const nlohmann::json::exception&) {
  file.fail("/", "attribute 'provenance' is not the JSON it should be");
}

}  // namespace

void write_dataset(const std::filesystem::path& path, const Dataset& dataset) {
  const QuietHdf5 quiet;
  if (dataset.windows.empty()) throw UsageError(path.string() + ": a dataset without windows cannot be written");
  // The newest format keeps attributes of any length.
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_LATEST);
  File file(path, H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access));
  if (file.id() < 0) throw Error(path.string() + ": cannot be created");
  write_attribute(file, file.id(), "/", "format", format_name + " " + std::to_string(format_version));
  write_attribute(file, file.id(), "/", "crs", dataset.grid.crs);
  write_attribute(file, file.id(), "/", "provenance", to_text(dataset.provenance));
  write_windows(file, dataset.windows);
  write_coordinates(file, "x", dataset.grid.x_origin, dataset.grid.x_step, dataset.grid.columns);
  write_coordinates(file, "y", dataset.grid.y_origin, dataset.grid.y_step, dataset.grid.rows);

  const Hdf5Handle ordered = file.open(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, "/layers", write_failed);
  H5Pset_link_creation_order(ordered, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_obj_track_times(ordered, false);
  {
    const Hdf5Handle group = file.open(H5Gcreate2(file.id(), "layers", H5P_DEFAULT, ordered, H5P_DEFAULT), H5Gclose,
                                       "/layers", write_failed);
    for (const Layer& layer : dataset.layers) write_layer(file, group, dataset.shape(), layer);
  }
  if (!file.close()) throw Error(path.string() + ": " + write_failed + " (is the disk full?)");
}

Dataset read_dataset(const std::filesystem::path& path) {
  const QuietHdf5 quiet;
  if (!std::filesystem::exists(path)) throw Error(path.string() + ": no such file");
  const File file(path, H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  if (file.id() < 0) throw Error(path.string() + ": not an HDF5 file, or cut off; prepare the dataset anew");
  file.require(H5Aexists(file.id(), "format") > 0, "/", "no attribute 'format': not a " + format_name);
  const std::string format = read_attribute(file, file.id(), "/", "format");
  file.require(format == format_name + " " + std::to_string(format_version), "/",
               "format is '" + format.substr(0, 60) + "', but this program reads '" + format_name + " " +
                   std::to_string(format_version) + "'");
  Dataset dataset;
  dataset.grid.crs = read_attribute(file, file.id(), "/", "crs");
  dataset.provenance = provenance_of(file, read_attribute(file, file.id(), "/", "provenance"));
  dataset.windows = read_windows(file);
  read_coordinates(file, "x", dataset.grid.x_origin, dataset.grid.x_step, dataset.grid.columns);
  read_coordinates(file, "y", dataset.grid.y_origin, dataset.grid.y_step, dataset.grid.rows);

  const Hdf5Handle group =
      file.open(H5Gopen2(file.id(), "layers", H5P_DEFAULT), H5Gclose, "/layers", "not there, or damaged");
  H5G_info_t info;
  file.require(H5Gget_info(group, &info) >= 0, "/layers", read_failed);
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    std::array<char, 256> name = {};
    file.require(
        H5Lget_name_by_idx(group, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, name.data(), name.size(), H5P_DEFAULT) >= 0,
        "/layers", read_failed);
    dataset.add(read_layer(file, group, dataset.shape(), name.data()));
  }
  return dataset;
}

}  // namespace unetsr::data
