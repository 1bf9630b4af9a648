#pragma once
#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "data/formats/netcdf_file.hpp"

namespace unetsr::data {

// A unit of time and the instant from which it counts, in seconds since 1970-01-01 UTC.
struct TimeUnits {
  double seconds = 1, epoch = 0;
  double instant(double value) const { return epoch + value * seconds; }
};

// "milliseconds since 2019-06-10T00:00:00 UTC" -> {0.001, that instant}; of dates in words "1 January 1990". `place`
// (file and variable, or key) begins the message of the Error that other texts throw.
TimeUnits parse_time_units(const std::string& place, const std::string& text);

// The variables of a file of soundings that have one value for each: a list, or (time = 1, scanline, ground_pixel).
// Errors name file and variable.
class NetcdfColumns {
 public:
  // `main`: the variable whose shape counts. Throws Error where it is no such list, or states too many soundings.
  NetcdfColumns(const std::filesystem::path& file, const std::string& main);

  const NetcdfFile& file() const { return file_; }
  const std::filesystem::path& path() const { return path_; }
  const std::vector<size_t>& shape() const { return shape_; }
  bool rows_and_columns() const { return shape_.size() > along_ + 1; }  // false: a list
  size_t lines() const { return shape_[along_]; }
  size_t across() const { return across_; }

  // Lines first .. first + count - 1. NaN where missing. Of corners, the first or the last dimension.
  std::vector<double> numbers(const std::string& name, size_t first, size_t count) const;
  std::vector<float> floats(const std::string& name, size_t first, size_t count) const;
  std::vector<std::array<double, 4>> corners(const std::string& name, size_t first, size_t count) const;
  // One a sounding, or one a scanline that stands for each of its pixels.
  std::vector<double> per_line(const std::string& name, size_t first, size_t count) const;

 private:
  [[noreturn]] void wrong_shape(const NetcdfFile::Variable&) const;

  std::filesystem::path path_;
  NetcdfFile file_;
  std::string main_;
  std::vector<size_t> shape_;
  size_t along_ = 0, across_ = 1;
};

}  // namespace unetsr::data
