#include "data/formats/hdf4.hpp"

#include "data/formats/mod13a2_writer.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {

std::string hdf4_version() {
  return "";
}

void require_hdf4(const std::filesystem::path& file) {
  throw Error(file.string() +
              ": this build reads no HDF4: take granules of VIIRS (VJ113A2, *.h5), or build with -DUNETSR_HDF4=ON");
}

std::string hdf4_text_attribute(const std::filesystem::path&, const char*) {
  return "";
}

void write_mod13a2(const std::filesystem::path& file, const Grid&, const Mod13a2Pixels&, const std::string&) {
  throw Error(file.string() + ": this build writes no HDF4; take granules of VIIRS");
}

}  // namespace unetsr::data
