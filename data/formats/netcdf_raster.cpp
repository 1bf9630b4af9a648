#include "data/formats/netcdf_raster.hpp"

#include <fmt/format.h>
#include <gdal_priv.h>
#include <netcdf.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <limits>
#include <set>
#include <tuple>

#include "data/crs/gdal.hpp"
#include "data/dataset/calendar.hpp"
#include "data/dataset/hdf5_handle.hpp"
#include "data/dataset/own_values.hpp"
#include "data/formats/netcdf_file.hpp"
#include "data/formats/netcdf_status.hpp"
#include "data/geography/gdal_input.hpp"
#include "data/geography/projection.hpp"
#include "data/geography/sinusoidal.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

namespace fs = std::filesystem;

struct Attribute {
  nc_type type = NC_NAT;
  std::vector<double> numbers;
  std::string text;
};

struct Variable {
  std::string path;  // among the groups
  int group = 0, id = 0;
  nc_type type = NC_NAT;
  std::vector<int> dimensions;
  std::vector<size_t> extent;
};

std::string lower(std::string text) {
  for (char& c : text) c = char(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

class File {
 public:
  explicit File(const fs::path& path) : path_(path) {
    silence_hdf5();
    require_own_values(path);
    const int status = nc_open(path.c_str(), NC_NOWRITE, &id_);
    if (status == NC_NOERR) return;
    if (const auto cause = system_cause(status)) throw Error(path.string() + ": cannot be read: " + *cause);
    throw Error(path.string() + ": not a NetCDF or HDF5 file, or cut off (" + nc_strerror(status) +
                "); download it again");
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { nc_close(id_); }

  std::string path() const { return path_.string(); }
  int id() const { return id_; }

  void require(int status, const std::string& place) const {
    if (status) throw Error(path() + ": " + excerpt(place) + ": " + netcdf_message(status));
  }

  std::optional<Attribute> attribute(int group, int variable, const char* name) const {
    Attribute a;
    size_t length = 0;
    if (nc_inq_att(group, variable, name, &a.type, &length)) return std::nullopt;
    if (a.type == NC_CHAR) {
      a.text.resize(length);
      if (length && nc_get_att_text(group, variable, name, a.text.data())) return std::nullopt;
      a.text.resize(std::min(a.text.size(), a.text.find('\0')));
    } else if (a.type == NC_STRING) {
      std::vector<char*> texts(length);
      if (nc_get_att_string(group, variable, name, texts.data())) return std::nullopt;
      for (const char* text : texts) a.text += text ? text : "";
      nc_free_string(length, texts.data());
    } else if (a.type <= NC_MAX_ATOMIC_TYPE) {
      a.numbers.resize(length);
      if (length && nc_get_att_double(group, variable, name, a.numbers.data())) return std::nullopt;
    }
    return a;
  }
  std::optional<Attribute> attribute(const Variable& v, const char* name) const {
    return attribute(v.group, v.id, name);
  }
  std::string text(const Variable& v, const char* name) const {
    const auto a = attribute(v, name);
    return a ? a->text : "";
  }
  // A number, be it written as text.
  std::optional<double> number(const Variable& v, const char* name) const {
    const auto a = attribute(v, name);
    if (!a) return std::nullopt;
    const std::vector<double> numbers = a->numbers.empty() ? numbers_in(a->text) : a->numbers;
    return numbers.size() == 1 ? std::optional(numbers[0]) : std::nullopt;
  }

  std::string dimension_name(const Variable& v, size_t d) const {
    std::array<char, NC_MAX_NAME + 1> name = {};
    require(nc_inq_dimname(v.group, v.dimensions[d], name.data()), v.path);
    return name.data();
  }

  Variable variable(int group, int id, const std::string& path) const {
    Variable v{path, group, id, NC_NAT, {}, {}};
    int count = 0;
    std::array<int, NC_MAX_VAR_DIMS> dimensions;
    require(nc_inq_var(group, id, nullptr, &v.type, &count, dimensions.data(), nullptr), path);
    for (int d = 0; d < count; ++d) {
      size_t length = 0;
      require(nc_inq_dimlen(group, dimensions[size_t(d)], &length), path);
      v.dimensions.push_back(dimensions[size_t(d)]), v.extent.push_back(length);
    }
    return v;
  }

  // By its name in the group or one of those around it.
  std::optional<Variable> beside(int group, const std::string& name) const {
    for (;;) {
      int id = 0;
      if (nc_inq_varid(group, name.c_str(), &id) == NC_NOERR) return variable(group, id, name);
      int parent = 0;
      if (nc_inq_grp_parent(group, &parent)) return std::nullopt;
      group = parent;
    }
  }

  std::vector<Variable> variables() const {
    std::vector<Variable> found;
    collect(id_, "", found);
    return found;
  }

  std::vector<double> values(const Variable& v) const {
    if (!holds_numbers(v.type)) throw Error(path() + ": " + excerpt(v.path) + " holds no numbers");
    require_possible_size(path_, v.path, v.extent);
    size_t size = 1;
    for (const size_t n : v.extent) size *= n;
    std::vector<double> values(size);
    require(nc_get_var_double(v.group, v.id, values.data()), v.path);
    return values;
  }

 private:
  void collect(int group, const std::string& prefix, std::vector<Variable>& found) const {
    int count = 0;
    if (nc_inq_varids(group, &count, nullptr)) return;
    std::vector<int> ids(size_t(count), 0);
    nc_inq_varids(group, &count, ids.data());
    for (const int id : ids) {
      std::array<char, NC_MAX_NAME + 1> name = {};
      if (nc_inq_varname(group, id, name.data())) continue;
      found.push_back(variable(group, id, prefix + name.data()));
    }
    if (nc_inq_grps(group, &count, nullptr)) return;
    std::vector<int> groups(size_t(count), 0);
    nc_inq_grps(group, &count, groups.data());
    for (const int child : groups) {
      std::array<char, NC_MAX_NAME + 1> name = {};
      nc_inq_grpname(child, name.data());
      collect(child, prefix + name.data() + "/", found);
    }
  }

  fs::path path_;
  int id_ = -1;
};

// Variables with a place: numbers over two dimensions or more, which describe no other variable.
std::vector<Variable> rasters(const File& file) {
  const std::vector<Variable> all = file.variables();
  std::set<std::string> auxiliary;
  for (const Variable& v : all) {
    for (const char* key : {"bounds", "climatology"})
      if (const std::string name = file.text(v, key); !name.empty()) auxiliary.insert(name);
    std::string name;
    for (const char c : file.text(v, "coordinates") + " ") {
      if (c != ' ')
        name += c;
      else
        auxiliary.insert(name), name.clear();
    }
  }
  std::vector<Variable> found;
  for (const Variable& v : all) {
    const std::string name = v.path.substr(v.path.rfind('/') + 1);
    if (v.dimensions.size() >= 2 && holds_numbers(v.type) && !auxiliary.count(name)) found.push_back(v);
  }
  return found;
}

enum class Axis { x, y, time, other };

struct Votes {
  bool x = false, y = false, time = false;
  int count() const { return x + y + time; }
  Axis axis() const { return x ? Axis::x : y ? Axis::y : time ? Axis::time : Axis::other; }
};

bool is_one_of(const std::string& text, std::initializer_list<const char*> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool east(const std::string& units) {
  return is_one_of(units, {"degrees_east", "degree_east", "degrees_e", "degree_e", "degreese", "degreee"});
}

bool north(const std::string& units) {
  return is_one_of(units, {"degrees_north", "degree_north", "degrees_n", "degree_n", "degreesn", "degreen"});
}

Votes votes_of_name(const std::string& dimension) {
  Votes votes;
  const std::string name = lower(dimension);
  votes.x = is_one_of(name, {"x", "lon", "long", "longitude", "longitudes", "lons", "xdim", "easting", "nav_lon", "xc",
                             "rlon", "projection_x_coordinate"});
  votes.y = is_one_of(name, {"y", "lat", "latitude", "latitudes", "lats", "ydim", "northing", "nav_lat", "yc", "rlat",
                             "projection_y_coordinate"});
  votes.time = is_one_of(name, {"time", "t", "date", "times"});
  return votes;
}

// One dimension, with the contents of its coordinate variable.
struct Dimension {
  Axis axis = Axis::other;
  std::string name, units;
  std::optional<Variable> coordinate;
};

Dimension dimension_of(const File& file, const Variable& v, size_t d) {
  Dimension dimension;
  dimension.name = file.dimension_name(v, d);
  dimension.coordinate = file.beside(v.group, dimension.name);
  if (dimension.coordinate &&
      (dimension.coordinate->dimensions.size() != 1 || !holds_numbers(dimension.coordinate->type)))
    dimension.coordinate.reset();
  Votes votes;
  if (dimension.coordinate) {
    const Variable& c = *dimension.coordinate;
    const std::string standard = file.text(c, "standard_name"), axis = lower(file.text(c, "axis")),
                      kind = lower(file.text(c, "_CoordinateAxisType"));
    dimension.units = file.text(c, "units");
    const std::string units = lower(dimension.units);
    votes.x = is_one_of(standard, {"longitude", "projection_x_coordinate", "grid_longitude"}) || east(units) ||
              axis == "x" || is_one_of(kind, {"lon", "geox"});
    votes.y = is_one_of(standard, {"latitude", "projection_y_coordinate", "grid_latitude"}) || north(units) ||
              axis == "y" || is_one_of(kind, {"lat", "geoy"});
    votes.time = standard == "time" || units.find(" since ") != std::string::npos || axis == "t" || kind == "time";
    if (votes.count() > 1)
      throw Error(
          fmt::format("{}: {}: the attributes of its axis {} contradict each other (standard_name '{}', units "
                      "'{}', axis '{}'); correct them with ncatted",
                      file.path(), excerpt(v.path), excerpt(dimension.name), excerpt(standard, 40),
                      excerpt(dimension.units, 40), excerpt(axis, 40)));
    if (votes.count() == 0 && (axis == "z" || !standard.empty())) return dimension;
  }
  if (votes.count() == 0) votes = votes_of_name(dimension.name);
  dimension.axis = votes.axis();
  return dimension;
}

struct Line {
  double origin = 0, step = 0;
};

// The coordinates of cell centres as a line. Longitudes that jump by 360 degrees go on.
Line line_of(const File& file, const Variable& v, const Dimension& dimension, bool degrees) {
  const Variable& c = *dimension.coordinate;
  std::vector<double> centres = file.values(c);
  const std::string where = file.path() + ": " + excerpt(v.path) + ": its axis " + excerpt(dimension.name);
  if (const std::string name = file.text(c, "bounds"); !name.empty())
    if (const auto bounds = file.beside(v.group, name);
        bounds && bounds->extent == std::vector<size_t>{centres.size(), 2} && holds_numbers(bounds->type)) {
      const std::vector<double> edges = file.values(*bounds);
      for (size_t i = 0; i < centres.size(); ++i) centres[i] = (edges[2 * i] + edges[2 * i + 1]) / 2;
      if (centres.size() == 1 && std::abs(edges[0]) < 1e30 && std::abs(edges[1]) < 1e30 && edges[0] != edges[1])
        return {centres[0], edges[1] - edges[0]};
    }
  for (const double x : centres)
    if (!(std::abs(x) < 1e30)) throw Error(where + " has missing coordinates");
  if (centres.size() < 2) throw Error(where + " has one coordinate and no bounds: the cells' size is not known");
  double scale = 1;
  if (!degrees) {
    const std::string units = lower(dimension.units);
    if (is_one_of(units, {"km", "kilometer", "kilometre", "kilometers", "kilometres"}))
      scale = 1000;
    else if (!is_one_of(units, {"", "1", "m", "meter", "metre", "meters", "metres"}))
      throw Error(where + " has the units '" + excerpt(dimension.units) + "'; m and km are known");
  }
  if (degrees && dimension.axis == Axis::x)
    for (size_t i = 1; i < centres.size(); ++i) centres[i] -= 360 * std::round((centres[i] - centres[i - 1]) / 360);
  const double step = (centres.back() - centres.front()) / double(centres.size() - 1);
  // Coordinates of floats are rounded, to 1.5e-5 degrees at 180.
  double largest = 0;
  for (const double x : centres) largest = std::max(largest, std::abs(x));
  const double rounding = c.type == NC_FLOAT ? largest * 0x1p-23 : 0;
  const double slack = std::min(0.02 * std::abs(step) + rounding, 0.1 * std::abs(step));
  for (size_t i = 0; i < centres.size(); ++i)
    if (!(std::abs(centres[i] - centres.front() - double(i) * step) <= slack) || step == 0)
      throw Error(
          fmt::format("{} is not regular ({} at {}, where steps of {:.6g} lead to {:.10g}); make the steps equal "
                      "with gdalwarp or cdo remapcon",
                      where, centres[i], i, step, centres.front() + double(i) * step));
  return {centres.front() * scale, step * scale};
}

std::string gdal_crs(const File& file, const std::string& variable) {
  const QuietGdal quiet;
  start_gdal();
  const std::string name = "NETCDF:\"" + file.path() + "\":" + variable;
  const GDALDatasetUniquePtr dataset = open_user_raster(name);
  return dataset ? dataset->GetProjectionRef() : "";
}

std::string sinusoidal(const File& file, const Variable& mapping) {
  const auto number = [&](const char* name) { return file.number(mapping, name); };
  const double meridian =
      number("longitude_of_central_meridian").value_or(number("longitude_of_projection_origin").value_or(0));
  const double east = number("false_easting").value_or(0), north = number("false_northing").value_or(0);
  std::string figure;
  if (const auto radius = number("earth_radius")) {
    figure = fmt::format("+R={:.17g}", *radius);
  } else if (const auto axis = number("semi_major_axis")) {
    const double flattening = number("inverse_flattening").value_or(0);
    const double other = number("semi_minor_axis").value_or(flattening > 0 ? *axis * (1 - 1 / flattening) : *axis);
    figure = *axis == other ? fmt::format("+R={:.17g}", *axis) : fmt::format("+a={:.17g} +b={:.17g}", *axis, other);
  } else {
    throw Error(file.path() + ": " + excerpt(mapping.path) +
                ": gives neither earth_radius nor semi_major_axis; give the file a crs_wkt");
  }
  return fmt::format("+proj=sinu +lon_0={:.17g} +x_0={:.17g} +y_0={:.17g} {} +units=m +no_defs", meridian, east, north,
                     figure);
}

// Whether coordinates that should be centres are the upper left corners of pixels on the tiles of MODIS' sinusoidal
// map: so does Hyrax (OPeNDAP) give those of HDF-EOS grids, and HDF-EOS5 its XDim and YDim.
bool corners_of_tiles(const Grid& grid) {
  if (!same_crs(grid.crs, modis_sinusoidal_crs)) return false;
  const double across = modis_tile / grid.x_step, down = modis_tile / -grid.y_step;
  const auto whole = [](double v) { return std::abs(v - std::round(v)) < 0.01; };
  return whole(across) && whole(down) && across > 2 && whole(grid.x_origin / grid.x_step) &&
         whole(grid.y_origin / grid.y_step);
}

std::optional<Variable> mapping_of(const File& file, const Variable& v) {
  std::string name = file.text(v, "grid_mapping");
  name = name.substr(0, name.find_first_of(": "));
  if (!name.empty()) return file.beside(v.group, name);
  for (const char* common : {"spatial_ref", "crs"})
    if (const auto found = file.beside(v.group, common); found && found->dimensions.empty()) return found;
  return std::nullopt;
}

// Empty where no attribute states it.
std::string crs_of(const File& file, const Variable& v, bool geographic_axes) {
  const auto mapping = mapping_of(file, v);
  if (mapping) {
    for (const char* key : {"crs_wkt", "spatial_ref"})
      if (const std::string wkt = file.text(*mapping, key); !wkt.empty()) return wkt;
    const std::string kind = file.text(*mapping, "grid_mapping_name");
    if (kind == "sinusoidal") return sinusoidal(file, *mapping);
    if (kind == "latitude_longitude") return "EPSG:4326";
    if (const std::string crs = gdal_crs(file, v.path); !crs.empty() && !kind.empty()) return crs;
  }
  return geographic_axes ? "EPSG:4326" : "";
}

// The value of key = value in the text of HDF-EOS' structure.
std::optional<std::string> structure_value(const std::string& text, const std::string& key) {
  const size_t at =
      text.find("\t" + key + "=") != std::string::npos ? text.find("\t" + key + "=") + 1 : text.find(key + "=");
  if (at == std::string::npos) return std::nullopt;
  const size_t from = at + key.size() + 1;
  return text.substr(from, text.find('\n', from) - from);
}

const std::string hdfeos = "HDFEOS/GRIDS/";

// The grid of an HDF-EOS5 data set, from the text that describes the file's structure. Empty: why there is none.
std::optional<Grid> hdfeos_grid(const File& file, const Variable& v, std::string& why) {
  const std::string name = v.path.substr(hdfeos.size(), v.path.find('/', hdfeos.size()) - hdfeos.size());
  why = "is HDF-EOS5 whose structure does not place it; place it with gdal_translate -a_srs -a_ullr";
  int group = 0, id = 0;
  if (nc_inq_grp_ncid(file.id(), "HDFEOS INFORMATION", &group) || nc_inq_varid(group, "StructMetadata.0", &id))
    return std::nullopt;
  std::string text;
  nc_type type = NC_NAT;
  nc_inq_vartype(group, id, &type);
  if (type == NC_STRING) {
    char* value = nullptr;
    if (!file.variable(group, id, "StructMetadata.0").dimensions.empty()) return std::nullopt;
    if (nc_get_var_string(group, id, &value)) return std::nullopt;
    text = value ? value : "";
    nc_free_string(1, &value);
  } else {
    const Variable variable = file.variable(group, id, "StructMetadata.0");
    require_possible_size(file.path(), variable.path, variable.extent);
    size_t size = 1;
    for (const size_t n : variable.extent) size *= n;
    text.resize(size);
    if (nc_get_var_text(group, id, text.data())) return std::nullopt;
  }
  const size_t at = text.find("GridName=\"" + name + "\"");
  if (at == std::string::npos) return std::nullopt;
  const std::string part = text.substr(at, text.find("END_GROUP=GRID_", at) - at);
  const auto projection = structure_value(part, "Projection"), parameters = structure_value(part, "ProjParams"),
             upper = structure_value(part, "UpperLeftPointMtrs"), lower_right = structure_value(part, "LowerRightMtrs"),
             width = structure_value(part, "XDim"), height = structure_value(part, "YDim");
  if (!projection || !upper || !lower_right || !width || !height) return std::nullopt;
  const std::vector<double> first = numbers_in(*upper), last = numbers_in(*lower_right);
  if (first.size() != 2 || last.size() != 2) return std::nullopt;
  Grid grid;
  grid.columns = std::atoi(width->c_str()), grid.rows = std::atoi(height->c_str());
  if (v.extent.size() != 2 || v.extent[0] != size_t(grid.rows) || v.extent[1] != size_t(grid.columns)) {
    why = "is HDF-EOS5 with dimensions other than YDim, XDim";
    return std::nullopt;
  }
  double scale = 1;
  if (projection->find("SNSOID") != std::string::npos) {
    const std::vector<double> p = parameters ? numbers_in(*parameters) : std::vector<double>();
    if (p.empty() || p[0] <= 0 || (p.size() > 4 && p[4] != 0)) return std::nullopt;
    grid.crs = fmt::format("+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +R={:.17g} +units=m +no_defs", p[0]);
  } else if (projection->find("GEO") != std::string::npos) {
    // Packed degrees, minutes, seconds: DDDMMMSSS.SS
    scale = 0;
    grid.crs = "EPSG:4326";
  } else {
    why = "has the HDF-EOS5 projection " + excerpt(*projection) + ", which is not known; sinusoidal and geographic are";
    return std::nullopt;
  }
  const auto coordinate = [&](double packed) {
    if (scale != 0) return packed;
    const double all = std::abs(packed), degrees = std::floor(all / 1e6),
                 minutes = std::floor((all - degrees * 1e6) / 1e3), seconds = all - degrees * 1e6 - minutes * 1e3;
    return std::copysign(degrees + minutes / 60 + seconds / 3600, packed);
  };
  grid.x_step = (coordinate(last[0]) - coordinate(first[0])) / grid.columns;
  grid.y_step = (coordinate(last[1]) - coordinate(first[1])) / grid.rows;
  grid.x_origin = coordinate(first[0]) + grid.x_step / 2, grid.y_origin = coordinate(first[1]) + grid.y_step / 2;
  if (!(grid.x_step > 0) || !(grid.y_step < 0)) return std::nullopt;
  return grid;
}

// Days since 1970-01-01 of "days since 2000-01-01 00:00"; why not, where the units or the calendar are not known.
class Clock {
 public:
  Clock(const std::string& units, const std::string& calendar) {
    const std::string text = lower(units);
    const size_t since = text.find(" since ");
    if (since == std::string::npos) {
      problem = "units '" + excerpt(units) + "'";
      return;
    }
    const std::string unit = text.substr(0, since);
    if (is_one_of(unit, {"days", "day", "d"}))
      days_ = 1;
    else if (is_one_of(unit, {"hours", "hour", "hr", "hrs", "h"}))
      days_ = 1 / 24.0;
    else if (is_one_of(unit, {"minutes", "minute", "min", "mins"}))
      days_ = 1 / 1440.0;
    else if (is_one_of(unit, {"seconds", "second", "sec", "secs", "s"}))
      days_ = 1 / 86400.0;
    else {
      problem = "units '" + excerpt(units) + "'";
      return;
    }
    Date date;
    double hour = 0, minute = 0, second = 0;
    const int read = std::sscanf(text.c_str() + since + 7, "%d-%d-%d%*[ t]%lf:%lf:%lf", &date.year, &date.month,
                                 &date.day, &hour, &minute, &second);
    if (read < 3 || date.year < 1 || date.year > 9999 || date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > 31) {
      problem = "units '" + excerpt(units) + "'";
      return;
    }
    fraction_ = hour / 24 + minute / 1440 + second / 86400;
    const std::string kind = lower(calendar);
    if (is_one_of(kind, {"noleap", "365_day"})) {
      no_leap_ = true;
      epoch_ = 365.0 * date.year + day_number({2001, date.month, date.day}) - day_number({2001, 1, 1});
      return;
    }
    if (!is_one_of(kind, {"", "standard", "gregorian", "proleptic_gregorian"})) {
      problem = "calendar '" + excerpt(calendar) + "'";
      return;
    }
    if (date.year < 1583 && kind != "proleptic_gregorian") {
      problem = "units '" + excerpt(units) + "' (before the Gregorian calendar)";
      return;
    }
    epoch_ = day_number(date);
  }

  // Whether a time is one of the years up to 9999.
  bool possible(double value) const { return std::abs(epoch_ + fraction_ + value * days_) < 3.66e6; }

  double days(double value) const {
    const double all = epoch_ + fraction_ + value * days_;
    if (!no_leap_) return all;
    const double year = std::floor(all / 365), day = all - 365 * year;
    const int january = day_number({2001, 1, 1});
    Date date = date_of(january + int(std::floor(day)));
    date.year = int(year);
    return day_number(date) + (day - std::floor(day));
  }

  std::string problem;

 private:
  double days_ = 1, epoch_ = 0, fraction_ = 0;
  bool no_leap_ = false;
};

std::string time_label(double days) {
  const double whole = std::floor(days + 0.5 / 86400);
  const int seconds = int(std::lround((days - whole) * 86400));
  const std::string date = to_string(date_of(int(whole)));
  return seconds <= 0 ? date : fmt::format("{}T{:02}:{:02}", date, seconds / 3600, seconds / 60 % 60);
}

const char* type_name(nc_type type) {
  switch (type) {
    case NC_BYTE:
      return "int8";
    case NC_UBYTE:
      return "uint8";
    case NC_SHORT:
      return "int16";
    case NC_USHORT:
      return "uint16";
    case NC_INT:
      return "int32";
    case NC_UINT:
      return "uint32";
    case NC_INT64:
      return "int64";
    case NC_UINT64:
      return "uint64";
    case NC_FLOAT:
      return "float32";
    default:
      return "float64";
  }
}

class NetcdfSource : public RasterSource {
 public:
  NetcdfSource(const fs::path& path, const std::string& variable) : file_(path) {
    for (const Variable& v : rasters(file_))
      if (v.path == variable) variable_ = v;
    require_countable(path, variable);
    name = path.string() + ":" + excerpt(variable), field = variable;
    units = file_.text(variable_, "units");
    arrange();
    describe();
  }

  void read(int number, int first_row, int rows, double* stored, uint8_t* masked) override {
    const size_t columns = size_t(grid.columns);
    std::vector<size_t> start = starts(number), count(start.size(), 1);
    // South up in the file: the rows come from the other end.
    start[y_] = flip_y_ ? size_t(grid.rows - first_row - rows) : size_t(first_row);
    count[y_] = size_t(rows), count[x_] = columns;
    buffer_.resize(size_t(rows) * columns);
    if (wide_) {
      // Only numbers below 2^53 are the same as doubles.
      std::vector<long long> whole(buffer_.size());
      const int status = nc_get_vara_longlong(variable_.group, variable_.id, start.data(), count.data(), whole.data());
      if (status && status != NC_ERANGE) file_.require(status, variable_.path);
      for (size_t i = 0; i < whole.size(); ++i) {
        const bool fill = std::find(wide_fills_.begin(), wide_fills_.end(), whole[i]) != wide_fills_.end();
        if (!fill && std::abs(double(whole[i])) > 0x1p53)
          throw Error(
              fmt::format("{}: holds the integer {}, too large to be read exactly; if it marks missing pixels, "
                          "give the file that _FillValue",
                          name, whole[i]));
        buffer_[i] = fill ? std::numeric_limits<double>::quiet_NaN() : double(whole[i]);
      }
    } else {
      file_.require(nc_get_vara_double(variable_.group, variable_.id, start.data(), count.data(), buffer_.data()),
                    variable_.path);
    }
    const bool transposed = x_ < y_;
    for (size_t r = 0; r < size_t(rows); ++r)
      for (size_t c = 0; c < columns; ++c) {
        const size_t fr = flip_y_ ? size_t(rows) - 1 - r : r, fc = flip_x_ ? columns - 1 - c : c;
        double v = buffer_[transposed ? fc * size_t(rows) + fr : fr * columns + fc];
        if (unsigned_ != 0 && v < 0) v += unsigned_;
        stored[r * columns + c] = v;
      }
    std::fill(masked, masked + size_t(rows) * columns, uint8_t(0));
  }

 private:
  void require_countable(const fs::path& path, const std::string& variable) const {
    constexpr size_t most_bands = 1000000, longest = std::numeric_limits<int>::max();
    if (variable_.extent.size() < 2) throw Error(path.string() + ": has no raster " + excerpt(variable));
    require_possible_size(path, variable, variable_.extent);
    double bands = 1;
    for (size_t d = 0; d < variable_.extent.size(); ++d) {
      if (variable_.extent[d] == 0 || variable_.extent[d] > longest)
        throw Error(fmt::format("{}: {}: {} has a length of {}", path.string(), excerpt(variable),
                                excerpt(file_.dimension_name(variable_, d)), variable_.extent[d]));
      if (d + 2 < variable_.extent.size()) bands *= double(variable_.extent[d]);
    }
    if (bands > most_bands)
      throw Error(fmt::format("{}: {}: more than {} bands", path.string(), excerpt(variable), most_bands));
  }

  void arrange() {
    const size_t n = variable_.dimensions.size();
    for (size_t d = 0; d < n; ++d) dimensions_.push_back(dimension_of(file_, variable_, d));
    std::string why;
    if (variable_.path.starts_with(hdfeos)) {
      const auto placed = hdfeos_grid(file_, variable_, why);
      x_ = n - 1, y_ = n - 2;
      grid.rows = int(variable_.extent[y_]), grid.columns = int(variable_.extent[x_]);
      if (placed)
        grid = *placed;
      else
        unplaced = why;
      for (size_t d = 0; d + 2 < n; ++d) others_.push_back(d);
      return;
    }
    int xs = 0, ys = 0;
    for (size_t d = 0; d < n; ++d) {
      if (dimensions_[d].axis == Axis::x) x_ = d, ++xs;
      if (dimensions_[d].axis == Axis::y) y_ = d, ++ys;
    }
    if (xs != 1 || ys != 1) {
      x_ = n - 1, y_ = n - 2;
      std::string names;
      for (const Dimension& d : dimensions_) names += (names.empty() ? "" : ", ") + excerpt(d.name, 40);
      unplaced =
          fmt::format("its dimensions ({}) {}", names,
                      file_.text(variable_, "coordinates").empty()
                          ? "are not known as x and y; give them coordinate variables with standard_name or units"
                          : "have no coordinates of their own, so that the grid is not regular; resample it with "
                            "gdalwarp -geoloc");
    }
    for (size_t d = 0; d < n; ++d)
      if (d != x_ && d != y_) others_.push_back(d);
    grid.rows = int(variable_.extent[y_]), grid.columns = int(variable_.extent[x_]);
    if (!unplaced.empty()) return;
    if (!dimensions_[x_].coordinate || !dimensions_[y_].coordinate) {
      unplaced = "its dimensions have no coordinate variables; place it with gdal_translate -a_srs -a_ullr";
      return;
    }
    const auto geographic = [&](const Dimension& d) {
      const std::string u = lower(d.units), standard = file_.text(*d.coordinate, "standard_name");
      return east(u) || north(u) || standard == "longitude" || standard == "latitude" ||
             (standard.empty() && (u.empty() || u == "degrees" || u == "degree") &&
              is_one_of(lower(d.name), {"lon", "long", "longitude", "lat", "latitude"}));
    };
    const bool degrees = geographic(dimensions_[x_]) && geographic(dimensions_[y_]);
    grid.crs = crs_of(file_, variable_, degrees);
    if (grid.crs.empty()) {
      unplaced = "has no reference system; give it one with gdal_translate -a_srs";
      return;
    }
    const bool angles = degrees || lower(dimensions_[x_].units).starts_with("degree");
    const Line x = line_of(file_, variable_, dimensions_[x_], angles),
               y = line_of(file_, variable_, dimensions_[y_], angles);
    flip_x_ = x.step<0, flip_y_ = y.step> 0;
    grid.x_step = std::abs(x.step), grid.y_step = -std::abs(y.step);
    grid.x_origin = flip_x_ ? x.origin + (grid.columns - 1) * x.step : x.origin;
    grid.y_origin = flip_y_ ? y.origin + (grid.rows - 1) * y.step : y.origin;
    if (corners_of_tiles(grid)) {
      grid.x_origin += grid.x_step / 2, grid.y_origin += grid.y_step / 2;
      note = "its coordinates are the pixels' upper left corners";
    }
  }

  std::vector<size_t> starts(int number) const {
    std::vector<size_t> start(variable_.extent.size(), 0);
    size_t rest = size_t(number - 1);
    for (size_t k = others_.size(); k-- > 0;) {
      const size_t d = others_[k];
      start[d] = rest % variable_.extent[d], rest /= variable_.extent[d];
    }
    return start;
  }

  void describe() {
    const std::string flag = lower(file_.text(variable_, "_Unsigned"));
    Band band;
    band.type = type_name(variable_.type);
    if (flag == "true" && variable_.type == NC_BYTE) unsigned_ = 256, band.type = "uint8";
    if (flag == "true" && variable_.type == NC_SHORT) unsigned_ = 65536, band.type = "uint16";
    if (flag == "true" && variable_.type == NC_INT) unsigned_ = 0x1p32, band.type = "uint32";
    wide_ = variable_.type == NC_INT64 || variable_.type == NC_UINT64;
    band.integer = variable_.type != NC_FLOAT && variable_.type != NC_DOUBLE;
    attributes(band);

    size_t count = 1;
    std::vector<size_t> long_ones;
    for (const size_t d : others_) {
      count *= variable_.extent[d];
      if (variable_.extent[d] > 1) long_ones.push_back(d);
    }
    bool times = false;
    std::vector<std::vector<double>> coordinates(variable_.extent.size());
    std::optional<Clock> clock;
    for (const size_t d : others_) {
      const Dimension& dimension = dimensions_[d];
      if (!dimension.coordinate || dimension.coordinate->extent[0] != variable_.extent[d]) continue;
      coordinates[d] = file_.values(*dimension.coordinate);
      if (dimension.axis != Axis::time) continue;
      clock.emplace(dimension.units, file_.text(*dimension.coordinate, "calendar"));
      for (const double t : coordinates[d])
        if (clock->problem.empty() && !clock->possible(t)) clock->problem = "missing times";
      if (!clock->problem.empty()) time_problem = "its times have the " + clock->problem + ", which is not known";
      times = clock->problem.empty();
    }
    for (size_t b = 0; b < count; ++b) {
      Band one = band;
      const std::vector<size_t> at = starts(int(b) + 1);
      for (const size_t d : others_) {
        const bool time = dimensions_[d].axis == Axis::time;
        if (time && times && !coordinates[d].empty()) one.time = clock->days(coordinates[d][at[d]]);
        if (variable_.extent[d] == 1 && !(time && times)) continue;
        if (!one.label.empty()) one.label += " ";
        if (time && one.time)
          one.label += time_label(*one.time);
        else
          one.label += dimensions_[d].name + " " +
                       (coordinates[d].empty() ? fmt::to_string(at[d] + 1) : fmt::to_string(coordinates[d][at[d]]));
      }
      bands.push_back(std::move(one));
    }
    const bool only_time = long_ones.empty() || (long_ones.size() == 1 && dimensions_[long_ones[0]].axis == Axis::time);
    bands_are = only_time && times ? "time steps" : "bands";
    if (bands_are == "bands")
      for (Band& b : bands) b.time.reset();
  }

  void attributes(Band& band) {
    FileAttributes& a = band.attributes;
    a.file = fs::path(file_.path()).filename().string();
    a.field = variable_.path.substr(variable_.path.rfind('/') + 1);
    a.long_name = file_.text(variable_, "long_name");
    a.integer = band.integer;
    a.hdf4 = file_.attribute(variable_, "calibrated_nt") || file_.attribute(variable_, "scale_factor_err");
    for (const char* key : {"SHORTNAME", "ShortName", "short_name"})
      if (const auto found = file_.attribute(file_.id(), NC_GLOBAL, key); found && a.short_name.empty())
        a.short_name = found->text;
    if (const auto doi = file_.attribute(file_.id(), NC_GLOBAL, "identifier_product_doi");
        doi && a.short_name.empty() && doi->text.find("/MODIS/") != std::string::npos)
      a.short_name = doi->text.substr(doi->text.find("/MODIS/") + 7);
    a.scale = file_.number(variable_, "scale_factor");
    a.offset = file_.number(variable_, "add_offset");
    const double scale = a.scale.value_or(1), offset = a.offset.value_or(0);
    const auto in_type = [&](double v) {
      if (variable_.type == NC_FLOAT) return double(float(v));
      return unsigned_ != 0 && v < 0 ? v + unsigned_ : v;
    };
    const auto numbers = [&](const char* key) {
      const auto found = file_.attribute(variable_, key);
      return found ? (found->numbers.empty() ? numbers_in(found->text) : found->numbers) : std::vector<double>();
    };
    bool filled = false;
    for (const char* key : {"_FillValue", "missing_value"})
      for (const double v : numbers(key)) {
        filled |= std::string(key) == "_FillValue";
        if (!std::isnan(v)) add_fill(a, in_type(v));
      }
    // Floats need none: a magnitude of 1e30 and more is missing.
    if (const auto fill = default_fill(variable_.type); fill && !filled && a.integer) add_fill(a, in_type(*fill));
    if (wide_) {
      wide_fills_ = {NC_FILL_INT64, std::numeric_limits<long long>::max(), std::numeric_limits<long long>::min()};
      for (const char* key : {"_FillValue", "missing_value"}) {
        nc_type type = NC_NAT;
        size_t length = 0;
        if (nc_inq_att(variable_.group, variable_.id, key, &type, &length) || type == NC_CHAR || type == NC_STRING)
          continue;
        std::vector<long long> values(length);
        if (nc_get_att_longlong(variable_.group, variable_.id, key, values.data()) == NC_NOERR)
          wide_fills_.insert(wide_fills_.end(), values.begin(), values.end());
      }
    }
    std::optional<double> low, high;
    bool of_values = false;
    for (const auto& [key, limit, which] :
         {std::tuple{"valid_range", &low, size_t(0)}, std::tuple{"valid_range", &high, size_t(1)},
          std::tuple{"valid_min", &low, size_t(0)}, std::tuple{"valid_max", &high, size_t(0)}}) {
      const std::vector<double> limits = numbers(key);
      if (limits.size() != (std::string(key) == "valid_range" ? 2 : 1)) continue;
      *limit = limits[which];
      const nc_type type = file_.attribute(variable_, key)->type;
      of_values |= type == NC_FLOAT || type == NC_DOUBLE;
    }
    // A range of floats for packed integers is one of values (NetCDF User's Guide); but one that would then exclude no
    // stored number at all was written in stored numbers.
    const auto unpacked = [&](double v) { return (v - offset) / scale; };
    of_values = of_values && band.integer && (a.scale || a.offset) && scale != 0 &&
                ((low && fits(unpacked(*low))) || (high && fits(unpacked(*high))));
    // To whole numbers: 150 / 0.02 is not 7500 exactly.
    if (low) a.low = of_values ? std::ceil(unpacked(*low) - 1e-6) : in_type(*low);
    if (high) a.high = of_values ? std::floor(unpacked(*high) + 1e-6) : in_type(*high);
    if (a.low && a.high && *a.low > *a.high) std::swap(*a.low, *a.high);
    a.flags = band.integer && (file_.attribute(variable_, "flag_values") || file_.attribute(variable_, "flag_masks") ||
                               file_.attribute(variable_, "flag_meanings"));
  }

  bool fits(double v) const {
    switch (variable_.type) {
      case NC_BYTE:
        return v >= -128 && v <= 255;
      case NC_UBYTE:
        return v >= 0 && v <= 255;
      case NC_SHORT:
        return v >= -32768 && v <= 65535;
      case NC_USHORT:
        return v >= 0 && v <= 65535;
      default:
        return true;
    }
  }

  static void add_fill(FileAttributes& a, double v) {
    if (std::find(a.fills.begin(), a.fills.end(), v) == a.fills.end()) a.fills.push_back(v);
  }

  File file_;
  Variable variable_;
  std::vector<Dimension> dimensions_;
  size_t x_ = 0, y_ = 0;
  std::vector<size_t> others_;  // dimensions but x and y
  bool flip_x_ = false, flip_y_ = false, wide_ = false;
  double unsigned_ = 0;  // what to add to negative numbers of a type that is meant as unsigned
  std::vector<long long> wide_fills_;
  std::vector<double> buffer_;
};

}  // namespace

bool is_netcdf(const fs::path& path) {
  if (!fs::is_regular_file(path)) return false;
  std::array<char, 8> magic = {};
  std::ifstream(path, std::ios::binary).read(magic.data(), magic.size());
  const std::string begin(magic.data(), magic.size()), extension = lower(path.extension().string());
  if (begin.starts_with("CDF")) return true;
  return begin == "\x89HDF\r\n\x1a\n" && !is_one_of(extension, {".kea", ".bag"});
}

std::vector<std::string> netcdf_rasters(const fs::path& path) {
  const File file(path);
  std::vector<std::string> names;
  for (const Variable& v : rasters(file)) names.push_back(v.path);
  return names;
}

std::unique_ptr<RasterSource> open_netcdf_raster(const fs::path& path, const std::string& variable) {
  return std::make_unique<NetcdfSource>(path, variable);
}

}  // namespace unetsr::data
