#include "data/formats/netcdf_writer.hpp"

#include <netcdf.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>

#include "data/crs/cf_grid_mapping.hpp"
#include "data/dataset/calendar.hpp"
#include "data/dataset/hdf5_handle.hpp"
#include "data/formats/netcdf_status.hpp"
#include "data/formats/north_up.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

namespace fs = std::filesystem;

constexpr int tile = 512;
// netCDF's own. NaN would be no fill for tools that compare with ==: one missing value makes a mean of NCO's missing.
constexpr float fill = NC_FILL_FLOAT;

// The first days of the windows, if all labels are dates in their order.
std::vector<Date> dates_of(const std::vector<std::string>& labels) {
  std::vector<Date> dates;
  for (const std::string& label : labels) {
    const std::optional<Date> date = parse_date(label);
    if (!date || (!dates.empty() && !(dates.back() < *date))) return {};
    dates.push_back(*date);
  }
  return dates;
}

int deflate_level(const std::vector<std::string>& options) {
  int level = 4;
  for (const std::string& option : options) {
    if (option.size() != 8 || !option.starts_with("ZLEVEL=") || option[7] < '0' || option[7] > '9')
      throw UsageError("--co " + option + ": netCDF takes ZLEVEL=0 to ZLEVEL=9");
    level = option[7] - '0';
  }
  return level;
}

class NetcdfWriter : public RasterWriter {
 public:
  NetcdfWriter(fs::path file, const RasterDescription& d)
      : file_(std::move(file)), description_(d), grid_(north_up(d.grid)) {
    const int level = deflate_level(d.creation_options);
    const CfGridMapping mapping = cf_grid_mapping(d.grid.crs);
    silence_hdf5();
    check(nc_create(file_.c_str(), NC_NETCDF4 | NC_CLOBBER, &id_));
    open_ = true;
    define_globals();
    check(nc_def_dim(id_, "time", d.windows.size(), &time_));
    check(nc_def_dim(id_, "y", size_t(grid_.rows), &y_));
    check(nc_def_dim(id_, "x", size_t(grid_.columns), &x_));
    define_grid_mapping(mapping);
    const std::vector<Date> dates = dates_of(d.windows);
    sif_ = define_values(description_.name, description_.long_name, description_.units, level, !dates.empty());
    const std::string error = d.with_error ? d.name + "_error" : "", filled = d.with_filled ? d.name + "_filled" : "";
    if (!error.empty() || !filled.empty())
      text(sif_, "ancillary_variables", error + (error.empty() || filled.empty() ? "" : " ") + filled);
    if (d.with_error)
      error_ = define_values(error, "standard deviation of " + d.long_name, d.units, level, !dates.empty());
    if (d.with_filled) define_flags(filled, level, !dates.empty());
    write_axis("y", y_, mapping.geographic ? "latitude" : "projection_y_coordinate",
               mapping.geographic ? "degrees_north" : mapping.axis_units, "Y", grid_.y_origin, grid_.y_step,
               grid_.rows);
    write_axis("x", x_, mapping.geographic ? "longitude" : "projection_x_coordinate",
               mapping.geographic ? "degrees_east" : mapping.axis_units, "X", grid_.x_origin, grid_.x_step,
               grid_.columns);
    if (dates.empty())
      write_labels();
    else
      write_times(dates);
  }
  ~NetcdfWriter() override {
    if (open_) nc_close(id_);
  }
  NetcdfWriter(const NetcdfWriter&) = delete;
  NetcdfWriter& operator=(const NetcdfWriter&) = delete;

  void write(int window, const Part& part, std::span<const float> values) override { put(sif_, window, part, values); }

  void write_error(int window, const Part& part, std::span<const float> values) override {
    put(error_, window, part, values);
  }

  void write_filled(int window, const Part& part, std::span<const float> flags) override {
    put(filled_, window, part, flags);
  }

  void put(int variable, int window, const Part& part, std::span<const float> values) const {
    std::vector<float> flipped = north_up_values(description_.grid, part.columns, values);
    for (float& v : flipped)
      if (std::isnan(v)) v = fill;
    const std::array<size_t, 3> start = {size_t(window), size_t(north_up_row(description_.grid, part.row, part.rows)),
                                         size_t(part.column)};
    const std::array<size_t, 3> count = {1, size_t(part.rows), size_t(part.columns)};
    check(nc_put_vara_float(id_, variable, start.data(), count.data(), flipped.data()));
  }

  void add_metadata(const std::string& key, const std::string& value) override { text(NC_GLOBAL, key, value); }

  bool finish(const std::function<bool()>&) override {
    check(nc_sync(id_));  // netCDF crashes where HDF5 cannot write at the end
    open_ = false;
    check(nc_close(id_));
    return true;
  }

 private:
  void check(int status) const {
    if (status != NC_NOERR) throw Error(file_.string() + ": cannot be written: " + netcdf_message(status));
  }

  int variable(const std::string& name, nc_type type, const std::vector<int>& dimensions) const {
    int variable = 0;
    check(nc_def_var(id_, name.c_str(), type, int(dimensions.size()), dimensions.data(), &variable));
    return variable;
  }
  void text(int variable, const std::string& name, const std::string& value) const {
    check(nc_put_att_text(id_, variable, name.c_str(), value.size(), value.c_str()));
  }
  void numbers(int variable, const std::string& name, const std::vector<double>& values) const {
    check(nc_put_att_double(id_, variable, name.c_str(), NC_DOUBLE, values.size(), values.data()));
  }

  void define_globals() const {
    text(NC_GLOBAL, "Conventions", "CF-1.8");
    text(NC_GLOBAL, "title", description_.title);
    text(NC_GLOBAL, "history", description_.history);
    text(NC_GLOBAL, "source", description_.source);
    for (const auto& [key, value] : description_.metadata) text(NC_GLOBAL, key, value);
  }

  void define_grid_mapping(const CfGridMapping& mapping) const {
    const int crs = variable("crs", NC_INT, {});
    for (const auto& [name, value] : mapping.texts) text(crs, name, value);
    for (const auto& [name, values] : mapping.numbers) numbers(crs, name, values);
    const auto t = geotransform(grid_);
    std::array<char, 160> transform;
    std::snprintf(transform.data(), transform.size(), "%.17g %.17g 0 %.17g 0 %.17g", t[0], t[1], t[3], t[5]);
    text(crs, "GeoTransform", transform.data());
  }

  // CF wants values of flags in the variable's own type.
  void define_flags(const std::string& name, int level, bool dated) {
    filled_ = define_values(name, "whether a gap of " + description_.long_name + " was filled", "1", level, dated);
    const std::array<float, 2> values = {0, 1};
    check(nc_put_att_float(id_, filled_, "flag_values", NC_FLOAT, values.size(), values.data()));
    text(filled_, "flag_meanings", "predicted filled");
  }

  int define_values(const std::string& name, const std::string& long_name, const std::string& units, int level,
                    bool dated) const {
    const int v = variable(name, NC_FLOAT, {time_, y_, x_});
    const std::array<size_t, 3> chunk = {1, size_t(std::min(tile, grid_.rows)), size_t(std::min(tile, grid_.columns))};
    check(nc_def_var_chunking(id_, v, NC_CHUNKED, chunk.data()));
    check(nc_def_var_deflate(id_, v, 1, level > 0, level));
    check(nc_def_var_fill(id_, v, NC_FILL, &fill));
    text(v, "long_name", long_name);
    text(v, "units", units);
    text(v, "grid_mapping", "crs");
    if (!dated) text(v, "coordinates", "window");
    return v;
  }

  void write_axis(const std::string& name, int dimension, const std::string& standard_name, const std::string& units,
                  const std::string& axis, double origin, double step, int count) const {
    const int v = variable(name, NC_DOUBLE, {dimension});
    text(v, "standard_name", standard_name);
    text(v, "units", units);
    text(v, "axis", axis);
    std::vector<double> centres;
    for (int i = 0; i < count; ++i) centres.push_back(origin + i * step);
    check(nc_put_var_double(id_, v, centres.data()));
  }

  void write_times(const std::vector<Date>& dates) const {
    int ends = 0;
    check(nc_def_dim(id_, "bounds", 2, &ends));
    const int v = variable("time", NC_DOUBLE, {time_}), bounds = variable("time_bounds", NC_DOUBLE, {time_, ends});
    text(v, "standard_name", "time");
    text(v, "units", "days since 1970-01-01");
    text(v, "calendar", "standard");
    text(v, "axis", "T");
    text(v, "bounds", "time_bounds");
    std::vector<double> first_days, periods;
    for (const Date& date : dates) {
      const int day = day_number(date);
      first_days.push_back(day);
      periods.push_back(day), periods.push_back(day + Window{date}.days());
    }
    check(nc_put_var_double(id_, v, first_days.data()));
    check(nc_put_var_double(id_, bounds, periods.data()));
  }

  void write_labels() const {
    const int v = variable("window", NC_STRING, {time_});
    text(v, "long_name", "compositing window");
    std::vector<const char*> labels;
    for (const std::string& label : description_.windows) labels.push_back(label.c_str());
    check(nc_put_var_string(id_, v, labels.data()));
  }

  fs::path file_;
  RasterDescription description_;
  Grid grid_;  // as in the file
  int id_ = 0, time_ = 0, y_ = 0, x_ = 0, sif_ = 0, error_ = 0, filled_ = 0;
  bool open_ = false;
};

}  // namespace

std::unique_ptr<RasterWriter> make_netcdf_writer(const fs::path& file, const RasterDescription& d) {
  return std::make_unique<NetcdfWriter>(file, d);
}

}  // namespace unetsr::data
