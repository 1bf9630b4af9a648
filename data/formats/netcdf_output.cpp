#include "data/formats/netcdf_output.hpp"

#include <utility>

namespace unetsr::data {

NetcdfOutput::NetcdfOutput(std::filesystem::path file) : file_(std::move(file)) {}

int NetcdfOutput::dimension(const std::string& name, size_t length) const {
  int dimension = 0;
  file_.check(nc_def_dim(file_.id(), name.c_str(), length, &dimension));
  return dimension;
}

int NetcdfOutput::variable(const std::string& name, nc_type type, const std::vector<int>& dimensions) const {
  int variable = 0;
  file_.check(nc_def_var(file_.id(), name.c_str(), type, int(dimensions.size()), dimensions.data(), &variable));
  return variable;
}

int NetcdfOutput::raster(const std::string& name, nc_type type, const std::vector<int>& dimensions,
                         const std::vector<size_t>& chunk, int deflate_level, const void* fill) const {
  const int v = variable(name, type, dimensions);
  file_.check(nc_def_var_chunking(file_.id(), v, NC_CHUNKED, chunk.data()));
  file_.check(nc_def_var_deflate(file_.id(), v, 1, deflate_level > 0, deflate_level));
  file_.check(nc_def_var_fill(file_.id(), v, NC_FILL, fill));
  return v;
}

void NetcdfOutput::text(int variable, const std::string& name, const std::string& value) const {
  file_.check(nc_put_att_text(file_.id(), variable, name.c_str(), value.size(), value.c_str()));
}

void NetcdfOutput::number(int variable, const std::string& name, double value) const {
  file_.check(nc_put_att_double(file_.id(), variable, name.c_str(), NC_DOUBLE, 1, &value));
}

void NetcdfOutput::numbers(int variable, const std::string& name, const std::vector<double>& values) const {
  file_.check(nc_put_att_double(file_.id(), variable, name.c_str(), NC_DOUBLE, values.size(), values.data()));
}

void NetcdfOutput::numbers(int variable, const std::string& name, const std::vector<float>& values) const {
  file_.check(nc_put_att_float(file_.id(), variable, name.c_str(), NC_FLOAT, values.size(), values.data()));
}

void NetcdfOutput::write(int variable, const Places& start, const Places& count, const float* values) const {
  file_.check(nc_put_vara_float(file_.id(), variable, start.data(), count.data(), values));
}

void NetcdfOutput::write(int variable, const Places& start, const Places& count, const double* values) const {
  file_.check(nc_put_vara_double(file_.id(), variable, start.data(), count.data(), values));
}

void NetcdfOutput::write(int variable, const Places& start, const Places& count,
                         const std::vector<std::string>& texts) const {
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  file_.check(nc_put_vara_string(file_.id(), variable, start.data(), count.data(), pointers.data()));
}

}  // namespace unetsr::data
