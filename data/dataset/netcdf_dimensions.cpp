#include "data/dataset/netcdf_dimensions.hpp"

#include <fmt/format.h>

#include <cstddef>

namespace unetsr::data {
namespace {

const std::string write_failed = "cannot be written";

void write_ascii(const Hdf5File& file, hid_t object, const std::string& place, const char* name,
                 const std::string& text) {
  const Hdf5Handle type = file.owned(H5Tcopy(H5T_C_S1), H5Tclose, place, write_failed);
  H5Tset_size(type, text.size() + 1);  // ends in a zero: readers ask for it
  const Hdf5Handle space = file.owned(H5Screate(H5S_SCALAR), H5Sclose, place, write_failed);
  const Hdf5Handle attribute =
      file.owned(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, place, write_failed);
  file.require(H5Awrite(attribute, type, text.c_str()) >= 0, place, write_failed);
}

void write_list(const Hdf5File& file, hid_t object, const std::string& place, const char* name, hid_t type,
                hsize_t count, const void* values) {
  const Hdf5Handle space = file.owned(H5Screate_simple(1, &count, nullptr), H5Sclose, place, write_failed);
  const Hdf5Handle attribute =
      file.owned(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, place, write_failed);
  file.require(H5Awrite(attribute, type, values) >= 0, place, write_failed);
}

}  // namespace

hobj_ref_t NetcdfDimensions::reference(const std::string& place) const {
  hobj_ref_t result = 0;
  file_.require(H5Rcreate(&result, file_.id(), place.c_str(), H5R_OBJECT, -1) >= 0, place, write_failed);
  return result;
}

void NetcdfDimensions::make_scale(hid_t array, const std::string& place, const std::string& name) const {
  write_ascii(file_, array, place, "CLASS", "DIMENSION_SCALE");
  write_ascii(file_, array, place, "NAME", name);
}

void NetcdfDimensions::add(hid_t array, const std::string& place) {
  make_scale(array, place, place.substr(place.rfind('/') + 1));
  uses_[place];
}

void NetcdfDimensions::add_length(hid_t group, const std::string& place, hsize_t length) {
  const Hdf5Handle array = file_.create_array(group, place, H5T_IEEE_F32BE, {length}, {});
  make_scale(array, place, fmt::format("This is a netCDF dimension but not a netCDF variable.{:10}", length));
  uses_[place];
}

void NetcdfDimensions::attach(hid_t array, const std::string& place, const std::vector<std::string>& dimensions) {
  const hobj_ref_t own = reference(place);
  std::vector<hobj_ref_t> scales;
  for (size_t i = 0; i < dimensions.size(); ++i) {
    scales.push_back(reference(dimensions[i]));
    uses_.at(dimensions[i]).push_back({own, int(i)});
  }
  std::vector<hvl_t> list;
  for (hobj_ref_t& scale : scales) list.push_back({1, &scale});
  const Hdf5Handle type = file_.owned(H5Tvlen_create(H5T_STD_REF_OBJ), H5Tclose, place, write_failed);
  write_list(file_, array, place, "DIMENSION_LIST", type, list.size(), list.data());
}

void NetcdfDimensions::finish() {
  const Hdf5Handle type =
      file_.owned(H5Tcreate(H5T_COMPOUND, sizeof(hobj_ref_t) + sizeof(int32_t)), H5Tclose, "/", write_failed);
  H5Tinsert(type, "dataset", 0, H5T_STD_REF_OBJ);
  H5Tinsert(type, "dimension", sizeof(hobj_ref_t), H5T_STD_I32LE);
  for (const auto& [place, uses] : uses_) {
    if (uses.empty()) continue;
    std::string packed;
    for (const Use& use : uses) {
      packed.append(reinterpret_cast<const char*>(&use.array), sizeof use.array);
      const int32_t index = use.index;
      packed.append(reinterpret_cast<const char*>(&index), sizeof index);
    }
    const Hdf5Handle array = file_.open_array(place);
    write_list(file_, array, place, "REFERENCE_LIST", type, uses.size(), packed.data());
  }
}

}  // namespace unetsr::data
