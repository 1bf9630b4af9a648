#include "data/formats/sounding_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "data/dataset/screens.hpp"
#include "data/formats/netcdf_columns.hpp"
#include "data/formats/sif_units.hpp"
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

// -1 for what numbers nothing.
int32_t index_of(double v) {
  return v >= 0 && v <= std::numeric_limits<int32_t>::max() ? int32_t(v) : -1;
}

class Reader {
 public:
  Reader(const std::filesystem::path& path, const Layout& layout) : columns_(path, layout.sif), layout_(layout) {
    const NetcdfFile& file = columns_.file();
    if (const auto units = file.text(file.variable(layout.sif), "units"))
      require_sif_units(path.string() + ": " + layout.sif, *units);
    const std::optional<std::string> units = file.text(file.variable(layout.time), "units");
    if (units)
      units_ = parse_time_units(path.string() + ": " + layout.time, *units);
    else if (layout.time != "TIME")  // Caltech's is in seconds since 1970 and may not state its units
      throw Error(path.string() + ": " + layout.time + " has no units");
    find_origin();
  }

  size_t lines() const { return columns_.lines(); }
  size_t across() const { return columns_.across(); }

  Soundings read(size_t first, size_t count) const {
    const NetcdfColumns& c = columns_;
    Soundings s;
    s.sif = c.floats(layout_.sif, first, count);
    s.error = c.floats(layout_.error, first, count);
    s.longitude = c.numbers(layout_.longitude, first, count);
    s.latitude = c.numbers(layout_.latitude, first, count);
    s.longitudes = c.corners(layout_.longitudes, first, count);
    s.latitudes = c.corners(layout_.latitudes, first, count);
    s.sza = c.floats(layout_.sza, first, count);
    s.vza = c.floats(layout_.vza, first, count);
    s.cloud_fraction = c.floats(layout_.cloud, first, count);
    s.time = times(first, count);
    s.orbit = orbit_.empty() ? std::vector<int32_t>(known_orbit_ < 0 ? 0 : s.size(), known_orbit_)
                             : indices(orbit_, first, count);
    s.scanline = indices(scanline_, first, count);
    s.pixel = indices(pixel_, first, count);
    if (c.rows_and_columns()) {
      s.scanline.resize(s.size()), s.pixel.resize(s.size());
      for (size_t i = 0; i < s.size(); ++i) {
        const size_t line = first + i / across(), column = i % across();
        s.scanline[i] = index_of(line < lines_.size() ? lines_[line] : double(line));
        s.pixel[i] = index_of(column < pixels_.size() ? pixels_[column] : double(column));
      }
    }
    return s;
  }

  Soundings places() const {
    Soundings s;
    s.longitude = columns_.numbers(layout_.longitude, 0, lines());
    s.latitude = columns_.numbers(layout_.latitude, 0, lines());
    return s;
  }

  std::vector<double> times(size_t first, size_t count) const {
    std::vector<double> values = columns_.per_line(layout_.time, first, count);
    for (double& t : values) t = units_.instant(t);
    return values;
  }

 private:
  // Which variables number orbits, scanlines and pixels.
  void find_origin() {
    const NetcdfFile& file = columns_.file();
    const auto find = [&](const std::vector<std::string>& names) -> std::string {
      for (const std::string& group : {product, geolocations, std::string()})
        for (const std::string& name : names)
          if (file.has(group + name) && file.variable(group + name).extent == columns_.shape()) return group + name;
      return "";
    };
    orbit_ = find({"orbit", "orbit_number"});
    if (!columns_.rows_and_columns()) {
      scanline_ = find({"scanline"});
      pixel_ = find({"ground_pixel", "pixel"});
    } else {
      lines_ = axis("scanline", lines()), pixels_ = axis("ground_pixel", columns_.shape().back());
    }
    known_orbit_ = index_of(file.number("orbit").value_or(sounding_name(columns_.path()).orbit));
  }

  std::vector<double> axis(const std::string& name, size_t length) const {
    const NetcdfFile& file = columns_.file();
    for (const std::string& group : {product, std::string()}) {
      if (!file.has(group + name)) continue;
      const Variable v = file.variable(group + name);
      if (v.extent != std::vector<size_t>{length}) continue;
      const std::vector<double> values = file.read(v, {0}, {length});
      if (std::none_of(values.begin(), values.end(), [](double value) { return std::isnan(value); })) return values;
    }
    return {};
  }

  std::vector<int32_t> indices(const std::string& name, size_t first, size_t count) const {
    std::vector<int32_t> values;
    if (name.empty()) return values;
    for (const double v : columns_.numbers(name, first, count)) values.push_back(index_of(v));
    return values;
  }

  NetcdfColumns columns_;
  Layout layout_;
  TimeUnits units_;
  // Of each sounding; empty: none. An orbit's rows and columns may have numbers of their own.
  std::string orbit_, scanline_, pixel_;
  std::vector<double> lines_, pixels_;
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
