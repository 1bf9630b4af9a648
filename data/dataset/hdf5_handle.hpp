#pragma once
#include <hdf5.h>

#include "kernels/owned_id.hpp"

namespace unetsr::data {

using Hdf5Handle = OwnedId<hid_t, herr_t>;

// From here on the library prints no error stacks: errors are thrown instead.
inline void silence_hdf5() {
  // Handles are closed by their owners; the library's own clean-up at exit would complain about damaged files.
  [[maybe_unused]] static const herr_t without_exit_handler = H5dont_atexit();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

}  // namespace unetsr::data
