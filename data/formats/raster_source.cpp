#include "data/formats/raster_source.hpp"

#include <fmt/format.h>
#include <gdal_priv.h>
#include <gdal_rat.h>
#include <ogr_spatialref.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <limits>

#include "data/crs/gdal.hpp"
#include "data/dataset/calendar.hpp"
#include "data/formats/netcdf_raster.hpp"
#include "data/geography/gdal_input.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

namespace fs = std::filesystem;

// GDAL's names of data sets, and the parts between colons that each has.
struct Form {
  const char* prefix;
  size_t parts;
};
constexpr Form forms[] = {{"HDF4_SDS", 4}, {"HDF4_EOS", 5},  {"HDF4_GR", 4}, {"HDF5", 3},
                          {"NETCDF", 3},   {"GTIFF_DIR", 3}, {"GRIB", 3},    {"ZARR", 3}};

// The parts between the colons that are not in quotation marks.
std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == ':' && !quoted)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

const Form* form_of(const std::string& text) {
  for (const Form& form : forms)
    if (text.starts_with(std::string(form.prefix) + ":")) return &form;
  return nullptr;
}

std::string unquoted(const std::string& text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
  return text;
}

bool same_name(const std::string& a, const std::string& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x == ' ' ? '_' : x) == (y == ' ' ? '_' : y); });
}

struct DataSet {
  std::string field, gdal_name;
};

std::vector<DataSet> data_sets(GDALDataset& dataset) {
  std::vector<DataSet> found;
  char** names = dataset.GetMetadata("SUBDATASETS");
  for (int i = 1;; ++i) {
    const char* name = CSLFetchNameValue(names, fmt::format("SUBDATASET_{}_NAME", i).c_str());
    if (!name) return found;
    std::string field = unquoted(parts_of(name).back());
    if (const char* text = CSLFetchNameValue(names, fmt::format("SUBDATASET_{}_DESC", i).c_str());
        text && field.find_first_not_of("0123456789") == std::string::npos) {
      // HDF4_SDS:UNKNOWN:"f.hdf":3 is "[4x5] elevation (16-bit integer)".
      const std::string description = text;
      const size_t from = description.find("] "), to = description.rfind(" (");
      if (from != std::string::npos && to != std::string::npos && to > from + 2)
        field = description.substr(from + 2, to - from - 2);
    }
    found.push_back({field, name});
  }
}

GDALDatasetUniquePtr open(const std::string& gdal_name, const std::string& name, VrtSources allowed) {
  start_gdal();
  GDALDatasetUniquePtr dataset = open_user_raster(gdal_name, allowed);
  if (!dataset) throw Error(name + ": cannot be opened: " + QuietGdal::complaint());
  return dataset;
}

const char* type_name(GDALDataType type, bool signed_byte) {
  switch (type) {
    case GDT_Byte:
      return signed_byte ? "int8" : "uint8";
    case GDT_UInt16:
      return "uint16";
    case GDT_Int16:
      return "int16";
    case GDT_UInt32:
      return "uint32";
    case GDT_Int32:
      return "int32";
    case GDT_UInt64:
      return "uint64";
    case GDT_Int64:
      return "int64";
    case GDT_Float32:
      return "float32";
    case GDT_Float64:
      return "float64";
    default:
      return "complex";
  }
}

// "2019-05-01", "2019-05-01T12:00:00", with text behind.
std::optional<double> time_of(const std::string& text) {
  if (text.size() < 10) return std::nullopt;
  const auto date = parse_date(text.substr(0, 10));
  if (!date) return std::nullopt;
  int hour = 0, minute = 0;
  if (text.size() >= 16 && (text[10] == 'T' || text[10] == ' '))
    if (std::sscanf(text.c_str() + 11, "%2d:%2d", &hour, &minute) != 2) hour = minute = 0;
  return day_number(*date) + hour / 24.0 + minute / 1440.0;
}

class GdalSource : public RasterSource {
 public:
  GdalSource(GDALDatasetUniquePtr dataset, const std::string& gdal_name, std::string display, std::string data_set)
      : dataset_(std::move(dataset)) {
    name = std::move(display), field = std::move(data_set);
    place();
    for (int b = 1; b <= dataset_->GetRasterCount(); ++b)
      if (dataset_->GetRasterBand(b)->GetColorInterpretation() == GCI_AlphaBand) alpha_ = b;
    for (int b = 1; b <= dataset_->GetRasterCount(); ++b) bands.push_back(describe(b, gdal_name));
    bands_are = std::all_of(bands.begin(), bands.end(), [](const Band& b) { return b.alpha || b.time; }) ? "time steps"
                                                                                                         : "bands";
    if (bands_are == "bands")
      for (Band& b : bands) b.time.reset();
    units = dataset_->GetRasterCount() ? dataset_->GetRasterBand(1)->GetUnitType() : "";
  }

  void read(int number, int first_row, int rows, double* stored, uint8_t* masked) override {
    const QuietGdal quiet;
    GDALRasterBand& band = *dataset_->GetRasterBand(number);
    const int columns = grid.columns;
    const size_t count = size_t(rows) * size_t(columns);
    const auto io = [&](GDALRasterBand& from, void* to, GDALDataType type) {
      if (from.RasterIO(GF_Read, 0, first_row, columns, rows, to, columns, rows, type, 0, 0, nullptr) != CE_None)
        throw Error(name + ": cannot be read (is it cut off?): " + QuietGdal::complaint());
    };
    const GDALDataType type = band.GetRasterDataType();
    if (type == GDT_Int64 || type == GDT_UInt64) {
      std::vector<int64_t> whole(count);  // of both types: only numbers below 2^53 pass
      io(band, whole.data(), type);
      for (size_t i = 0; i < count; ++i) {
        if (has_wide_nodata_[size_t(number - 1)] && whole[i] == wide_nodata_[size_t(number - 1)]) {
          stored[i] = std::numeric_limits<double>::quiet_NaN();
          continue;
        }
        if (whole[i] > (int64_t(1) << 53) || whole[i] < -(int64_t(1) << 53))
          throw Error(
              fmt::format("{}: holds the integer {}, too large to be read exactly; if it marks missing pixels, "
                          "give the file that nodata value",
                          name, whole[i]));
        stored[i] = double(whole[i]);
      }
    } else {
      io(band, stored, GDT_Float64);
      if (bands[size_t(number - 1)].type == "int8")
        for (size_t i = 0; i < count; ++i)
          if (stored[i] > 127) stored[i] -= 256;
    }
    std::fill(masked, masked + count, uint8_t(0));
    std::vector<uint8_t> mask(count);
    const int flags = band.GetMaskFlags();
    if (flags != GMF_ALL_VALID && flags != GMF_NODATA && !(flags & GMF_ALPHA)) {
      io(*band.GetMaskBand(), mask.data(), GDT_Byte);
      for (size_t i = 0; i < count; ++i) masked[i] |= mask[i] == 0;
    }
    if (alpha_ && alpha_ != number) {
      std::vector<double> alpha(count);
      io(*dataset_->GetRasterBand(alpha_), alpha.data(), GDT_Float64);
      for (size_t i = 0; i < count; ++i) masked[i] |= !(alpha[i] > 0);
    }
  }

 private:
  void place() {
    grid.rows = dataset_->GetRasterYSize(), grid.columns = dataset_->GetRasterXSize();
    std::array<double, 6> t;
    if (dataset_->GetGeoTransform(t.data()) != CE_None || dataset_->GetProjectionRef()[0] == '\0') {
      unplaced = "is not georeferenced; give it a place with gdal_translate -a_srs -a_ullr";
      return;
    }
    if (t[2] != 0 || t[4] != 0) {
      unplaced = "is rotated; make it north up with gdalwarp";
      return;
    }
    grid.x_step = t[1], grid.y_step = t[5];
    grid.x_origin = t[0] + t[1] / 2, grid.y_origin = t[3] + t[5] / 2;
    grid.crs = dataset_->GetProjectionRef();
  }

  std::string metadata(GDALRasterBand* band, const std::string& key) const {
    if (band)
      if (const char* text = band->GetMetadataItem(key.c_str())) return text;
    const char* text = dataset_->GetMetadataItem(key.c_str());
    return text ? text : "";
  }

  Band describe(int number, const std::string& gdal_name) {
    GDALRasterBand& raster = *dataset_->GetRasterBand(number);
    const char* pixel_type = raster.GetMetadataItem("PIXELTYPE", "IMAGE_STRUCTURE");
    Band band;
    const GDALDataType type = raster.GetRasterDataType();
    band.type = type_name(type, pixel_type && std::string(pixel_type) == "SIGNEDBYTE");
    band.integer = band.type.find("int") != std::string::npos;
    band.label = raster.GetDescription();
    band.time = time_of(band.label);
    for (const char* key : {"time", "TIME", "date", "DATE"})
      if (const char* text = raster.GetMetadataItem(key); text && !band.time) {
        band.time = time_of(text);
        if (band.label.empty()) band.label = text;
      }
    const int flags = raster.GetMaskFlags();
    if (flags != GMF_ALL_VALID && flags != GMF_NODATA && !(flags & GMF_ALPHA)) band.mask = "mask band";
    band.alpha = alpha_ == number;
    if (alpha_ && alpha_ != number) band.mask += band.mask.empty() ? "alpha band" : ", alpha band";

    FileAttributes& a = band.attributes;
    a.integer = band.integer;
    identify(a, raster, gdal_name);
    int has = 0;
    // GDAL's own scale; the attributes of HDF4 where it has none.
    const double scale = raster.GetScale(&has);
    if (has) a.scale = scale;
    const double offset = raster.GetOffset(&has);
    if (has) a.offset = offset;
    for (const auto& [key, value] : {std::pair{"scale_factor", &a.scale}, std::pair{"add_offset", &a.offset}})
      if (a.hdf4 && !*value)
        if (const auto numbers = numbers_in(metadata(&raster, key)); numbers.size() == 1) *value = numbers[0];
    const auto in_type = [&](double v) {
      if (band.type == "float32") return double(float(std::clamp(v, -double(largest_float), double(largest_float))));
      if (band.type == "uint8" && v < 0) return v + 256;
      if (band.type == "uint16" && v < 0) return v + 65536;
      if (band.type == "int8" && v > 127) return v - 256;
      return v;
    };
    has_wide_nodata_.push_back(0), wide_nodata_.push_back(0);
    if (type == GDT_Int64) {
      wide_nodata_.back() = raster.GetNoDataValueAsInt64(&has), has_wide_nodata_.back() = has;
      if (has) a.fills.push_back(double(wide_nodata_.back()));
    } else if (type == GDT_UInt64) {
      const uint64_t nodata = raster.GetNoDataValueAsUInt64(&has);
      if (has) a.fills.push_back(double(nodata));
      wide_nodata_.back() = int64_t(nodata), has_wide_nodata_.back() = has;
    } else {
      const double nodata = raster.GetNoDataValue(&has);
      if (has && !std::isnan(nodata)) a.fills.push_back(in_type(nodata));
    }
    for (const char* key : {"_FillValue", "missing_value"})
      for (const double v : numbers_in(metadata(&raster, key)))
        if (const double fill = in_type(v); std::find(a.fills.begin(), a.fills.end(), fill) == a.fills.end())
          a.fills.push_back(fill);
    if (const auto range = numbers_in(metadata(&raster, "valid_range")); range.size() == 2)
      a.low = in_type(range[0]), a.high = in_type(range[1]);
    if (const auto low = numbers_in(metadata(&raster, "valid_min")); low.size() == 1) a.low = in_type(low[0]);
    if (const auto high = numbers_in(metadata(&raster, "valid_max")); high.size() == 1) a.high = in_type(high[0]);
    if (a.low && a.high && *a.low > *a.high) a.low.reset(), a.high.reset();
    a.flags = band.integer && (raster.GetColorTable() || raster.GetCategoryNames() ||
                               !metadata(&raster, "flag_values").empty() || !metadata(&raster, "flag_masks").empty() ||
                               (raster.GetDefaultRAT() && raster.GetDefaultRAT()->GetTableType() == GRTT_THEMATIC &&
                                raster.GetDefaultRAT()->GetRowCount() > 0));
    return band;
  }

  // The product and its data set: by attributes, the data set's name, that of a VRT's first source, the file's name.
  void identify(FileAttributes& a, GDALRasterBand& raster, const std::string& gdal_name) const {
    std::string source = gdal_name;
    if (char** xml = dataset_->GetMetadata("xml:VRT"); xml && xml[0]) {
      const std::string text = xml[0];
      const size_t tag = text.find("<SourceFilename"), from = text.find('>', tag), to = text.find("</SourceF", from);
      if (tag != std::string::npos && from != std::string::npos && to != std::string::npos) {
        source = text.substr(from + 1, to - from - 1);
        for (size_t at; (at = source.find("&quot;")) != std::string::npos;) source.replace(at, 6, "\"");
      }
    }
    const Form* form = form_of(source);
    const std::vector<std::string> parts = parts_of(source);
    std::string file = source;
    if (form && parts.size() >= form->parts) {
      file = unquoted(parts[std::string(form->prefix).starts_with("HDF4") ? 2 : 1]);
      a.field = field.empty() ? unquoted(parts.back()) : field;
    }
    a.file = fs::path(file).filename().string();
    a.short_name = metadata(nullptr, "SHORTNAME");
    if (a.short_name.empty()) a.short_name = metadata(nullptr, "ShortName");
    const std::string driver = dataset_->GetDriver() ? dataset_->GetDriver()->GetDescription() : "";
    a.hdf4 = driver.starts_with("HDF4") || source.starts_with("HDF4") || !metadata(&raster, "calibrated_nt").empty() ||
             !metadata(&raster, "scale_factor_err").empty();
    a.long_name = metadata(&raster, "long_name");
    if (a.field.empty()) a.field = a.hdf4 ? metadata(&raster, "long_name") : "";
    if (a.field.empty()) a.field = fs::path(file).stem().string();
  }

  static constexpr float largest_float = std::numeric_limits<float>::max();
  GDALDatasetUniquePtr dataset_;
  int alpha_ = 0;
  std::vector<int64_t> wide_nodata_;
  std::vector<int> has_wide_nodata_;
};

struct Place {
  std::string file, data_set, gdal_name;  // data_set is empty where none is named
};

Place place_of(const std::string& text) {
  if (const Form* form = form_of(text)) {
    const std::vector<std::string> parts = parts_of(text);
    const std::string prefix = form->prefix;
    if ((prefix == "NETCDF" || prefix == "HDF5") && parts.size() >= 2) {
      const std::string file = unquoted(parts[1]);
      if (!fs::exists(file)) throw Error(file + ": no such file");
      std::string variable = parts.size() > 2 ? unquoted(parts[2]) : "";
      variable.erase(0, variable.find_first_not_of('/'));
      return {file, variable, text};
    }
    if (parts.size() >= form->parts && prefix.starts_with("HDF4"))
      if (const std::string file = unquoted(parts[2]); !fs::exists(file)) throw Error(file + ": no such file");
    return {"", "", text};
  }
  if (text.starts_with("/vsi") || fs::exists(text)) return {text, "", text};
  // A name may hold blanks, not a slash after a colon of the path's.
  const size_t colon = text.rfind(':');
  if (colon != std::string::npos && colon > 0 && fs::exists(text.substr(0, colon)))
    return {text.substr(0, colon), unquoted(text.substr(colon + 1)), ""};
  throw Error((colon != std::string::npos && colon > 1 ? text.substr(0, colon) : text) + ": no such file");
}

std::string choose(const std::vector<std::string>& names, const std::string& wanted, const std::string& file) {
  if (wanted.empty()) {
    if (names.size() == 1) return names[0];
    throw Error(fmt::format("{}: has {} data sets; name one of them, as in {}:{} ({})", file, names.size(), file,
                            excerpt(names[0]), list_of_names(names)));
  }
  std::vector<std::string> found;
  for (const std::string& name : names)
    if (same_name(name, wanted)) return name;
  for (const std::string& name : names)
    if (name.size() > wanted.size() && name[name.size() - wanted.size() - 1] == '/' &&
        same_name(name.substr(name.size() - wanted.size()), wanted))
      found.push_back(name);
  if (found.size() == 1) return found[0];
  throw Error(fmt::format("{}: has no data set '{}'; it has {}", file, excerpt(wanted), list_of_names(names)));
}

}  // namespace

bool names_data_set(const std::string& text) {
  return form_of(text) != nullptr;
}

bool ends_with_data_set(const std::string& text) {
  const Form* form = form_of(text);
  return form && parts_of(text).size() <= form->parts;
}

bool in_degrees(const std::string& crs) {
  const QuietGdal quiet;
  OGRSpatialReference srs;
  return srs.SetFromUserInput(crs.c_str()) == OGRERR_NONE && srs.IsGeographic();
}

void check_place(const Grid& grid, const std::string& name) {
  if (!in_degrees(grid.crs)) return;
  const double top = std::max(std::abs(grid.y(0)), std::abs(grid.y(grid.rows - 1))),
               side = std::max(std::abs(grid.x(0)), std::abs(grid.x(grid.columns - 1)));
  if (top > 90.001 || side > 720)
    throw Error(
        fmt::format("{}: its coordinates (up to {:.6g}, {:.6g}) are no degrees, though its reference system has "
                    "degrees; give it its own with gdal_translate -a_srs",
                    name, side, top));
}

std::vector<std::string> data_sets_of(const std::string& text) {
  const QuietGdal quiet;
  const Place place = place_of(text);
  if (!place.data_set.empty()) return {};
  std::vector<std::string> names;
  if (!place.file.empty() && is_netcdf(place.file)) {
    names = netcdf_rasters(place.file);
  } else {
    for (const DataSet& set : data_sets(*open(place.gdal_name, text, VrtSources::own_folder)))
      names.push_back(set.field);
  }
  return names.size() > 1 ? names : std::vector<std::string>();
}

std::unique_ptr<RasterSource> open_raster(const std::string& text, VrtSources allowed) {
  const QuietGdal quiet;
  const Place place = place_of(text);
  if (!place.file.empty() && !place.file.starts_with("/vsi") && is_netcdf(place.file)) {
    const std::vector<std::string> names = netcdf_rasters(place.file);
    if (names.empty()) throw Error(place.file + ": has no variable with two or more dimensions: not a raster");
    return open_netcdf_raster(place.file, choose(names, place.data_set, place.file));
  }
  const std::string& file = place.file.empty() ? text : place.file;
  std::string gdal_name = place.gdal_name.empty() ? place.file : place.gdal_name, field;
  GDALDatasetUniquePtr dataset = open(gdal_name, file, allowed);
  if (const std::vector<DataSet> sets = data_sets(*dataset);
      !sets.empty() && (dataset->GetRasterCount() == 0 || !place.data_set.empty())) {
    std::vector<std::string> names;
    for (const DataSet& set : sets) names.push_back(set.field);
    field = choose(names, place.data_set, file);
    for (const DataSet& set : sets)
      if (set.field == field) gdal_name = set.gdal_name;
    dataset = open(gdal_name, file, allowed);
  } else if (!place.data_set.empty()) {
    throw Error(file + ": has no data set '" + place.data_set + "'; it has but one, without a name");
  }
  if (dataset->GetDriver() && std::string(dataset->GetDriver()->GetDescription()) == "netCDF")
    throw Error(text + ": NetCDF is read from files on this machine; copy it here");
  if (dataset->GetRasterCount() == 0) throw Error(file + ": has no bands");
  return std::make_unique<GdalSource>(std::move(dataset), gdal_name, field.empty() ? file : file + ":" + excerpt(field),
                                      field);
}

}  // namespace unetsr::data
