#include "data/formats/netcdf_file.hpp"

#include <netcdf.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <system_error>

#include "data/dataset/hdf5_handle.hpp"
#include "data/dataset/own_values.hpp"
#include "data/dataset/readable_file.hpp"
#include "data/formats/netcdf_status.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {

std::optional<double> default_fill(nc_type type) {
  switch (type) {
    case NC_SHORT:
      return NC_FILL_SHORT;
    case NC_USHORT:
      return NC_FILL_USHORT;
    case NC_INT:
      return NC_FILL_INT;
    case NC_UINT:
      return NC_FILL_UINT;
    case NC_INT64:
      return double(NC_FILL_INT64);
    case NC_UINT64:
      return double(NC_FILL_UINT64);
    case NC_FLOAT:
      return double(NC_FILL_FLOAT);
    case NC_DOUBLE:
      return NC_FILL_DOUBLE;
    default:
      return std::nullopt;
  }
}

bool holds_numbers(nc_type type) {
  return type >= NC_BYTE && type <= NC_UINT64 && type != NC_CHAR;
}

void require_possible_size(const std::filesystem::path& path, const std::string& variable,
                           const std::vector<size_t>& count) {
  constexpr double best_deflate = 1032, fill_alone = 1e6;  // values a byte; values of which nothing may be stored
  double values = 1;
  for (const size_t n : count) values *= double(n);
  std::error_code unknown;
  const auto bytes = double(std::filesystem::file_size(path, unknown));
  if (!unknown && values > bytes * best_deflate + fill_alone)
    throw Error(path.string() + ": " + excerpt(variable) + " states more values than fit into the file; it is damaged");
}

NetcdfFile::NetcdfFile(const std::filesystem::path& path) : path_(path) {
  require_readable(path);
  silence_hdf5();
  require_own_values(path);
  const int status = nc_open(path.c_str(), NC_NOWRITE, &file_);
  if (status == NC_NOERR) return;
  if (const auto cause = system_cause(status)) throw Error(path.string() + ": cannot be read: " + *cause);
  throw Error(path.string() + ": not a NetCDF file, or cut off (" + nc_strerror(status) + "); download it again");
}

NetcdfFile::~NetcdfFile() {
  nc_close(file_);
}

void NetcdfFile::fail(const std::string& place, int status) const {
  throw Error(path_.string() + ": " + excerpt(place) + ": " + netcdf_message(status));
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

std::vector<std::string> NetcdfFile::variables() const {
  std::vector<std::string> paths;
  const std::function<void(int, const std::string&)> visit = [&](int group, const std::string& prefix) {
    int count = 0;
    std::array<char, NC_MAX_NAME + 1> name = {};
    if (nc_inq_nvars(group, &count) != NC_NOERR) return;
    for (int id = 0; id < count; ++id)
      if (nc_inq_varname(group, id, name.data()) == NC_NOERR) paths.push_back(prefix + name.data());
    if (nc_inq_grps(group, &count, nullptr) != NC_NOERR) return;
    std::vector<int> groups(static_cast<size_t>(count));
    if (nc_inq_grps(group, &count, groups.data()) != NC_NOERR) return;
    for (const int inner : groups)
      if (nc_inq_grpname(inner, name.data()) == NC_NOERR) visit(inner, prefix + name.data() + "/");
  };
  visit(file_, "");
  return paths;
}

std::optional<std::string> NetcdfFile::text(const Variable& v, const std::string& attribute) const {
  return text(v.group, v.id, attribute);
}

std::optional<std::string> NetcdfFile::text(const std::string& attribute) const {
  return text(file_, NC_GLOBAL, attribute);
}

std::optional<double> NetcdfFile::number(const std::string& attribute) const {
  const std::vector<double> values = numbers(file_, NC_GLOBAL, attribute);
  return values.size() == 1 ? std::optional(values[0]) : std::nullopt;
}

std::optional<std::string> NetcdfFile::text(int group, int id, const std::string& attribute) const {
  nc_type type = 0;
  size_t length = 0;
  if (nc_inq_att(group, id, attribute.c_str(), &type, &length) != NC_NOERR) return std::nullopt;
  if (type == NC_STRING && length == 1) {
    char* text = nullptr;
    if (nc_get_att_string(group, id, attribute.c_str(), &text) != NC_NOERR) return std::nullopt;
    const std::string copy = text ? text : "";
    nc_free_string(1, &text);
    return copy;
  }
  if (type != NC_CHAR) return std::nullopt;
  std::string text(length, '\0');
  if (nc_get_att_text(group, id, attribute.c_str(), text.data()) != NC_NOERR) return std::nullopt;
  text.resize(std::min(text.size(), text.find('\0')));
  return text;
}

std::vector<double> NetcdfFile::numbers(int group, int id, const std::string& attribute) const {
  nc_type type = 0;
  size_t length = 0;
  if (nc_inq_att(group, id, attribute.c_str(), &type, &length) != NC_NOERR || !holds_numbers(type)) return {};
  std::vector<double> values(length);
  if (nc_get_att_double(group, id, attribute.c_str(), values.data()) != NC_NOERR) return {};
  return values;
}

std::vector<double> NetcdfFile::read(const Variable& v, const std::vector<size_t>& start,
                                     const std::vector<size_t>& count) const {
  nc_type type = NC_NAT;
  if (const int status = nc_inq_vartype(v.group, v.id, &type)) fail(v.path, status);
  if (!holds_numbers(type)) throw Error(path_.string() + ": " + excerpt(v.path) + " holds no numbers");
  require_possible_size(path_, v.path, count);
  size_t size = 1;
  for (const size_t n : count) size *= n;
  std::vector<double> values(size);
  if (const int status = nc_get_vara_double(v.group, v.id, start.data(), count.data(), values.data()))
    fail(v.path, status);
  std::vector<double> missing = numbers(v.group, v.id, "_FillValue");
  if (missing.empty())
    if (const std::optional<double> fill = default_fill(type)) missing.push_back(*fill);
  for (const double code : numbers(v.group, v.id, "missing_value")) missing.push_back(code);
  const auto one = [&](const char* attribute, double otherwise) {
    const std::vector<double> found = numbers(v.group, v.id, attribute);
    return found.size() == 1 ? found[0] : otherwise;
  };
  const double scale = one("scale_factor", 1), offset = one("add_offset", 0);
  for (double& value : values) {
    if (!(std::abs(value) < 1e30) || std::find(missing.begin(), missing.end(), value) != missing.end())
      value = std::numeric_limits<double>::quiet_NaN();
    else
      value = value * scale + offset;
  }
  return values;
}

}  // namespace unetsr::data
