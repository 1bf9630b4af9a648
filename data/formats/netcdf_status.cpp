#include "data/formats/netcdf_status.hpp"

#include <netcdf.h>

#include "kernels/hdf5_errno.hpp"
#include "kernels/system_error.hpp"

namespace unetsr::data {

std::optional<std::string> system_cause(int status) {
  if (status > 0) return system_message(status);
  if (status == NC_ENOMEM) return system_message(ENOMEM);
  const int error = hdf5_errno();
  return error ? std::optional(system_message(error)) : std::nullopt;
}

std::string netcdf_message(int status) {
  return system_cause(status).value_or(nc_strerror(status));
}

}  // namespace unetsr::data
