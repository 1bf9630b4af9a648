#include "data/formats/netcdf_columns.hpp"

#include <strings.h>

#include <array>
#include <cstdio>
#include <optional>

#include "data/dataset/calendar.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

constexpr double most_soundings = 1e9;  // a day of TROPOMI has some 2e7

// From "2019-06-10T00:00:00 UTC" or "1 January 1990".
std::optional<double> instant_of(const std::string& text) {
  constexpr std::array months = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
  int year = 0, month = 0, day = 0, hour = 0, minute = 0;
  double second = 0;
  std::array<char, 16> name = {};
  if (std::sscanf(text.c_str(), "%d %15[A-Za-z] %d", &day, name.data(), &year) == 3) {
    for (size_t i = 0; i < months.size(); ++i)
      if (strncasecmp(name.data(), months[i], 3) == 0) month = int(i) + 1;
  } else if (std::sscanf(text.c_str(), "%d-%d-%d%*[T ]%d:%d:%lf", &year, &month, &day, &hour, &minute, &second) < 3) {
    return std::nullopt;
  }
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  return day_number({year, month, day}) * 86400.0 + hour * 3600 + minute * 60 + second;
}

}  // namespace

TimeUnits parse_time_units(const std::string& place, const std::string& text) {
  const size_t since = text.find(" since ");
  const std::string unit = text.substr(0, since);
  const std::optional<double> epoch = since == std::string::npos ? std::nullopt : instant_of(text.substr(since + 7));
  const double seconds = unit.starts_with("milli")  ? 1e-3
                         : unit.starts_with("sec")  ? 1
                         : unit.starts_with("min")  ? 60
                         : unit.starts_with("hour") ? 3600
                         : unit.starts_with("day")  ? 86400
                                                    : 0;
  if (!epoch || seconds == 0) throw Error(place + ": its units '" + excerpt(text) + "' are not <unit> since <date>");
  return {seconds, *epoch};
}

NetcdfColumns::NetcdfColumns(const std::filesystem::path& path, const std::string& main)
    : path_(path), file_(path), main_(main), shape_(file_.variable(main).extent) {
  if (shape_.empty() || shape_.size() > 3 || (shape_.size() == 3 && shape_[0] != 1))
    throw Error(path.string() + ": " + main + " has " + std::to_string(shape_.size()) +
                " dimensions; a list of soundings or (time = 1, scanline, ground_pixel) is wanted");
  along_ = shape_.size() == 3 ? 1 : 0;
  double soundings = 1;
  for (size_t i = 0; i < shape_.size(); ++i) {
    soundings *= double(shape_[i]);
    if (i > along_) across_ *= shape_[i];
  }
  if (soundings > most_soundings) throw Error(path.string() + ": " + main + " states too many soundings");
}

void NetcdfColumns::wrong_shape(const NetcdfFile::Variable& v) const {
  throw Error(path_.string() + ": " + v.path + " does not have one value for each of " + main_);
}

std::vector<double> NetcdfColumns::numbers(const std::string& name, size_t first, size_t count) const {
  const NetcdfFile::Variable v = file_.variable(name);
  if (v.extent != shape_) wrong_shape(v);
  std::vector<size_t> start(shape_.size(), 0), block = shape_;
  start[along_] = first, block[along_] = count;
  return file_.read(v, start, block);
}

std::vector<float> NetcdfColumns::floats(const std::string& name, size_t first, size_t count) const {
  const std::vector<double> values = numbers(name, first, count);
  return {values.begin(), values.end()};
}

std::vector<std::array<double, 4>> NetcdfColumns::corners(const std::string& name, size_t first, size_t count) const {
  const NetcdfFile::Variable v = file_.variable(name);
  std::vector<size_t> with_corners = shape_;
  with_corners.push_back(4);
  const bool last = v.extent == with_corners;
  std::vector<size_t> corners_first = shape_;
  corners_first.insert(corners_first.begin(), 4);
  if (!last && v.extent != corners_first) wrong_shape(v);
  std::vector<size_t> start(v.extent.size(), 0), block = v.extent;
  const size_t along = last ? along_ : along_ + 1;
  start[along] = first, block[along] = count;
  const std::vector<double> values = file_.read(v, start, block);
  const size_t soundings = values.size() / 4;
  std::vector<std::array<double, 4>> result(soundings);
  for (size_t i = 0; i < soundings; ++i)
    for (size_t k = 0; k < 4; ++k) result[i][k] = last ? values[i * 4 + k] : values[k * soundings + i];
  return result;
}

std::vector<double> NetcdfColumns::per_line(const std::string& name, size_t first, size_t count) const {
  const NetcdfFile::Variable v = file_.variable(name);
  if (v.extent == shape_) return numbers(name, first, count);
  if (along_ == 0 || v.extent.empty() || v.extent.back() != lines()) wrong_shape(v);
  std::vector<size_t> start(v.extent.size(), 0), block(v.extent.size(), 1);
  start.back() = first, block.back() = count;
  std::vector<double> values;
  for (const double line : file_.read(v, start, block)) values.insert(values.end(), across_, line);
  return values;
}

}  // namespace unetsr::data
