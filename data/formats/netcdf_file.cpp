#include "data/formats/netcdf_file.hpp"

#include <netcdf.h>

#include <array>
#include <cmath>
#include <limits>

#include "kernels/error.hpp"

namespace unetsr::data {

NetcdfFile::NetcdfFile(const std::filesystem::path& path) : path_(path) {
  if (!std::filesystem::exists(path)) throw Error(path.string() + ": no such file");
  if (const int status = nc_open(path.c_str(), NC_NOWRITE, &file_); status != NC_NOERR)
    throw Error(path.string() + ": not a NetCDF file, or cut off (" + nc_strerror(status) + "); download it again");
}

NetcdfFile::~NetcdfFile() {
  nc_close(file_);
}

void NetcdfFile::fail(const std::string& place, int status) const {
  throw Error(path_.string() + ": " + place + ": " + nc_strerror(status));
}

std::optional<std::pair<int, int>> NetcdfFile::find(const std::string& path) const {
  int group = file_;
  size_t start = 0;
  for (size_t slash; (slash = path.find('/', start)) != std::string::npos; start = slash + 1)
    if (nc_inq_grp_ncid(group, path.substr(start, slash - start).c_str(), &group) != NC_NOERR) return std::nullopt;
  int id = 0;
  if (nc_inq_varid(group, path.substr(start).c_str(), &id) != NC_NOERR) return std::nullopt;
  return std::pair{group, id};
}

bool NetcdfFile::has(const std::string& path) const {
  return find(path).has_value();
}

NetcdfFile::Variable NetcdfFile::variable(const std::string& path) const {
  const auto found = find(path);
  if (!found) throw Error(path_.string() + ": has no variable " + path);
  Variable v{path, found->first, found->second, {}, {}};
  int count = 0;
  std::array<int, NC_MAX_VAR_DIMS> dimensions;
  if (const int status = nc_inq_var(v.group, v.id, nullptr, nullptr, &count, dimensions.data(), nullptr))
    fail(path, status);
  for (int i = 0; i < count; ++i) {
    size_t length = 0;
    std::array<char, NC_MAX_NAME + 1> name = {};
    if (const int status = nc_inq_dim(v.group, dimensions[size_t(i)], name.data(), &length)) fail(path, status);
    v.extent.push_back(length);
    v.dimensions.emplace_back(name.data());
  }
  return v;
}

std::optional<std::string> NetcdfFile::text(const Variable& v, const std::string& attribute) const {
  nc_type type = 0;
  size_t length = 0;
  if (nc_inq_att(v.group, v.id, attribute.c_str(), &type, &length) != NC_NOERR) return std::nullopt;
  if (type == NC_STRING && length == 1) {
    char* text = nullptr;
    if (nc_get_att_string(v.group, v.id, attribute.c_str(), &text) != NC_NOERR) return std::nullopt;
    const std::string copy = text ? text : "";
    nc_free_string(1, &text);
    return copy;
  }
  if (type != NC_CHAR) return std::nullopt;
  std::string text(length, '\0');
  if (nc_get_att_text(v.group, v.id, attribute.c_str(), text.data()) != NC_NOERR) return std::nullopt;
  text.resize(std::min(text.size(), text.find('\0')));
  return text;
}

std::optional<double> NetcdfFile::number(const Variable& v, const std::string& attribute) const {
  nc_type type = 0;
  size_t length = 0;
  double value = 0;
  if (nc_inq_att(v.group, v.id, attribute.c_str(), &type, &length) != NC_NOERR || length != 1 || type == NC_CHAR ||
      nc_get_att_double(v.group, v.id, attribute.c_str(), &value) != NC_NOERR)
    return std::nullopt;
  return value;
}

std::vector<double> NetcdfFile::read(const Variable& v, const std::vector<size_t>& start,
                                     const std::vector<size_t>& count) const {
  size_t size = 1;
  for (const size_t n : count) size *= n;
  std::vector<double> values(size);
  if (const int status = nc_get_vara_double(v.group, v.id, start.data(), count.data(), values.data()))
    fail(v.path, status);
  const std::optional<double> fill = number(v, "_FillValue"), missing = number(v, "missing_value");
  const double scale = number(v, "scale_factor").value_or(1), offset = number(v, "add_offset").value_or(0);
  for (double& value : values) {
    if ((fill && value == *fill) || (missing && value == *missing) || !(std::abs(value) < 1e30))
      value = std::numeric_limits<double>::quiet_NaN();
    else
      value = value * scale + offset;
  }
  return values;
}

}  // namespace unetsr::data
