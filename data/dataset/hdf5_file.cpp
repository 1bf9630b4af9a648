#include "data/dataset/hdf5_file.hpp"

#include <algorithm>
#include <array>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "kernels/hdf5_errno.hpp"
#include "kernels/hdf5_links.hpp"
#include "kernels/system_error.hpp"

namespace unetsr::data {
namespace {

const std::string write_failed = "cannot be written", read_failed = "cannot be read (is the file damaged?)";

constexpr size_t longest_text = 64 << 20;  // more is no text of this program's

std::string last_part(const std::string& place) {
  return place.substr(place.rfind('/') + 1);
}

}  // namespace

Hdf5File::Hdf5File(std::filesystem::path path, hid_t id, const std::string& failure,
                   std::unique_ptr<Hdf5Failure> writes)
    : path_(std::move(path)), writes_(std::move(writes)), handle_(id, H5Fclose) {
  if (id >= 0) return;
  if (const int error = writes_ ? 0 : hdf5_errno())
    throw Error(path_.string() + ": cannot be read: " + system_message(error));
  throw Error(path_.string() + ": " + failure);
}

Hdf5File Hdf5File::create(const std::filesystem::path& path) {
  silence_hdf5();
  // The newest format keeps attributes of any length.
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_LATEST);
  const Hdf5Handle without_times(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_obj_track_times(without_times, false);
  H5Pset_link_creation_order(without_times, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);  // NetCDF-4 demands it
  auto writes = std::make_unique<Hdf5Failure>();
  const bool remembers = remember_failures(access, *writes);
  const hid_t id = remembers ? H5Fcreate(path.c_str(), H5F_ACC_TRUNC, without_times, access) : hid_t(-1);
  const std::string failure = write_failed + (writes->error ? ": " + system_message(writes->error) : "");
  return {path, id, failure, std::move(writes)};
}

Hdf5File Hdf5File::open(const std::filesystem::path& path, const std::string& hint) {
  silence_hdf5();
  if (!std::filesystem::exists(path)) throw Error(path.string() + ": no such file");
  Hdf5File file(path, H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), "not an HDF5 file, or cut off; " + hint);
  if (const std::string place = link_to_another_file(file.id()); !place.empty())
    file.fail(place, "leads to another file, which is not read");
  return file;
}

void Hdf5File::close() {
  const bool closed = handle_.close();
  if (writes_ && writes_->error)
    throw Error(path_.string() + ": " + write_failed + ": " + system_message(writes_->error));
  if (!closed) throw Error(path_.string() + ": " + write_failed);
}

void Hdf5File::fail(const std::string& place, const std::string& what) const {
  if (const int error = writes_ ? writes_->error : hdf5_errno())
    throw Error(path_.string() + ": " + excerpt(place) + ": cannot be " + (writes_ ? "written: " : "read: ") +
                system_message(error));
  throw Error(path_.string() + ": " + excerpt(place) + ": " + what);
}

void Hdf5File::require(bool ok, const std::string& place, const std::string& what) const {
  if (!ok) fail(place, what);
}

Hdf5Handle Hdf5File::owned(hid_t id, Hdf5Handle::Close close, const std::string& place, const std::string& what) const {
  Hdf5Handle handle(id, close);
  if (!handle.valid()) fail(place, what);
  return handle;
}

Hdf5Handle Hdf5File::create_group(const std::string& name) const {
  const Hdf5Handle ordered = owned(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, "/" + name, write_failed);
  H5Pset_link_creation_order(ordered, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_obj_track_times(ordered, false);
  return owned(H5Gcreate2(id(), name.c_str(), H5P_DEFAULT, ordered, H5P_DEFAULT), H5Gclose, "/" + name, write_failed);
}

Hdf5Handle Hdf5File::open_group(const std::string& name) const {
  return owned(H5Gopen2(id(), name.c_str(), H5P_DEFAULT), H5Gclose, "/" + name, "not there, or damaged");
}

std::vector<std::string> Hdf5File::names_in(hid_t group, const std::string& place) const {
  H5G_info_t info;
  require(H5Gget_info(group, &info) >= 0, place, read_failed);
  std::vector<std::string> names;
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    std::array<char, 256> name = {};
    require(
        H5Lget_name_by_idx(group, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, name.data(), name.size(), H5P_DEFAULT) >= 0,
        place, read_failed);
    names.emplace_back(name.data());
  }
  return names;
}

namespace {

Hdf5Handle string_type(const Hdf5File& file, size_t length, const std::string& place) {
  Hdf5Handle type = file.owned(H5Tcopy(H5T_C_S1), H5Tclose, place, "no string type");
  H5Tset_size(type, std::max<size_t>(length, 1));
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

}  // namespace

void Hdf5File::write_text(hid_t object, const std::string& place, const std::string& name,
                          const std::string& text) const {
  const Hdf5Handle type = string_type(*this, text.size(), place);
  const Hdf5Handle space = owned(H5Screate(H5S_SCALAR), H5Sclose, place, write_failed);
  const Hdf5Handle attribute =
      owned(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, place, write_failed);
  const std::string padded = text.empty() ? std::string(1, '\0') : text;
  require(H5Awrite(attribute, type, padded.data()) >= 0, place, write_failed);
}

std::string Hdf5File::read_text(hid_t object, const std::string& place, const std::string& name) const {
  const Hdf5Handle attribute =
      owned(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, place, "no attribute '" + name + "'");
  const Hdf5Handle type = owned(H5Aget_type(attribute), H5Tclose, place, read_failed);
  require(H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0, place,
          "attribute '" + name + "' is not a text");
  const Hdf5Handle space = owned(H5Aget_space(attribute), H5Sclose, place, read_failed);
  require(H5Sget_simple_extent_npoints(space) == 1 && H5Tget_size(type) <= longest_text, place,
          "attribute '" + name + "' is not one text");
  std::string text(H5Tget_size(type), '\0');
  require(H5Aread(attribute, type, text.data()) >= 0, place, read_failed);
  text.resize(std::min(text.size(), text.find('\0')));
  return text;
}

void Hdf5File::write_numbers(hid_t object, const std::string& place, const std::string& name,
                             const std::vector<double>& values) const {
  write_values(object, place, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, values.size(), values.data());
}

void Hdf5File::write_values(hid_t object, const std::string& place, const std::string& name, hid_t file_type,
                            hid_t memory_type, hsize_t count, const void* values) const {
  const Hdf5Handle space = owned(H5Screate_simple(1, &count, nullptr), H5Sclose, place, write_failed);
  const Hdf5Handle attribute = owned(H5Acreate2(object, name.c_str(), file_type, space, H5P_DEFAULT, H5P_DEFAULT),
                                     H5Aclose, place, write_failed);
  require(H5Awrite(attribute, memory_type, values) >= 0, place, write_failed);
}

std::vector<double> Hdf5File::read_numbers(hid_t object, const std::string& place, const std::string& name) const {
  const Hdf5Handle attribute =
      owned(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, place, "no attribute '" + name + "'");
  const Hdf5Handle space = owned(H5Aget_space(attribute), H5Sclose, place, read_failed);
  const hssize_t count = H5Sget_simple_extent_npoints(space);
  require(count >= 0 && count <= 65536, place, read_failed);
  std::vector<double> values(size_t(count), 0.0);
  require(H5Aread(attribute, H5T_NATIVE_DOUBLE, values.data()) >= 0, place, read_failed);
  return values;
}

Hdf5Handle Hdf5File::create_array(hid_t parent, const std::string& place, hid_t file_type, const Extent& extent,
                                  const Extent& chunk, const void* fill) const {
  const Hdf5Handle properties = owned(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, place, write_failed);
  H5Pset_obj_track_times(properties, false);
  if (fill) require(H5Pset_fill_value(properties, file_type, fill) >= 0, place, write_failed);
  if (!chunk.empty())
    require(H5Pset_chunk(properties, int(chunk.size()), chunk.data()) >= 0 && H5Pset_shuffle(properties) >= 0 &&
                H5Pset_deflate(properties, 4) >= 0,
            place, write_failed);
  const Hdf5Handle space = extent.empty() ? owned(H5Screate(H5S_SCALAR), H5Sclose, place, write_failed)
                                          : owned(H5Screate_simple(int(extent.size()), extent.data(), nullptr),
                                                  H5Sclose, place, write_failed);
  return owned(H5Dcreate2(parent, last_part(place).c_str(), file_type, space, H5P_DEFAULT, properties, H5P_DEFAULT),
               H5Dclose, place, write_failed);
}

void Hdf5File::write_block(hid_t array, const std::string& place, const Extent& start, const Extent& count,
                           hid_t memory_type, const void* values) const {
  const Hdf5Handle space = owned(H5Dget_space(array), H5Sclose, place, write_failed);
  const Hdf5Handle memory =
      owned(H5Screate_simple(int(count.size()), count.data(), nullptr), H5Sclose, place, write_failed);
  require(H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) >= 0 &&
              H5Dwrite(array, memory_type, memory, space, H5P_DEFAULT, values) >= 0,
          place, write_failed);
}

Hdf5Handle Hdf5File::write_array(hid_t parent, const std::string& place, hid_t file_type, hid_t memory_type,
                                 const Extent& extent, const Extent& chunk, const void* values) const {
  Hdf5Handle array = create_array(parent, place, file_type, extent, chunk);
  require(H5Dwrite(array, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0, place, write_failed);
  return array;
}

Hdf5Handle Hdf5File::open_array(const std::string& place) const {
  return owned(H5Dopen2(id(), place.c_str(), H5P_DEFAULT), H5Dclose, place, "not there, or damaged");
}

Extent Hdf5File::extent_of(hid_t array, const std::string& place) const {
  const Hdf5Handle space = owned(H5Dget_space(array), H5Sclose, place, read_failed);
  const int dimensions = H5Sget_simple_extent_ndims(space);
  require(dimensions >= 0, place, read_failed);
  Extent extent(size_t(dimensions), 0);
  H5Sget_simple_extent_dims(space, extent.data(), nullptr);
  return extent;
}

void Hdf5File::require_stored(hid_t array, const std::string& place) const {
  constexpr double best_deflate = 1032;  // bytes that deflate makes of one, at most
  const Hdf5Handle space = owned(H5Dget_space(array), H5Sclose, place, read_failed);
  const Hdf5Handle type = owned(H5Dget_type(array), H5Tclose, place, read_failed);
  const double bytes = double(H5Sget_simple_extent_npoints(space)) * double(H5Tget_size(type));
  require(bytes >= 0 && bytes <= best_deflate * double(H5Dget_storage_size(array)), place,
          "holds less than its stated size; the file is damaged");
}

void Hdf5File::read_block(hid_t array, const std::string& place, const Extent& start, const Extent& count,
                          hid_t memory_type, void* values) const {
  const Hdf5Handle space = owned(H5Dget_space(array), H5Sclose, place, read_failed);
  const Hdf5Handle memory =
      owned(H5Screate_simple(int(count.size()), count.data(), nullptr), H5Sclose, place, read_failed);
  require(H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) >= 0 &&
              H5Dread(array, memory_type, memory, space, H5P_DEFAULT, values) >= 0,
          place, read_failed);
}

void Hdf5File::require_numbers(hid_t array, const std::string& place) const {
  const Hdf5Handle type = owned(H5Dget_type(array), H5Tclose, place, read_failed);
  require(H5Tget_class(type) == H5T_FLOAT, place, "not an array of numbers");
}

Hdf5Handle Hdf5File::write_texts(hid_t parent, const std::string& place, const std::vector<std::string>& texts) const {
  size_t length = 1;
  for (const std::string& text : texts) length = std::max(length, text.size());
  std::string padded;
  for (const std::string& text : texts) padded += text + std::string(length - text.size(), '\0');
  const Hdf5Handle type = string_type(*this, length, place);
  return write_array(parent, place, type, type, {texts.size()}, {}, padded.data());
}

std::vector<std::string> Hdf5File::read_texts(const std::string& place) const {
  const Hdf5Handle array = open_array(place);
  const Hdf5Handle type = owned(H5Dget_type(array), H5Tclose, place, read_failed);
  const Extent extent = extent_of(array, place);
  require(
      H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 && extent.size() == 1 && extent[0] <= 100000,
      place, "not a list of labels");
  const size_t length = H5Tget_size(type);
  require(length * extent[0] <= longest_text, place, "not a list of labels");
  std::string padded(length * extent[0], '\0');
  require(H5Dread(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, padded.data()) >= 0, place, read_failed);
  std::vector<std::string> texts;
  for (size_t i = 0; i < extent[0]; ++i) {
    const std::string text = padded.substr(i * length, length);
    texts.push_back(text.substr(0, text.find('\0')));
  }
  return texts;
}

}  // namespace unetsr::data
