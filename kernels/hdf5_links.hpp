#pragma once
#include <hdf5.h>

#include <string>

#include "kernels/owned_id.hpp"

namespace unetsr {

// The first place of an HDF5 file that holds no values of its own but those of another file: an external link, a data
// set in external files, a virtual one. Empty: there is none.
inline std::string link_to_another_file(hid_t file) {
  const auto look = [](hid_t group, const char* name, const H5L_info_t* link, void* found) -> herr_t {
    std::string& place = *static_cast<std::string*>(found);
    const auto stop = [&] {
      place = "/" + std::string(name);
      return herr_t(1);
    };
    if (link->type != H5L_TYPE_HARD) return link->type == H5L_TYPE_SOFT ? 0 : stop();
    const OwnedId<hid_t, herr_t> object(H5Oopen(group, name, H5P_DEFAULT), H5Oclose);
    if (!object.valid() || H5Iget_type(object) != H5I_DATASET) return 0;
    const OwnedId<hid_t, herr_t> properties(H5Dget_create_plist(object), H5Pclose);
    if (!properties.valid()) return 0;
    const bool elsewhere = H5Pget_layout(properties) == H5D_VIRTUAL || H5Pget_external_count(properties) > 0;
    return elsewhere ? stop() : 0;
  };
  std::string place;
  H5Lvisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, look, &place);
  return place;
}

}  // namespace unetsr
