#include "data/formats/flex_l2_reader.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/dataset/missing.hpp"
#include "data/dataset/screens.hpp"
#include "data/formats/netcdf_file.hpp"
#include "data/formats/sif_units.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

namespace fs = std::filesystem;

const std::string fluorescence = "L2_Fluorescence/", quality = "L2_Quality/", ancillary = "Ancillary_Information/";
const std::string spectrum = fluorescence + "sif_emission_spectrum";
constexpr double wanted = 740, nearest = 1.5;  // nm
constexpr double pixel_side = 0.3;             // km
constexpr size_t most_pixels = 1 << 20;        // the tile has 133,956
constexpr int cloud_bits = 8 | 32;             // of pixel_classification: a cloud, its shadow

// "20270712T075954" in seconds since 1970-01-01.
double instant(const std::string& stamp) {
  const auto date = parse_date(stamp.substr(0, 4) + "-" + stamp.substr(4, 2) + "-" + stamp.substr(6, 2));
  if (!date) return double(missing);
  return day_number(*date) * 86400.0 + std::stoi(stamp.substr(9, 2)) * 3600 + std::stoi(stamp.substr(11, 2)) * 60 +
         std::stoi(stamp.substr(13, 2));
}

double time_of(const fs::path& file) {
  static const std::regex form(R"(FLX_L2__FLXSYN_(\d{8}T\d{6})_(\d{8}T\d{6}).*)", std::regex::icase);
  const std::string folder = fs::absolute(file).parent_path().filename().string();
  std::smatch parts;
  const double time = std::regex_match(folder, parts, form) ? (instant(parts[1]) + instant(parts[2])) / 2 : NAN;
  if (std::isnan(time))
    throw Error(file.string() + ": lies in no folder FLX_L2__FLXSYN_<start>_<stop>_..., whose name states the time");
  return time;
}

// An image of rows x columns.
using Image = std::vector<double>;

class Product {
 public:
  explicit Product(const fs::path& file) : file_(file) {
    const NetcdfFile netcdf(file);
    const NetcdfFile::Variable v = netcdf.variable(spectrum);
    if (const auto units = netcdf.text(v, "units")) require_sif_units(file.string() + ": " + spectrum, *units);
    if (v.extent.size() != 3) wrong_shape(file, spectrum);
    const size_t y = axis(v, "northing", 0), x = axis(v, "easting", 1);
    if (x == y) wrong_shape(file, spectrum);
    rows_ = v.extent[y], columns_ = v.extent[x], channels_ = v.extent[3 - x - y];
    if (rows_ * columns_ > most_pixels || rows_ == 0 || columns_ == 0) wrong_shape(file, spectrum);
  }

  size_t rows() const { return rows_; }
  size_t columns() const { return columns_; }

  bool has(const std::string& name) const { return holder_of(name).has_value(); }

  // One layer of a variable of rows and columns, whatever the order of its dimensions; other dimensions have one index.
  Image image(const std::string& name, size_t layer = 0) const {
    const fs::path file = required(name);
    const NetcdfFile netcdf(file);
    const NetcdfFile::Variable v = netcdf.variable(name);
    if (v.extent.size() < 2 || v.extent.size() > 3) wrong_shape(file, name);
    const size_t y = axis(v, "northing", 0), x = axis(v, "easting", 1);
    if (x == y || v.extent[y] != rows_ || v.extent[x] != columns_) wrong_shape(file, name);
    std::vector<size_t> start(v.extent.size(), 0), count(v.extent.size(), 1);
    count[y] = rows_, count[x] = columns_;
    if (v.extent.size() == 3) {
      if (layer >= v.extent[3 - x - y]) wrong_shape(file, name);
      start[3 - x - y] = layer;
    }
    Image values = netcdf.read(v, start, count);
    return x > y ? values : transposed(values);
  }

  // The channel next to the wavelength.
  size_t channel() const {
    for (const std::string& name : {fluorescence + "sif_wavelength_grid", fluorescence + "sif_spectral_grid"}) {
      const auto file = holder_of(name);
      if (!file) continue;
      const NetcdfFile netcdf(*file);
      const NetcdfFile::Variable v = netcdf.variable(name);
      const std::vector<double> grid = netcdf.read(v, std::vector<size_t>(v.extent.size(), 0), v.extent);
      if (grid.size() != channels_) wrong_shape(*file, name);
      const auto off = [&](double a) { return std::isnan(a) ? INFINITY : std::abs(a - wanted); };
      const auto best = std::min_element(grid.begin(), grid.end(), [&](double a, double b) { return off(a) < off(b); });
      if (off(*best) > nearest) throw Error(file->string() + ": " + name + " has no channel at 740 nm");
      return size_t(best - grid.begin());
    }
    throw Error(file_.string() + ": has neither " + fluorescence + "sif_wavelength_grid nor sif_spectral_grid");
  }

 private:
  [[noreturn]] static void wrong_shape(const fs::path& file, const std::string& name) {
    throw Error(file.string() + ": " + name + " does not have the shape that it has in FLEX L2");
  }

  // By the dimension's name; else of the leading two.
  static size_t axis(const NetcdfFile::Variable& v, const std::string& word, size_t otherwise) {
    for (size_t i = 0; i < v.dimensions.size(); ++i)
      if (v.dimensions[i].find(word) != std::string::npos) return i;
    return otherwise;
  }

  Image transposed(const Image& values) const {
    Image image(values.size());
    for (size_t row = 0; row < rows_; ++row)
      for (size_t column = 0; column < columns_; ++column)
        image[row * columns_ + column] = values[column * rows_ + row];
    return image;
  }

  // Of the product's NetCDF files the first that has the variable.
  std::optional<fs::path> holder_of(const std::string& name) const {
    if (NetcdfFile(file_).has(name)) return file_;
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(fs::absolute(file_).parent_path()))
      if (entry.path().extension() == ".nc") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files)
      if (NetcdfFile(file).has(name)) return file;
    return std::nullopt;
  }

  fs::path required(const std::string& name) const {
    const auto file = holder_of(name);
    if (!file) throw Error(file_.string() + ": neither it nor a file beside it has " + name);
    return *file;
  }

  fs::path file_;
  size_t rows_ = 0, columns_ = 0, channels_ = 0;
};

// Centres of pixels, and the corners between them.
class Places {
 public:
  explicit Places(const Product& product)
      : rows_(product.rows()),
        columns_(product.columns()),
        latitude_(product.image(ancillary + "latitude")),
        longitude_(product.image(ancillary + "longitude")) {}

  bool has(size_t row, size_t column) const {
    return std::abs(latitude(row, column)) <= sounding_bounds::latitude &&
           std::abs(longitude(row, column)) <= sounding_bounds::longitude;
  }

  void add(size_t row, size_t column, Soundings& s) const {
    s.latitude.push_back(latitude(row, column)), s.longitude.push_back(longitude(row, column));
    const Step down = step(row, column, 1, 0), right = step(row, column, 0, 1);
    std::array<double, 4> latitudes, longitudes;
    constexpr std::array<std::array<double, 2>, 4> ends = {{{-0.5, -0.5}, {-0.5, 0.5}, {0.5, 0.5}, {0.5, -0.5}}};
    for (size_t k = 0; k < 4; ++k) {
      latitudes[k] = s.latitude.back() + ends[k][0] * down.latitude + ends[k][1] * right.latitude;
      longitudes[k] = s.longitude.back() + ends[k][0] * down.longitude + ends[k][1] * right.longitude;
    }
    s.latitudes.push_back(latitudes), s.longitudes.push_back(longitudes);
  }

 private:
  struct Step {
    double latitude = 0, longitude = 0;  // degrees, from a centre to the next
  };

  double latitude(size_t row, size_t column) const { return latitude_[row * columns_ + column]; }
  double longitude(size_t row, size_t column) const { return longitude_[row * columns_ + column]; }

  // The mean step to the neighbours that there are; without any 300 m.
  Step step(size_t row, size_t column, size_t down, size_t right) const {
    Step sum;
    int steps = 0;
    const auto add = [&](size_t r0, size_t c0, size_t r1, size_t c1) {
      if (!has(r0, c0) || !has(r1, c1)) return;
      sum.latitude += latitude(r1, c1) - latitude(r0, c0);
      sum.longitude += std::remainder(longitude(r1, c1) - longitude(r0, c0), 360.0);
      ++steps;
    };
    if (row >= down && column >= right) add(row - down, column - right, row, column);
    if (row + down < rows_ && column + right < columns_) add(row, column, row + down, column + right);
    if (steps > 0) return {sum.latitude / steps, sum.longitude / steps};
    const double degree = 6371 * std::numbers::pi / 180;
    if (down) return {-pixel_side / degree, 0};
    return {0, pixel_side / degree / std::cos(latitude(row, column) * std::numbers::pi / 180)};
  }

  size_t rows_, columns_;
  Image latitude_, longitude_;
};

// 1 where the retrieval is not to be used; NaN is.
std::vector<uint8_t> rejected_pixels(const Product& product) {
  const bool bits = product.has(quality + "quality_flags_sif");
  std::vector<uint8_t> rejected;
  for (const double flag : product.image(quality + (bits ? "quality_flags_sif" : "quality_flags")))
    rejected.push_back(bits ? flag != 0 : !(flag == 0 || flag == 5));
  return rejected;
}

std::vector<float> cloud_fractions(const Product& product, const std::vector<uint8_t>& rejected) {
  std::vector<float> fractions;
  if (!product.has(quality + "pixel_classification")) {
    for (const uint8_t r : rejected) fractions.push_back(r ? missing : 0.f);
    return fractions;
  }
  for (const double flags : product.image(quality + "pixel_classification"))
    fractions.push_back(!(flags >= 0 && flags < 65536) ? missing : (int(flags) & cloud_bits) != 0 ? 1.f : 0.f);
  return fractions;
}

}  // namespace

bool is_flex_folder(const fs::path& folder) {
  return folder.filename().string().starts_with("FLX_L2__FLXSYN");
}

bool is_flex_l2(const fs::path& file) {
  return NetcdfFile(file).has(spectrum);
}

void read_flex_l2(const fs::path& file, const std::function<void(const Soundings&)>& take) {
  const Product product(file);
  const double time = time_of(file);
  const size_t channel = product.channel();
  const Image sif = product.image(spectrum, channel), error = product.image(spectrum + "_uncertainty", channel);
  const Image sza = product.image(ancillary + "sun_zenith_angle"),
              vza = product.image(ancillary + "viewing_zenith_angle");
  const Places places(product);
  const std::vector<uint8_t> rejected = rejected_pixels(product);
  const std::vector<float> clouds = cloud_fractions(product, rejected);
  for (size_t row = 0; row < product.rows(); ++row) {
    Soundings s;
    for (size_t column = 0; column < product.columns(); ++column) {
      if (!places.has(row, column)) continue;
      const size_t i = row * product.columns() + column;
      places.add(row, column, s);
      s.sif.push_back(float(sif[i])), s.error.push_back(float(error[i]));
      s.time.push_back(time), s.sza.push_back(float(sza[i])), s.vza.push_back(float(vza[i]));
      s.cloud_fraction.push_back(clouds[i]), s.rejected.push_back(rejected[i]);
      s.scanline.push_back(int32_t(row)), s.pixel.push_back(int32_t(column));
    }
    take(s);
  }
}

}  // namespace unetsr::data
