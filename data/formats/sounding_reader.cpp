#include "data/formats/sounding_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

#include "data/dataset/calendar.hpp"
#include "data/dataset/screens.hpp"
#include "data/formats/netcdf_file.hpp"
#include "data/formats/sounding_name.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

using Variable = NetcdfFile::Variable;

// Where a product keeps what a Soundings has. Corners come as the first or the last dimension.
struct Layout {
  std::string sif, error, latitude, longitude, latitudes, longitudes, sza, vza, cloud, time;
};

const std::string product = "PRODUCT/", geolocations = "PRODUCT/SUPPORT_DATA/GEOLOCATIONS/";

const Layout troposif = {product + "SIF_743",
                         product + "SIF_ERROR_743",
                         product + "latitude",
                         product + "longitude",
                         geolocations + "latitude_bounds",
                         geolocations + "longitude_bounds",
                         geolocations + "solar_zenith_angle",
                         geolocations + "viewing_zenith_angle",
                         "PRODUCT/SUPPORT_DATA/INPUT_DATA/cloud_fraction_L2",
                         product + "delta_time"};
const Layout caltech = {"sif", "sif_err", "lat", "lon", "lat_bnds", "lon_bnds", "sza", "vza", "cloud_fraction", "TIME"};

// "milliseconds since 2019-06-10T00:00:00 UTC" -> {0.001, seconds of that instant since 1970}.
struct TimeUnits {
  double seconds = 1, epoch = 0;
};

TimeUnits time_units(const std::filesystem::path& path, const Variable& v, const std::string& text) {
  const size_t since = text.find(" since ");
  const std::string unit = text.substr(0, since);
  int year = 0, month = 0, day = 0, hour = 0, minute = 0;
  double second = 0;
  const bool understood = since != std::string::npos &&
                          std::sscanf(text.c_str() + since + 7, "%d-%d-%d%*[T ]%d:%d:%lf", &year, &month, &day, &hour,
                                      &minute, &second) >= 3 &&
                          year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  const double seconds = unit.starts_with("milli")  ? 1e-3
                         : unit.starts_with("sec")  ? 1
                         : unit.starts_with("min")  ? 60
                         : unit.starts_with("hour") ? 3600
                         : unit.starts_with("day")  ? 86400
                                                    : 0;
  if (!understood || seconds == 0)
    throw Error(path.string() + ": " + v.path + ": its units '" + excerpt(text) + "' are not <unit> since <date>");
  return {seconds, day_number({year, month, day}) * 86400.0 + hour * 3600 + minute * 60 + second};
}

// SIF is wanted in mW m-2 sr-1 nm-1; W m-2 sr-1 um-1 is the same number.
void require_sif_units(const NetcdfFile& file, const std::filesystem::path& path, const Variable& v) {
  const std::optional<std::string> text = file.text(v, "units");
  if (!text) return;
  std::string letters;
  for (const char c : *text)
    if (std::isalpha(static_cast<unsigned char>(c))) letters += c;
  for (const char* known : {"mWmsrnm", "mWmnmsr", "mWnmmsr", "mWsrmnm", "Wmsrum", "Wmsrmum", "Wmumsr", "mWmsrnmA"})
    if (letters == known) return;
  throw Error(path.string() + ": " + v.path + " is in '" + excerpt(*text) + "', not in mW/m2/sr/nm");
}

// -1 for what numbers nothing.
int32_t index_of(double v) {
  return v >= 0 && v <= std::numeric_limits<int32_t>::max() ? int32_t(v) : -1;
}

constexpr double most_soundings = 1e9;  // a day of TROPOMI has some 2e7

class Reader {
 public:
  Reader(const std::filesystem::path& path, const Layout& layout)
      : path_(path), file_(path), layout_(layout), sif_(file_.variable(layout.sif)) {
    require_sif_units(file_, path, sif_);
    shape_ = sif_.extent;
    // (time, scanline, ground_pixel): one time.
    if (shape_.empty() || shape_.size() > 3 || (shape_.size() == 3 && shape_[0] != 1))
      throw Error(path.string() + ": " + layout.sif + " has " + std::to_string(shape_.size()) +
                  " dimensions; a list of soundings or (time = 1, scanline, ground_pixel) is wanted");
    along_ = shape_.size() == 3 ? 1 : 0;
    across_ = 1;
    for (size_t i = along_ + 1; i < shape_.size(); ++i) across_ *= shape_[i];
    time_ = file_.variable(layout.time);
    const std::optional<std::string> units = file_.text(time_, "units");
    if (units)
      units_ = time_units(path, time_, *units);
    else if (layout.time != "TIME")  // Caltech's is in seconds since 1970 and may not state its units
      throw Error(path.string() + ": " + layout.time + " has no units");
    double soundings = 1;
    for (const size_t n : shape_) soundings *= double(n);
    if (soundings > most_soundings) throw Error(path.string() + ": " + layout.sif + " states too many soundings");
    find_origin();
  }

  size_t lines() const { return shape_[along_]; }
  size_t across() const { return across_; }

  Soundings read(size_t first, size_t count) const {
    Soundings s;
    s.sif = floats(layout_.sif, first, count);
    s.error = floats(layout_.error, first, count);
    s.longitude = numbers(layout_.longitude, first, count);
    s.latitude = numbers(layout_.latitude, first, count);
    s.longitudes = corners(layout_.longitudes, first, count);
    s.latitudes = corners(layout_.latitudes, first, count);
    s.sza = floats(layout_.sza, first, count);
    s.vza = floats(layout_.vza, first, count);
    s.cloud_fraction = floats(layout_.cloud, first, count);
    s.time = times(first, count);
    s.orbit = orbit_.empty() ? std::vector<int32_t>(known_orbit_ < 0 ? 0 : s.size(), known_orbit_)
                             : indices(orbit_, first, count);
    s.scanline = indices(scanline_, first, count);
    s.pixel = indices(pixel_, first, count);
    if (shape_.size() > along_ + 1) {
      s.scanline.resize(s.size()), s.pixel.resize(s.size());
      for (size_t i = 0; i < s.size(); ++i) {
        const size_t line = first + i / across_, column = i % across_;
        s.scanline[i] = index_of(line < lines_.size() ? lines_[line] : double(line));
        s.pixel[i] = index_of(column < columns_.size() ? columns_[column] : double(column));
      }
    }
    return s;
  }

  Soundings places() const {
    Soundings s;
    s.longitude = numbers(layout_.longitude, 0, lines());
    s.latitude = numbers(layout_.latitude, 0, lines());
    return s;
  }

  // One a sounding, or one a scanline.
  std::vector<double> times(size_t first, size_t count) const {
    std::vector<double> values;
    if (time_.extent == shape_) {
      values = numbers(layout_.time, first, count);
    } else {
      if (along_ == 0 || time_.extent.empty() || time_.extent.back() != lines()) wrong_shape(time_);
      std::vector<size_t> start(time_.extent.size(), 0), block(time_.extent.size(), 1);
      start.back() = first, block.back() = count;
      for (const double line : file_.read(time_, start, block)) values.insert(values.end(), across_, line);
    }
    for (double& t : values) t = units_.epoch + t * units_.seconds;
    return values;
  }

 private:
  // Which variables number orbits, scanlines and pixels.
  void find_origin() {
    const auto find = [&](const std::vector<std::string>& names) -> std::string {
      for (const std::string& group : {product, geolocations, std::string()})
        for (const std::string& name : names)
          if (file_.has(group + name) && file_.variable(group + name).extent == shape_) return group + name;
      return "";
    };
    orbit_ = find({"orbit", "orbit_number"});
    if (shape_.size() == along_ + 1) {
      scanline_ = find({"scanline"});
      pixel_ = find({"ground_pixel", "pixel"});
    } else {
      lines_ = axis("scanline", lines()), columns_ = axis("ground_pixel", shape_.back());
    }
    known_orbit_ = index_of(file_.number("orbit").value_or(sounding_name(path_).orbit));
  }

  std::vector<double> axis(const std::string& name, size_t length) const {
    for (const std::string& group : {product, std::string()}) {
      if (!file_.has(group + name)) continue;
      const Variable v = file_.variable(group + name);
      if (v.extent != std::vector<size_t>{length}) continue;
      const std::vector<double> values = file_.read(v, {0}, {length});
      if (std::none_of(values.begin(), values.end(), [](double value) { return std::isnan(value); })) return values;
    }
    return {};
  }

  std::vector<int32_t> indices(const std::string& name, size_t first, size_t count) const {
    std::vector<int32_t> values;
    if (name.empty()) return values;
    for (const double v : numbers(name, first, count)) values.push_back(index_of(v));
    return values;
  }

  [[noreturn]] void wrong_shape(const Variable& v) const {
    throw Error(path_.string() + ": " + v.path + " does not have one value for each of " + layout_.sif);
  }

  std::vector<double> numbers(const std::string& name, size_t first, size_t count) const {
    const Variable v = file_.variable(name);
    if (v.extent != shape_) wrong_shape(v);
    std::vector<size_t> start(shape_.size(), 0), block = shape_;
    start[along_] = first, block[along_] = count;
    return file_.read(v, start, block);
  }

  std::vector<float> floats(const std::string& name, size_t first, size_t count) const {
    const std::vector<double> values = numbers(name, first, count);
    return {values.begin(), values.end()};
  }

  std::vector<std::array<double, 4>> corners(const std::string& name, size_t first, size_t count) const {
    const Variable v = file_.variable(name);
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

  std::filesystem::path path_;
  NetcdfFile file_;
  Layout layout_;
  Variable sif_, time_;
  std::vector<size_t> shape_;
  size_t along_ = 0, across_ = 1;
  TimeUnits units_;
  // Of each sounding; empty: none. An orbit's rows and columns may have numbers of their own.
  std::string orbit_, scanline_, pixel_;
  std::vector<double> lines_, columns_;
  int32_t known_orbit_ = -1;
};

// Which product a Sentinel-5P file holds, by its name or a variable that only this product has; empty: not known.
std::string other_product(const std::filesystem::path& path, const NetcdfFile& file) {
  const std::string named = sentinel_5p_product(path);
  if (!named.empty()) return named;
  const std::array<std::array<const char*, 2>, 9> products = {
      {{"nitrogendioxide_tropospheric_column", "L2__NO2"},
       {"carbonmonoxide_total_column", "L2__CO"},
       {"methane_mixing_ratio", "L2__CH4"},
       {"ozone_total_vertical_column", "L2__O3"},
       {"sulfurdioxide_total_vertical_column", "L2__SO2"},
       {"formaldehyde_tropospheric_vertical_column", "L2__HCHO"},
       {"aerosol_index_354_388", "L2__AER_AI"},
       {"aerosol_mid_height", "L2__AER_LH"},
       {"cloud_fraction", "L2__CLOUD"}}};
  for (const auto& [variable, name] : products)
    if (file.has(product + variable)) return name;
  return "";
}

std::string some_of(const std::vector<std::string>& names) {
  constexpr size_t most = 12;
  std::string text = list_of_names(std::span(names).first(std::min(most, names.size())));
  if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
  return text.empty() ? "none" : text;
}

const Layout& layout_of(const std::filesystem::path& path) {
  const NetcdfFile file(path);
  if (file.has(troposif.sif)) return troposif;
  if (file.has(caltech.sif) || file.has(caltech.latitudes)) return caltech;
  const std::string other = other_product(path, file);
  const std::string wanted = " has neither " + troposif.sif + " (TROPOSIF) nor " + caltech.sif + " (Caltech)";
  if (!other.empty() && other.find("SIF") == std::string::npos)
    throw Error(path.string() + ": holds Sentinel-5P's " + other +
                ", not SIF: TROPOSIF's L2B_SIF or L2__SIF is wanted;" + " it" + wanted);
  throw Error(path.string() + ":" + wanted +
              ": not a file of TROPOMI SIF soundings; its variables: " + some_of(file.variables()));
}

}  // namespace

void read_soundings(const std::filesystem::path& path, size_t part, const std::function<void(const Soundings&)>& take) {
  const Reader reader(path, layout_of(path));
  const size_t lines = std::max<size_t>(1, part / std::max<size_t>(1, reader.across()));
  for (size_t first = 0; first < reader.lines(); first += lines)
    take(reader.read(first, std::min(lines, reader.lines() - first)));
}

int64_t count_soundings(const std::filesystem::path& path) {
  const Reader reader(path, layout_of(path));
  return int64_t(reader.lines()) * int64_t(reader.across());
}

Soundings sounding_places(const std::filesystem::path& path) {
  return Reader(path, layout_of(path)).places();
}

std::map<int, int64_t> sounding_days(const std::filesystem::path& path) {
  const Reader reader(path, layout_of(path));
  std::map<int, int64_t> days;
  const size_t lines = std::max<size_t>(1, 200000 / std::max<size_t>(1, reader.across()));
  for (size_t first = 0; first < reader.lines(); first += lines)
    for (const double time : reader.times(first, std::min(lines, reader.lines() - first)))
      if (std::abs(time) <= sounding_bounds::time) ++days[int(std::floor(time / 86400))];
  return days;
}

}  // namespace unetsr::data
