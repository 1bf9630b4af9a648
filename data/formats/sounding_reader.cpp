#include "data/formats/sounding_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "data/dataset/missing.hpp"
#include "data/dataset/screens.hpp"
#include "data/formats/flex_l2_reader.hpp"
#include "data/formats/netcdf_columns.hpp"
#include "data/formats/sif_units.hpp"
#include "data/formats/sounding_name.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

using Variable = NetcdfFile::Variable;

const std::string product = "PRODUCT/", geolocations = "PRODUCT/SUPPORT_DATA/GEOLOCATIONS/";

// -1 for what numbers nothing.
int32_t index_of(double v) {
  return v >= 0 && v <= std::numeric_limits<int32_t>::max() ? int32_t(v) : -1;
}

class Reader {
 public:
  Reader(const std::filesystem::path& path, const SoundingLayout& layout, const SifChoice& choice)
      : layout_(layout), sif_(columns_for(choice, layout, path.string())), columns_(path, sif_.sif) {
    const NetcdfFile& file = columns_.file();
    const std::optional<std::string> sif_units = units_of(sif_.sif, layout.sif_units);
    if (sif_units) require_sif_units(path.string() + ": " + sif_.sif, *sif_units);
    const std::optional<std::string> units = units_of(layout.time, layout.time_units);
    if (!units) throw Error(path.string() + ": " + layout.time + " has no units");
    units_ = parse_time_units(path.string() + ": " + layout.time, *units);
    find_origin(file);
  }

  size_t lines() const { return columns_.lines(); }
  size_t across() const { return columns_.across(); }

  Soundings read(size_t first, size_t count) const {
    Soundings s;
    s.sif = floats(sif_.sif, first, count);
    s.error = errors(first, count);
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
    s.rejected = rejected(first, count);
    if (columns_.rows_and_columns()) {
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
    s.longitude = numbers(layout_.longitude, 0, lines());
    s.latitude = numbers(layout_.latitude, 0, lines());
    return s;
  }

  std::vector<double> times(size_t first, size_t count) const {
    std::vector<double> values = without_codes(columns_.per_line(layout_.time, first, count));
    for (double& t : values) t = units_.instant(t);
    return values;
  }

 private:
  // As the variable states, else as the layout does.
  std::optional<std::string> units_of(const std::string& name, const std::string& otherwise) const {
    const NetcdfFile& file = columns_.file();
    const std::optional<std::string> stated = file.text(file.variable(name), "units");
    return stated || otherwise.empty() ? stated : otherwise;
  }

  // The layout's own codes for missing become NaN.
  std::vector<double> without_codes(std::vector<double> values) const {
    for (double& v : values)
      if (std::find(layout_.missing.begin(), layout_.missing.end(), v) != layout_.missing.end()) v = double(missing);
    return values;
  }

  std::vector<double> numbers(const std::string& name, size_t first, size_t count) const {
    if (const auto constant = constant_of(name)) return std::vector<double>(count * across(), *constant);
    return without_codes(columns_.numbers(name, first, count));
  }

  std::vector<float> floats(const std::string& name, size_t first, size_t count) const {
    const std::vector<double> values = numbers(name, first, count);
    return {values.begin(), values.end()};
  }

  std::vector<std::array<double, 4>> corners(const std::string& name, size_t first, size_t count) const {
    std::vector<std::array<double, 4>> values = columns_.corners(name, first, count);
    for (auto& footprint : values)
      for (double& v : footprint)
        if (std::find(layout_.missing.begin(), layout_.missing.end(), v) != layout_.missing.end()) v = double(missing);
    return values;
  }

  std::vector<float> errors(size_t first, size_t count) const {
    std::vector<double> values = numbers(sif_.error, first, count);
    if (!sif_.factor.empty()) {
      const std::vector<double> factors = numbers(sif_.factor, first, count);
      for (size_t i = 0; i < values.size(); ++i) values[i] *= factors[i];
    }
    return {values.begin(), values.end()};
  }

  std::vector<uint8_t> rejected(size_t first, size_t count) const {
    std::vector<uint8_t> rejected;
    for (const CodeScreen& screen : layout_.screens) {
      const std::vector<double> values = numbers(screen.variable, first, count);
      rejected.resize(values.size(), 0);
      for (size_t i = 0; i < values.size(); ++i)
        if (!screen.passes(values[i])) rejected[i] = 1;
    }
    return rejected;
  }

  // Which variables number orbits, scanlines and pixels.
  void find_origin(const NetcdfFile& file) {
    const auto find = [&](const std::string& own, const std::vector<std::string>& names) -> std::string {
      if (!own.empty()) return own;
      for (const std::string& group : {product, geolocations, std::string()})
        for (const std::string& name : names)
          if (file.has(group + name) && file.variable(group + name).extent == columns_.shape()) return group + name;
      return "";
    };
    orbit_ = find(layout_.orbit, {"orbit", "orbit_number"});
    if (!columns_.rows_and_columns()) {
      scanline_ = find("", {"scanline"});
      pixel_ = find(layout_.pixel, {"ground_pixel", "pixel"});
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
    for (const double v : numbers(name, first, count)) values.push_back(index_of(v));
    return values;
  }

  const SoundingLayout& layout_;
  const SifColumns& sif_;
  NetcdfColumns columns_;
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

bool is_of(const SoundingLayout& layout, const NetcdfFile& file) {
  return std::any_of(layout.sif.begin(), layout.sif.end(),
                     [&](const SifColumns& columns) { return file.has(columns.sif); });
}

const SoundingLayout& layout_of(const std::filesystem::path& path, const SoundingSource& source) {
  const NetcdfFile file(path);
  if (source.own && is_of(*source.own, file)) return *source.own;
  std::string wanted;
  for (const SoundingLayout& layout : sounding_layouts()) {
    if (is_of(layout, file)) return layout;
    wanted += ", " + layout.sif.front().sif + " (" + layout.product + ")";
  }
  if (source.own) wanted += ", " + source.own->sif.front().sif + " (" + source.own->product + ")";
  wanted = " has none of " + wanted.substr(2);
  const std::string other = other_product(path, file);
  if (!other.empty() && other.find("SIF") == std::string::npos)
    throw Error(path.string() + ": holds Sentinel-5P's " + other +
                ", not SIF: TROPOSIF's L2B_SIF or L2__SIF is wanted; it" + wanted);
  throw Error(path.string() + ":" + wanted + ": no known file of SIF soundings; describe it with " +
              "--soundings-format; its variables: " + some_of(file.variables()));
}

// A file of FLEX, whose SIF is instantaneous.
bool is_flex(const std::filesystem::path& path, const SoundingSource& source) {
  if (!is_flex_l2(path)) return false;
  if (source.sif.kind != flex_sif.kind || source.sif.fit_window != flex_sif.fit_window)
    throw UsageError(path.string() + " (FLEX L2) has instantaneous SIF at 740 nm alone");
  return true;
}

// Its places and times.
Soundings all_of_flex(const std::filesystem::path& path) {
  Soundings all;
  read_flex_l2(path, [&](const Soundings& s) {
    for (size_t i = 0; i < s.size(); ++i) all.append(s, i);
  });
  return all;
}

}  // namespace

SoundingContents sounding_contents(const std::filesystem::path& path, const SoundingSource& source) {
  if (is_flex(path, source)) return {"FLEX L2", flex_sif};
  const SoundingLayout& layout = layout_of(path, source);
  return {layout.product, columns_for(source.sif, layout, path.string()).quantity};
}

void read_soundings(const std::filesystem::path& path, size_t part, const std::function<void(const Soundings&)>& take,
                    const SoundingSource& source) {
  if (is_flex(path, source)) return read_flex_l2(path, take);
  const Reader reader(path, layout_of(path, source), source.sif);
  const size_t lines = std::max<size_t>(1, part / std::max<size_t>(1, reader.across()));
  for (size_t first = 0; first < reader.lines(); first += lines)
    take(reader.read(first, std::min(lines, reader.lines() - first)));
}

int64_t count_soundings(const std::filesystem::path& path, const SoundingSource& source) {
  if (is_flex(path, source)) return int64_t(all_of_flex(path).size());
  const Reader reader(path, layout_of(path, source), source.sif);
  return int64_t(reader.lines()) * int64_t(reader.across());
}

Soundings sounding_places(const std::filesystem::path& path, const SoundingSource& source) {
  if (is_flex(path, source)) return all_of_flex(path);
  return Reader(path, layout_of(path, source), source.sif).places();
}

std::map<int, int64_t> sounding_days(const std::filesystem::path& path, const SoundingSource& source) {
  std::map<int, int64_t> days;
  const auto add = [&](const std::vector<double>& times) {
    for (const double time : times)
      if (std::abs(time) <= sounding_bounds::time) ++days[int(std::floor(time / 86400))];
  };
  if (is_flex(path, source)) {
    add(all_of_flex(path).time);
    return days;
  }
  const Reader reader(path, layout_of(path, source), source.sif);
  const size_t lines = std::max<size_t>(1, 200000 / std::max<size_t>(1, reader.across()));
  for (size_t first = 0; first < reader.lines(); first += lines)
    add(reader.times(first, std::min(lines, reader.lines() - first)));
  return days;
}

}  // namespace unetsr::data
