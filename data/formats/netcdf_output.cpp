#include "data/formats/netcdf_output.hpp"

#include <utility>

#include "data/dataset/hdf5_handle.hpp"
#include "data/formats/netcdf_status.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {

NetcdfOutput::NetcdfOutput(std::filesystem::path file) : file_(std::move(file)) {
  silence_hdf5();
  check(nc_create(file_.c_str(), NC_NETCDF4 | NC_CLOBBER, &id_));
  open_ = true;
}

NetcdfOutput::~NetcdfOutput() {
  if (open_) nc_close(id_);
}

void NetcdfOutput::check(int status) const {
  if (status != NC_NOERR) throw Error(file_.string() + ": cannot be written: " + netcdf_message(status));
}

int NetcdfOutput::dimension(const std::string& name, size_t length) const {
  int dimension = 0;
  check(nc_def_dim(id_, name.c_str(), length, &dimension));
  return dimension;
}

int NetcdfOutput::variable(const std::string& name, nc_type type, const std::vector<int>& dimensions) const {
  int variable = 0;
  check(nc_def_var(id_, name.c_str(), type, int(dimensions.size()), dimensions.data(), &variable));
  return variable;
}

int NetcdfOutput::raster(const std::string& name, nc_type type, const std::vector<int>& dimensions,
                         const std::vector<size_t>& chunk, int deflate_level, const void* fill) const {
  const int v = variable(name, type, dimensions);
  check(nc_def_var_chunking(id_, v, NC_CHUNKED, chunk.data()));
  check(nc_def_var_deflate(id_, v, 1, deflate_level > 0, deflate_level));
  check(nc_def_var_fill(id_, v, NC_FILL, fill));
  return v;
}

void NetcdfOutput::text(int variable, const std::string& name, const std::string& value) const {
  check(nc_put_att_text(id_, variable, name.c_str(), value.size(), value.c_str()));
}

void NetcdfOutput::number(int variable, const std::string& name, double value) const {
  check(nc_put_att_double(id_, variable, name.c_str(), NC_DOUBLE, 1, &value));
}

void NetcdfOutput::numbers(int variable, const std::string& name, const std::vector<double>& values) const {
  check(nc_put_att_double(id_, variable, name.c_str(), NC_DOUBLE, values.size(), values.data()));
}

void NetcdfOutput::numbers(int variable, const std::string& name, const std::vector<float>& values) const {
  check(nc_put_att_float(id_, variable, name.c_str(), NC_FLOAT, values.size(), values.data()));
}

void NetcdfOutput::write(int variable, const Places& start, const Places& count, const float* values) const {
  check(nc_put_vara_float(id_, variable, start.data(), count.data(), values));
}

void NetcdfOutput::write(int variable, const Places& start, const Places& count, const double* values) const {
  check(nc_put_vara_double(id_, variable, start.data(), count.data(), values));
}

void NetcdfOutput::write(int variable, const Places& start, const Places& count,
                         const std::vector<std::string>& texts) const {
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  check(nc_put_vara_string(id_, variable, start.data(), count.data(), pointers.data()));
}

void NetcdfOutput::close() {
  check(nc_sync(id_));  // netCDF crashes where HDF5 cannot write at the end
  open_ = false;
  check(nc_close(id_));
}

}  // namespace unetsr::data
