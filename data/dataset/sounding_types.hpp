#pragma once
#include <hdf5.h>

#include <array>
#include <cstdint>
#include <type_traits>

namespace unetsr::data {

// HDF5's types of the columns of soundings.
template <class T>
constexpr bool is_corners = std::is_same_v<T, std::array<double, 4>>;

template <class T>
hid_t memory_type() {
  if (std::is_same_v<T, int32_t>) return H5T_NATIVE_INT32;
  return std::is_same_v<T, float> ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE;
}

template <class T>
hid_t file_type() {
  if (std::is_same_v<T, int32_t>) return H5T_STD_I32LE;
  return std::is_same_v<T, float> ? H5T_IEEE_F32LE : H5T_IEEE_F64LE;
}

}  // namespace unetsr::data
