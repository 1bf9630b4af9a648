#include "data/formats/netcdf_writer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>

#include "data/crs/cf_grid_mapping.hpp"
#include "data/formats/cell_places.hpp"
#include "data/formats/discovery_attributes.hpp"
#include "data/formats/netcdf_output.hpp"
#include "data/formats/north_up.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

namespace fs = std::filesystem;

constexpr int tile = 512;
// netCDF's own. NaN would be no fill for tools that compare with ==: one missing value makes a mean of NCO's missing.
constexpr float fill = NC_FILL_FLOAT;
constexpr double no_place = NC_FILL_DOUBLE;
constexpr const char* content_type = "coverage_content_type";  // of ACDD

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

// The order of the variables matters: GDAL lists all of two and more dimensions as rasters, and programs that open the
// first (read_stars of R) then have SIF, not its coordinates.
class NetcdfWriter : public RasterWriter {
 public:
  NetcdfWriter(fs::path file, const RasterDescription& d)
      : description_(d),
        grid_(north_up(d.grid)),
        level_(deflate_level(d.creation_options)),
        mapping_(cf_grid_mapping(d.grid.crs)),
        dates_(dates_of(d.windows)),
        file_(std::move(file)) {
    define_globals();
    time_ = file_.dimension("time", dates_.empty() ? d.windows.size() : NC_UNLIMITED);
    y_ = file_.dimension("y", size_t(grid_.rows));
    x_ = file_.dimension("x", size_t(grid_.columns));
    define_maps();
    define_grid_mapping();
    write_axes();
    if (!mapping_.geographic) define_places();
    dates_.empty() ? write_labels() : write_times();
  }

  void write(int window, const Part& part, std::span<const float> values) override { put(sif_, window, part, values); }

  void write_error(int window, const Part& part, std::span<const float> values) override {
    put(error_, window, part, values);
  }

  void write_filled(int window, const Part& part, std::span<const float> flags) override {
    put(filled_, window, part, flags);
  }

  void add_metadata(const std::string& key, const std::string& value) override { file_.text(NC_GLOBAL, key, value); }

  bool finish(const std::function<bool()>& go_on) override {
    if (!mapping_.geographic && !write_places(go_on)) return false;
    file_.close();
    return true;
  }

 private:
  void put(int variable, int window, const Part& part, std::span<const float> values) const {
    std::vector<float> flipped = north_up_values(description_.grid, part.columns, values);
    for (float& v : flipped)
      if (std::isnan(v)) v = fill;
    file_.write(variable,
                {size_t(window), size_t(north_up_row(description_.grid, part.row, part.rows)), size_t(part.column)},
                {1, size_t(part.rows), size_t(part.columns)}, flipped.data());
  }

  void define_globals() const {
    file_.text(NC_GLOBAL, "Conventions", "CF-1.12, ACDD-1.3");
    file_.text(NC_GLOBAL, "title", description_.title);
    file_.text(NC_GLOBAL, "history", description_.history);
    file_.text(NC_GLOBAL, "source", description_.source);
    for (const auto& [key, value] : description_.metadata) file_.text(NC_GLOBAL, key, value);
    const DiscoveryAttributes discovery = discovery_attributes(description_, dates_);
    for (const auto& [key, value] : discovery.texts) file_.text(NC_GLOBAL, key, value);
    for (const auto& [key, value] : discovery.numbers) file_.number(NC_GLOBAL, key, value);
  }

  void define_maps() {
    const RasterDescription& d = description_;
    sif_ = define_map(d.name, d.long_name, d.units);
    if (!d.standard_name.empty()) file_.text(sif_, "standard_name", d.standard_name);
    if (!d.cell_methods.empty()) file_.text(sif_, "cell_methods", d.cell_methods);
    file_.text(sif_, content_type, "modelResult");
    const std::string error = d.with_error ? d.name + "_error" : "", filled = d.with_filled ? d.name + "_filled" : "";
    if (!error.empty() || !filled.empty())
      file_.text(sif_, "ancillary_variables", error + (error.empty() || filled.empty() ? "" : " ") + filled);
    if (d.with_error) {
      error_ = define_map(error, "standard deviation of " + d.long_name, d.units);
      file_.text(error_, content_type, "qualityInformation");
      if (!d.standard_name.empty()) file_.text(error_, "standard_name", d.standard_name + " standard_error");
    }
    if (d.with_filled) define_flags(filled);
  }

  int define_map(const std::string& name, const std::string& long_name, const std::string& units) const {
    const int v = file_.raster(name, NC_FLOAT, {time_, y_, x_}, chunk(3), level_, &fill);
    file_.text(v, "long_name", long_name);
    file_.text(v, "units", units);
    file_.text(v, "grid_mapping", "crs");
    const std::string labels = dates_.empty() ? "window" : "", places = mapping_.geographic ? "" : "lat lon";
    if (!labels.empty() || !places.empty())
      file_.text(v, "coordinates", labels + (labels.empty() || places.empty() ? "" : " ") + places);
    return v;
  }

  // CF wants values of flags in the variable's own type.
  void define_flags(const std::string& name) {
    filled_ = define_map(name, "whether a gap of " + description_.long_name + " was filled", "1");
    file_.text(filled_, "standard_name", "status_flag");
    file_.text(filled_, content_type, "qualityInformation");
    file_.numbers(filled_, "flag_values", std::vector<float>{0, 1});
    file_.text(filled_, "flag_meanings", "predicted filled");
  }

  std::vector<size_t> chunk(size_t dimensions) const {
    std::vector<size_t> chunk(dimensions, 1);
    chunk[dimensions - 2] = size_t(std::min(tile, grid_.rows));
    chunk[dimensions - 1] = size_t(std::min(tile, grid_.columns));
    return chunk;
  }

  void define_grid_mapping() const {
    const int crs = file_.variable("crs", NC_INT, {});
    for (const auto& [name, value] : mapping_.texts) file_.text(crs, name, value);
    for (const auto& [name, values] : mapping_.numbers) file_.numbers(crs, name, values);
    const auto t = geotransform(grid_);
    std::array<char, 160> transform;
    std::snprintf(transform.data(), transform.size(), "%.17g %.17g 0 %.17g 0 %.17g", t[0], t[1], t[3], t[5]);
    file_.text(crs, "GeoTransform", transform.data());
  }

  void write_axes() const {
    const bool degrees = mapping_.geographic;
    write_axis("y", y_, degrees ? "latitude" : "projection_y_coordinate", degrees ? "degrees_north" : "", "Y",
               grid_.y_origin, grid_.y_step, grid_.rows);
    write_axis("x", x_, degrees ? "longitude" : "projection_x_coordinate", degrees ? "degrees_east" : "", "X",
               grid_.x_origin, grid_.x_step, grid_.columns);
  }

  void write_axis(const std::string& name, int dimension, const std::string& standard_name, const std::string& degrees,
                  const std::string& axis, double origin, double step, int count) const {
    const int v = file_.variable(name, NC_DOUBLE, {dimension});
    file_.text(v, "standard_name", standard_name);
    file_.text(v, "long_name", name + " of the cells' centres");
    file_.text(v, "units", degrees.empty() ? mapping_.axis_units : degrees);
    file_.text(v, "axis", axis);
    std::vector<double> centres;
    for (int i = 0; i < count; ++i) centres.push_back(origin + i * step);
    file_.write(v, {0}, {centres.size()}, centres.data());
  }

  void define_places() {
    const auto define = [&](const std::string& name, const std::string& standard_name, const std::string& units) {
      const int v = file_.raster(name, NC_DOUBLE, {y_, x_}, chunk(2), level_, &no_place);
      file_.text(v, "standard_name", standard_name);
      file_.text(v, "long_name", standard_name + " of the cell's centre, WGS 84");
      file_.text(v, "units", units);
      return v;
    };
    latitudes_ = define("lat", "latitude", "degrees_north");
    longitudes_ = define("lon", "longitude", "degrees_east");
  }

  // Chunk by chunk, in memory that does not grow with the grid.
  bool write_places(const std::function<bool()>& go_on) const {
    const Projection projection(grid_.crs);
    for (int row = 0; row < grid_.rows; row += tile)
      for (int column = 0; column < grid_.columns; column += tile) {
        if (!go_on()) return false;
        const Part part = {row, column, std::min(tile, grid_.rows - row), std::min(tile, grid_.columns - column)};
        const CellPlaces places = cell_places(projection, grid_, part, no_place);
        const std::vector<size_t> start = {size_t(row), size_t(column)},
                                  count = {size_t(part.rows), size_t(part.columns)};
        file_.write(latitudes_, start, count, places.latitudes.data());
        file_.write(longitudes_, start, count, places.longitudes.data());
      }
    return true;
  }

  void write_times() const {
    const int ends = file_.dimension("bounds", 2), v = file_.variable("time", NC_DOUBLE, {time_}),
              bounds = file_.variable("time_bounds", NC_DOUBLE, {time_, ends});
    file_.text(v, "standard_name", "time");
    file_.text(v, "long_name", "first day of the window");
    file_.text(v, "units", "days since 1970-01-01");
    file_.text(v, "calendar", "standard");
    file_.text(v, "axis", "T");
    file_.text(v, "bounds", "time_bounds");
    std::vector<double> first_days, periods;
    for (const Date& date : dates_) {
      const int day = day_number(date);
      first_days.push_back(day);
      periods.push_back(day), periods.push_back(day + description_.window_days);
    }
    file_.write(v, {0}, {dates_.size()}, first_days.data());
    file_.write(bounds, {0, 0}, {dates_.size(), 2}, periods.data());
  }

  void write_labels() const {
    const int v = file_.variable("window", NC_STRING, {time_});
    file_.text(v, "long_name", "compositing window");
    file_.write(v, {0}, {description_.windows.size()}, description_.windows);
  }

  RasterDescription description_;
  Grid grid_;  // as in the file
  int level_;
  CfGridMapping mapping_;
  std::vector<Date> dates_;  // of the windows; empty: labels
  NetcdfOutput file_;
  int time_ = 0, y_ = 0, x_ = 0, sif_ = 0, error_ = 0, filled_ = 0, latitudes_ = 0, longitudes_ = 0;
};

}  // namespace

std::unique_ptr<RasterWriter> make_netcdf_writer(const fs::path& file, const RasterDescription& d) {
  return std::make_unique<NetcdfWriter>(file, d);
}

}  // namespace unetsr::data
