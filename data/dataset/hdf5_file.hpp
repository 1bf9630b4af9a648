#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset/hdf5_handle.hpp"
#include "kernels/hdf5_output.hpp"

// Reads and writes an HDF5 file, with errors that name the file and the place in it ("/layers/sif").
namespace unetsr::data {

using Extent = std::vector<hsize_t>;

class Hdf5File {
 public:
  // Both throw Error naming the path and `hint`. A new file has no times in it: equal contents make equal bytes.
  static Hdf5File create(const std::filesystem::path&);
  static Hdf5File open(const std::filesystem::path&, const std::string& hint);

  hid_t id() const { return handle_; }
  // Throws Error if what was written did not reach the disk.
  void close();

  [[noreturn]] void fail(const std::string& place, const std::string& what) const;
  void require(bool ok, const std::string& place, const std::string& what) const;
  Hdf5Handle owned(hid_t id, Hdf5Handle::Close, const std::string& place, const std::string& what) const;

  Hdf5Handle create_group(const std::string& name) const;
  Hdf5Handle open_group(const std::string& name) const;
  std::vector<std::string> names_in(hid_t group, const std::string& place) const;  // in the order of their creation

  void write_text(hid_t object, const std::string& place, const std::string& name, const std::string& text) const;
  std::string read_text(hid_t object, const std::string& place, const std::string& name) const;
  void write_numbers(hid_t object, const std::string& place, const std::string& name,
                     const std::vector<double>& values) const;
  // Numbers of another type.
  void write_values(hid_t object, const std::string& place, const std::string& name, hid_t file_type, hid_t memory_type,
                    hsize_t count, const void* values) const;
  std::vector<double> read_numbers(hid_t object, const std::string& place, const std::string& name) const;

  // Without values, which read as `fill` (of the file's type; null: 0) until they are written. `chunk` empty: stored as
  // one piece; else deflated chunks.
  Hdf5Handle create_array(hid_t parent, const std::string& place, hid_t file_type, const Extent&, const Extent& chunk,
                          const void* fill = nullptr) const;
  void write_block(hid_t array, const std::string& place, const Extent& start, const Extent& count, hid_t memory_type,
                   const void* values) const;
  Hdf5Handle write_array(hid_t parent, const std::string& place, hid_t file_type, hid_t memory_type, const Extent&,
                         const Extent& chunk, const void* values) const;
  Hdf5Handle open_array(const std::string& place) const;
  Extent extent_of(hid_t array, const std::string& place) const;
  // Throws Error where an array's declared size is larger than its stored bytes can hold, before memory is allocated.
  void require_stored(hid_t array, const std::string& place) const;
  // The block of `count` values in each dimension from `start` on.
  void read_block(hid_t array, const std::string& place, const Extent& start, const Extent& count, hid_t memory_type,
                  void* values) const;
  void require_numbers(hid_t array, const std::string& place) const;

  Hdf5Handle write_texts(hid_t parent, const std::string& place, const std::vector<std::string>& texts) const;
  std::vector<std::string> read_texts(const std::string& place) const;

 private:
  Hdf5File(std::filesystem::path path, hid_t id, const std::string& failure,
           std::unique_ptr<Hdf5Failure> writes = nullptr);

  std::filesystem::path path_;
  std::unique_ptr<Hdf5Failure> writes_;  // null: the file is read
  Hdf5Handle handle_;
};

}  // namespace unetsr::data
