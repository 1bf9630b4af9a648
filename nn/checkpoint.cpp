#include "nn/checkpoint.hpp"

#include <hdf5.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "kernels/hdf5_errno.hpp"
#include "kernels/hdf5_links.hpp"
#include "kernels/hdf5_output.hpp"
#include "kernels/owned_id.hpp"
#include "kernels/system_error.hpp"

namespace unetsr::nn {
namespace {

constexpr const char* format = "unetsr checkpoint 2";

using Handle = OwnedId<hid_t, herr_t>;

// HDF5 prints every error to standard error by default.
class Silence {
 public:
  Silence() {
    // Handles are closed by their owners; the library's own clean-up at exit would complain about damaged files.
    [[maybe_unused]] static const herr_t without_exit_handler = H5dont_atexit();
    H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~Silence() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

// Files in the format of HDF5 1.10, whose structures carry checksums, with a checksum for each chunk of data: a flipped
// bit must not become a weight.
Handle file_access(Hdf5Failure& failure) {
  Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110);
  remember_failures(access, failure);
  return access;
}

// Equal contents make equal bytes: no time of writing.
Handle without_times(hid_t kind) {
  Handle properties(H5Pcreate(kind), H5Pclose);
  H5Pset_obj_track_times(properties, false);
  return properties;
}

class Writer {
 public:
  explicit Writer(const std::filesystem::path& path)
      : path_(path),
        file_(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, without_times(H5P_FILE_CREATE), file_access(failure_)), H5Fclose) {
    check(file_.valid());
  }

  // As data sets: attributes are limited to 64 KiB.
  void text(const char* name, const std::string& value) {
    const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    check(H5Tset_size(type, std::max<size_t>(1, value.size())) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0 &&
          H5Tset_strpad(type, H5T_STR_NULLPAD) >= 0);
    const std::string padded = value.empty() ? std::string(1, '\0') : value;
    write(name, type, type, 1, padded.data());
  }
  void number(const char* name, int64_t value) { write(name, H5T_STD_I64LE, H5T_NATIVE_INT64, 1, &value); }
  void array(const char* name, const std::vector<float>& values) {
    write(name, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, values.size(), values.data());
  }

  void finish() {
    const bool closed = file_.close();
    check(closed && failure_.error == 0);
  }

 private:
  void write(const char* name, hid_t file_type, hid_t memory_type, hsize_t count, const void* values) {
    const hsize_t chunk = std::clamp<hsize_t>(count, 1, 1 << 16);
    const Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
    const Handle properties = without_times(H5P_DATASET_CREATE);
    check(H5Pset_chunk(properties, 1, &chunk) >= 0 && H5Pset_fletcher32(properties) >= 0);
    const Handle set(H5Dcreate2(file_, name, file_type, space, H5P_DEFAULT, properties, H5P_DEFAULT), H5Dclose);
    check(set.valid() && H5Dwrite(set, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
  }
  void check(bool good) const {
    if (!good)
      throw Error(path_.string() + ": cannot be written" +
                  (failure_.error ? ": " + system_message(failure_.error) : ""));
  }

  std::filesystem::path path_;
  Hdf5Failure failure_;
  Handle file_;
};

class Reader {
 public:
  explicit Reader(const std::filesystem::path& path)
      : path_(path), file_(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose) {
    std::error_code unreadable;
    file_size_ = std::filesystem::file_size(path, unreadable);
    if (unreadable) throw Error(path.string() + ": no such file");
    if (const int error = file_.valid() ? 0 : hdf5_errno())
      throw Error(path.string() + ": cannot be read: " + system_message(error));
    if (!file_.valid()) throw Error(path.string() + ": not an HDF5 file, or cut short");
    if (const std::string place = link_to_another_file(file_); !place.empty())
      throw Error(path.string() + ": " + excerpt(place) + " leads to another file, which is not read");
  }

  Reader(std::string_view bytes, const std::string& name)
      : path_(name),
        file_(H5Fopen(name.c_str(), H5F_ACC_RDONLY, in_memory(bytes)), H5Fclose),
        file_size_(bytes.size()) {
    if (!file_.valid()) throw Error(name + ": not an HDF5 file, or cut short");
  }

  std::string text(const char* name) const {
    const Handle set = open(name);
    const Handle type(H5Dget_type(set), H5Tclose);
    check(type.valid() && H5Tget_class(type) == H5T_STRING && !H5Tis_variable_str(type) && size(set, name) == 1 &&
              H5Tget_size(type) <= file_size_,
          name);
    std::string value(H5Tget_size(type), '\0');
    check(H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, value.data()) >= 0, name);
    return value == std::string(1, '\0') ? std::string() : value;
  }

  int64_t number(const char* name) const {
    const Handle set = open(name);
    int64_t value = 0;
    check(size(set, name) == 1 && H5Dread(set, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, &value) >= 0, name);
    check(value >= 0, name);
    return value;
  }

  std::vector<float> array(const char* name) const {
    const Handle set = open(name);
    const int64_t count = size(set, name);
    check(count >= 0 && uint64_t(count) <= file_size_ / sizeof(float), name);
    std::vector<float> values(size_t(count), 0.0f);
    check(H5Dread(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0, name);
    for (size_t i = 0; i < values.size(); ++i)
      if (!std::isfinite(values[i]))
        throw Error(path_.string() + ": /" + name + " holds a value that is not finite at " + std::to_string(i));
    return values;
  }

  void check(bool good, const char* place) const {
    if (const int error = good ? 0 : hdf5_errno())
      throw Error(path_.string() + ": /" + place + " cannot be read: " + system_message(error));
    if (!good) throw Error(path_.string() + ": /" + place + " cannot be read; the file is damaged or not a checkpoint");
  }

 private:
  static Handle in_memory(std::string_view bytes) {
    constexpr size_t increment = 1 << 16;
    Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_fapl_core(access, increment, false);
    H5Pset_file_image(access, const_cast<char*>(bytes.data()), bytes.size());  // which copies it
    return access;
  }
  Handle open(const char* name) const {
    Handle set(H5Dopen2(file_, name, H5P_DEFAULT), H5Dclose);
    check(set.valid(), name);
    return set;
  }
  int64_t size(hid_t set, const char* name) const {
    const Handle space(H5Dget_space(set), H5Sclose);
    check(space.valid(), name);
    return int64_t(H5Sget_simple_extent_npoints(space));
  }

  std::filesystem::path path_;
  Handle file_;
  uint64_t file_size_ = 0;
};

// FNV-1a over all that a checkpoint holds: HDF5's own checksums omit parts of a file, and a flipped bit must not
// become a weight.
int64_t checksum(const Checkpoint& c) {
  uint64_t hash = 0xcbf29ce484222325u;
  const auto add = [&](const void* data, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) hash = (hash ^ static_cast<const unsigned char*>(data)[i]) * 0x100000001b3u;
  };
  for (const std::string* text : {&c.model, &c.metadata}) add(text->data(), text->size());
  for (const int64_t number : {c.epoch, c.step}) add(&number, sizeof number);
  for (const std::vector<float>* values : {&c.parameters, &c.m, &c.v})
    add(values->data(), values->size() * sizeof(float));
  return int64_t(hash >> 1);
}

Checkpoint read_all(const Reader& reader, const std::string& file) {
  if (reader.text("format") != format) throw Error(file + ": not a checkpoint of this version");
  Checkpoint c;
  c.software = reader.text("software");
  c.model = reader.text("model");
  c.metadata = reader.text("metadata");
  c.epoch = reader.number("epoch");
  c.step = reader.number("step");
  c.parameters = reader.array("parameters");
  c.m = reader.array("m");
  c.v = reader.array("v");
  for (const auto& [name, values] : {std::pair{"m", &c.m}, std::pair{"v", &c.v}})
    if (values->size() != c.parameters.size())
      throw Error(file + ": /" + name + " has " + std::to_string(values->size()) + " values, /parameters " +
                  std::to_string(c.parameters.size()));
  reader.check(reader.number("checksum") == checksum(c), "checksum");
  return c;
}

}  // namespace

void Checkpoint::save(const std::filesystem::path& file) const {
  const Silence silence;
  Writer writer(file);
  writer.text("format", format);
  writer.text("software", software);
  writer.text("model", model);
  writer.text("metadata", metadata);
  writer.number("epoch", epoch);
  writer.number("step", step);
  writer.array("parameters", parameters);
  writer.array("m", m);
  writer.array("v", v);
  writer.number("checksum", checksum(*this));
  writer.finish();
}

Checkpoint Checkpoint::load(const std::filesystem::path& file) {
  const Silence silence;
  return read_all(Reader(file), file.string());
}

Checkpoint Checkpoint::read(std::string_view bytes, const std::string& name) {
  const Silence silence;
  return read_all(Reader(bytes, name), name);
}

}  // namespace unetsr::nn
