#include "data/formats/sounding_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

#include "data/dataset/calendar.hpp"
#include "data/formats/netcdf_file.hpp"
#include "kernels/error.hpp"

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
  const bool understood = since != std::string::npos && std::sscanf(text.c_str() + since + 7, "%d-%d-%d%*[T ]%d:%d:%lf",
                                                                    &year, &month, &day, &hour, &minute, &second) >= 3;
  const double seconds = unit.starts_with("milli")  ? 1e-3
                         : unit.starts_with("sec")  ? 1
                         : unit.starts_with("min")  ? 60
                         : unit.starts_with("hour") ? 3600
                         : unit.starts_with("day")  ? 86400
                                                    : 0;
  if (!understood || seconds == 0)
    throw Error(path.string() + ": " + v.path + ": its units '" + text + "' are not <unit> since <date>");
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
  throw Error(path.string() + ": " + v.path + " is in '" + *text + "', not in mW/m2/sr/nm");
}

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
    else if (layout.time != "TIME")  // Caltech's is in seconds since 1970 and may not say so
      throw Error(path.string() + ": " + layout.time + " has no units");
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
    return s;
  }

 private:
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

  std::filesystem::path path_;
  NetcdfFile file_;
  Layout layout_;
  Variable sif_, time_;
  std::vector<size_t> shape_;
  size_t along_ = 0, across_ = 1;
  TimeUnits units_;
};

}  // namespace

void read_soundings(const std::filesystem::path& path, size_t part, const std::function<void(const Soundings&)>& take) {
  const Layout* layout = nullptr;
  {
    const NetcdfFile file(path);
    if (file.has(troposif.latitude) || file.has(troposif.sif))
      layout = &troposif;
    else if (file.has(caltech.sif) || file.has(caltech.latitudes))
      layout = &caltech;
  }
  if (!layout)
    throw Error(path.string() + ": has neither " + troposif.sif + " (TROPOSIF) nor " + caltech.sif +
                " (Caltech): not a file of TROPOMI SIF soundings");
  const Reader reader(path, *layout);
  const size_t lines = std::max<size_t>(1, part / std::max<size_t>(1, reader.across()));
  for (size_t first = 0; first < reader.lines(); first += lines)
    take(reader.read(first, std::min(lines, reader.lines() - first)));
}

}  // namespace unetsr::data
