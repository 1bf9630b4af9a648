#include <hdf5.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "input.hpp"
#include "kernels/owned_id.hpp"
#include "kernels/random.hpp"
#include "mutator.hpp"

namespace unetsr::fuzz {
namespace {

using Handle = OwnedId<hid_t, herr_t>;

const std::array<double, 16> extremes = {0,
                                         -1,
                                         1,
                                         1e9,
                                         -1e9,
                                         1e30,
                                         1e300,
                                         -1e300,
                                         360.5,
                                         90.5,
                                         -999,
                                         1e-40,
                                         2147483648.0,
                                         0.5,
                                         std::numeric_limits<double>::quiet_NaN(),
                                         std::numeric_limits<double>::infinity()};

double extreme(Random& random) {
  return extremes[random.below(uint32_t(extremes.size()))];
}

// The paths of all groups and arrays.
std::vector<std::string> objects_of(hid_t file) {
  std::vector<std::string> names;
  const auto take = [](hid_t, const char* name, const H5O_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->push_back(name);
    return 0;
  };
  H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, take, &names, H5O_INFO_BASIC);
  return names;
}

// But for those that netCDF-c keeps for itself.
std::vector<std::string> attributes_of(hid_t object) {
  std::vector<std::string> names;
  const auto take = [](hid_t, const char* name, const H5A_info_t*, void* list) -> herr_t {
    for (const std::string own : {"DIMENSION_LIST", "REFERENCE_LIST", "CLASS", "NAME"})
      if (own == name) return 0;
    if (std::string(name).starts_with("_N")) return 0;
    static_cast<std::vector<std::string>*>(list)->push_back(name);
    return 0;
  };
  H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, take, &names);
  return names;
}

Handle text_type(size_t length) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, length);
  return type;
}

// An attribute becomes another one of the same name: a text, a list of texts, a number, some numbers, or none.
void change_attribute(hid_t object, Random& random) {
  const std::vector<std::string> names = attributes_of(object);
  if (names.empty()) return;
  const std::string& name = names[random.below(uint32_t(names.size()))];
  H5Adelete(object, name.c_str());
  const uint32_t kind = random.below(5);
  if (kind == 0) return;
  const hsize_t count = kind == 1 ? 1 : 3;
  const Handle one(H5Screate(H5S_SCALAR), H5Sclose), several(H5Screate_simple(1, &count, nullptr), H5Sclose);
  if (kind <= 2) {
    const std::array<const char*, 5> texts = {"x", "days since 1-1-1", "seconds since 99999-99-99", "{\"a\": 1}",
                                              "nan"};
    const std::string text = texts[random.below(uint32_t(texts.size()))];
    const Handle type = text_type(std::max<size_t>(1, text.size()));
    const Handle attribute(H5Acreate2(object, name.c_str(), type, kind == 1 ? one : several, H5P_DEFAULT, H5P_DEFAULT),
                           H5Aclose);
    const std::string padded = text + text + text;
    if (attribute.valid()) H5Awrite(attribute, type, padded.data());
    return;
  }
  const std::array<double, 3> values = {extreme(random), extreme(random), extreme(random)};
  const Handle attribute(
      H5Acreate2(object, name.c_str(), H5T_IEEE_F64LE, kind == 3 ? one : several, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  if (attribute.valid()) H5Awrite(attribute, H5T_NATIVE_DOUBLE, values.data());
}

// Some values of an array become extreme ones.
void change_values(hid_t array, Random& random) {
  const Handle space(H5Dget_space(array), H5Sclose), type(H5Dget_type(array), H5Tclose);
  const hssize_t count = H5Sget_simple_extent_npoints(space);
  const H5T_class_t kind = H5Tget_class(type);
  if (count <= 0 || count > 100000 || (kind != H5T_FLOAT && kind != H5T_INTEGER)) return;
  std::vector<double> values(size_t(count), 0.0);
  if (H5Dread(array, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) return;
  const double v = extreme(random);
  const bool all = random.below(4) == 0;
  for (double& value : values)
    if (all) value = v;
  for (int k = 0; k < 5; ++k) values[random.below(uint32_t(count))] = extreme(random);
  if (kind == H5T_INTEGER)
    for (double& value : values)
      if (!std::isfinite(value)) value = 0;
  H5Dwrite(array, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
}

// An array becomes another one of the same name: of texts, or of numbers in another shape.
void replace_array(hid_t file, const std::string& name, Random& random) {
  if (H5Ldelete(file, name.c_str(), H5P_DEFAULT) < 0 || random.below(4) == 0) return;
  std::array<hsize_t, 3> extent = {1 + random.below(4), 1 + random.below(60), 1 + random.below(60)};
  const bool texts = random.below(3) == 0, huge = random.below(4) == 0;
  if (huge) extent[1] = 1000000;
  const Handle space(H5Screate_simple(int(1 + random.below(3)), extent.data(), nullptr), H5Sclose), text = text_type(4);
  // Nothing is written: the values are fills.
  const Handle array(H5Dcreate2(file, name.c_str(), texts ? hid_t(text) : H5T_IEEE_F32LE, space, H5P_DEFAULT,
                                H5P_DEFAULT, H5P_DEFAULT),
                     H5Dclose);
}

void change_file(hid_t file, Random& random) {
  const std::vector<std::string> names = objects_of(file);
  if (names.empty()) return;
  const std::string& name = names[random.below(uint32_t(names.size()))];
  const uint32_t choice = random.below(8);
  const Handle object(H5Oopen(file, name.c_str(), H5P_DEFAULT), H5Oclose);
  if (!object.valid()) return;
  const bool array = H5Iget_type(object) == H5I_DATASET;
  if (choice < 3)
    change_attribute(object, random);
  else if (array && choice < 6)
    change_values(object, random);
  else if (array && choice == 6)
    replace_array(file, name, random);
  else if (name != "." && random.below(3) == 0)
    H5Ldelete(file, name.c_str(), H5P_DEFAULT);
}

}  // namespace

std::string mutated_hdf5(const std::string& input, uint64_t seed) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const auto path = file_of(reinterpret_cast<const uint8_t*>(input.data()), input.size(), "mutated.h5");
  {
    Random random(seed, 12);
    const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
    if (!file.valid()) return input;
    for (uint32_t k = 1 + random.below(3); k > 0; --k) change_file(file, random);
  }
  return contents_of(path);
}

}  // namespace unetsr::fuzz
