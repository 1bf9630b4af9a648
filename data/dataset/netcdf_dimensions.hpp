#pragma once
#include <map>
#include <string>
#include <vector>

#include "data/dataset/hdf5_file.hpp"

namespace unetsr::data {

// The dimensions of NetCDF-4 in an HDF5 file that is being written: dimension scales and what attaches arrays to them,
// as the HDF5 Dimension Scale Specification has it (CLASS, NAME, DIMENSION_LIST, REFERENCE_LIST). Written attribute by
// attribute: the library's own functions leave stray bytes of memory in the file.
class NetcdfDimensions {
 public:
  // The file outlives this.
  explicit NetcdfDimensions(const Hdf5File& file) : file_(file) {}

  // Makes the array at `place` the coordinate variable of a dimension of its name.
  void add(hid_t array, const std::string& place);
  // A dimension without coordinates.
  void add_length(hid_t group, const std::string& place, hsize_t length);
  // The dimensions of an array, by their places.
  void attach(hid_t array, const std::string& place, const std::vector<std::string>& dimensions);
  // Writes which arrays each dimension has; once, after all others.
  void finish();

 private:
  struct Use {
    hobj_ref_t array;
    int index;
  };
  hobj_ref_t reference(const std::string& place) const;
  void make_scale(hid_t array, const std::string& place, const std::string& name) const;

  const Hdf5File& file_;
  std::map<std::string, std::vector<Use>> uses_;  // by the dimension's place
};

}  // namespace unetsr::data
