#pragma once
#include <hdf5.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace unetsr {

// The errno behind HDF5's last failure in this thread; 0: the system was not its cause. Call it before the library is
// called again.
inline int hdf5_errno() {
  const auto find = [](unsigned, const H5E_error2_t* e, void* found) -> herr_t {
    int& error = *static_cast<int*>(found);
    const char* text = e->desc ? std::strstr(e->desc, "errno = ") : nullptr;
    if (error == 0 && text) error = std::atoi(text + std::strlen("errno = "));
    if (error == 0 && e->maj_num == H5E_RESOURCE && e->min_num == H5E_NOSPACE) error = ENOMEM;
    return 0;
  };
  int error = 0;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, find, &error);
  return error;
}

}  // namespace unetsr
