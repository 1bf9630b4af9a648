#include "data/formats/new_netcdf_file.hpp"

#include <netcdf.h>

#include <utility>

#include "data/dataset/hdf5_handle.hpp"
#include "data/formats/netcdf_status.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {

NewNetcdfFile::NewNetcdfFile(std::filesystem::path path) : path_(std::move(path)) {
  silence_hdf5();
  check(nc_create(path_.c_str(), NC_NETCDF4 | NC_CLOBBER, &id_));
}

NewNetcdfFile::~NewNetcdfFile() {
  if (id_ >= 0) nc_close(id_);
}

void NewNetcdfFile::check(int status) const {
  if (status != NC_NOERR) throw Error(path_.string() + ": cannot be written: " + netcdf_message(status));
}

int NewNetcdfFile::group(int parent, const std::string& name) const {
  int child = 0;
  check(nc_def_grp(parent, name.c_str(), &child));
  return child;
}

void NewNetcdfFile::text(int group, int variable, const std::string& name, const std::string& value) const {
  if (!value.empty()) check(nc_put_att_text(group, variable, name.c_str(), value.size(), value.c_str()));
}

void NewNetcdfFile::close() {
  check(nc_sync(id_));  // netCDF crashes where HDF5 cannot write at the end
  check(nc_close(std::exchange(id_, -1)));
}

}  // namespace unetsr::data
