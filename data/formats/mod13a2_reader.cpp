#include "data/formats/mod13a2_reader.hpp"

#include <gdal_priv.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>

#include "data/crs/gdal.hpp"
#include "data/dataset/missing.hpp"
#include "data/dataset/readable_file.hpp"
#include "data/geography/projection.hpp"
#include "data/geography/sinusoidal.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

struct DataSet {
  const char *name, *layer, *units;
  double low, high, fill, scale;
};

const std::array<DataSet, mod13a2_data_sets> data_sets = {{
    {"NDVI", "ndvi", "1", -2000, 10000, -3000, 1e-4},
    {"EVI", "evi", "1", -2000, 10000, -3000, 1e-4},
    {"red reflectance", "red", "1", 0, 10000, -1000, 1e-4},
    {"NIR reflectance", "nir", "1", 0, 10000, -1000, 1e-4},
    {"blue reflectance", "blue", "1", 0, 10000, -1000, 1e-4},
    {"MIR reflectance", "mir", "1", 0, 10000, -1000, 1e-4},
    {"view zenith angle", "vza", "degree", 0, 18000, -10000, 0.01},
    {"sun zenith angle", "sza", "degree", 0, 18000, -10000, 0.01},
    {"relative azimuth angle", "raa", "degree", -18000, 18000, -4000, 0.01},
    {"composite day of the year", "composite_day", "1", 1, 366, -1, 1},
    {"VI Quality", "vi_quality", "1", 0, 65534, 65535, 1},
    {"pixel reliability", "reliability", "1", 0, 3, -1, 1},
}};

struct FoundSet {
  const DataSet* set;
  std::string gdal_name;
};

// A file's own metadata; empty where it has none.
struct OwnWords {
  std::string product, version, first_day, h, v;
};

std::string item(GDALDataset& file, const char* key) {
  const char* value = file.GetMetadataItem(key);
  return value ? value : "";
}

// The file's data sets by the end of their names: "1 km 16 days NDVI".
std::vector<FoundSet> data_sets_in(const std::filesystem::path& path, OwnWords* own = nullptr) {
  start_gdal();
  const QuietGdal quiet;
  require_readable(path);
  if (!GetGDALDriverManager()->GetDriverByName("HDF4Image"))
    throw Error(path.string() + ": this GDAL reads no HDF4; install one that does (Debian's libgdal has it)");
  const std::array<const char*, 3> drivers = {"HDF4", "HDF4Image", nullptr};
  const GDALDatasetUniquePtr file(GDALDataset::Open(path.c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY, drivers.data()));
  if (!file) throw Error(path.string() + ": not an HDF4 file, or cut off; download it again");
  if (own)
    *own = {item(*file, "SHORTNAME"), item(*file, "VERSIONID"), item(*file, "RANGEBEGINNINGDATE"),
            item(*file, "HORIZONTALTILENUMBER"), item(*file, "VERTICALTILENUMBER")};
  std::vector<FoundSet> found;
  char** names = file->GetMetadata("SUBDATASETS");
  for (int i = 1;; ++i) {
    const char* name = CSLFetchNameValue(names, ("SUBDATASET_" + std::to_string(i) + "_NAME").c_str());
    if (!name) break;
    const std::string text = name;
    for (const DataSet& set : data_sets)
      if (text.ends_with("1 km 16 days " + std::string(set.name) + "\"") ||
          text.ends_with("1 km 16 days " + std::string(set.name)))
        found.push_back({&set, text});
  }
  return found;
}

// Returns how many values are neither fill nor valid.
int64_t to_physical(std::vector<float>& values, const DataSet& set) {
  int64_t impossible = 0;
  for (float& v : values) {
    // GDAL 3.6 reads the signed bytes of pixel reliability as unsigned: its fill is then 255.
    const bool fill = double(v) == set.fill || (set.fill == -1 && set.high == 3 && v == 255);
    const bool valid = !fill && double(v) >= set.low && double(v) <= set.high;
    impossible += !fill && !valid;
    v = valid ? float(double(v) * set.scale) : missing;
  }
  return impossible;
}

// Days of the year to days since the window's year began; returns how many lie outside the window.
int64_t to_window_days(std::vector<float>& days, Date first) {
  const int begin = day_of_year(first), year = day_of_year({first.year, 12, 31});
  int64_t outside = 0;
  for (float& day : days) {
    if (std::isnan(day)) continue;
    if (int(day) < begin) day += float(year);
    if (int(day) < begin + Window::length) continue;
    day = missing, ++outside;
  }
  return outside;
}

// The parts between the dots: product, AYYYYDDD, tile, version, time of making, hdf.
std::vector<std::string> parts_of(const std::string& name) {
  std::vector<std::string> parts;
  std::istringstream text(name);
  for (std::string part; std::getline(text, part, '.');) parts.push_back(part);
  return parts;
}

// Whether `text` looks like `form`, where 0 stands for any digit.
bool looks_like(const std::string& text, const std::string& form) {
  return text.size() == form.size() && std::equal(text.begin(), text.end(), form.begin(), [](char c, char f) {
           return f == '0' ? c >= '0' && c <= '9' : c == f;
         });
}

}  // namespace

bool is_granule_name(const std::filesystem::path& file) {
  const std::vector<std::string> parts = parts_of(file.filename().string());
  return parts.size() >= 5 && (parts[0] == "MOD13A2" || parts[0] == "MYD13A2") && looks_like(parts[1], "A0000000") &&
         looks_like(parts[2], "h00v00") && looks_like(parts[3], "000") && parts.back() == "hdf";
}

GranuleName granule_name(const std::filesystem::path& file) {
  if (!is_granule_name(file))
    throw Error(file.string() + ": not a granule's name; MOD13A2.AYYYYDDD.hHHvVV.061.<made>.hdf is wanted");
  const std::vector<std::string> parts = parts_of(file.filename().string());
  const std::string& version = parts[3];
  if (version != "006" && version != "061")
    throw Error(file.string() + ": version " + version + " is not known; 006 and 061 are");
  const std::string day_text = parts[1].substr(5);
  const int day = std::stoi(day_text);
  const int year = std::stoi(parts[1].substr(1, 4));
  if (day < 1 || day > day_of_year({year, 12, 31}))
    throw Error(file.string() + ": the year " + std::to_string(year) + " has no day " + day_text);
  return {parts[0], parts[2], version, date_of(std::stoi(parts[1].substr(1, 4)), day)};
}

std::string viirs_product(const std::filesystem::path& file) {
  const std::vector<std::string> parts = parts_of(file.filename().string());
  const std::string product = parts.empty() ? "" : parts[0];
  const bool viirs = product.starts_with("VNP") || product.starts_with("VJ1") || product.starts_with("VJ2");
  return viirs && file.extension() == ".h5" ? product : "";
}

namespace {

// Whether both are there and are other numbers or texts.
bool other(const std::string& own, const std::string& named) {
  const auto number = [](const std::string& text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (own.empty()) return false;
  return number(own) && number(named) ? std::stol(own) != std::stol(named) : own != named;
}

void require_name(const std::filesystem::path& path, const OwnWords& own, const Grid& grid) {
  if (!is_granule_name(path)) return;
  const GranuleName name = granule_name(path);
  const auto refuse = [&](const std::string& named, const std::string& stated) {
    throw Error(path.string() + ": its name gives " + named + ", but the file itself " + excerpt(stated) +
                "; restore the name that it was downloaded with, or download it again");
  };
  if (other(own.product, name.product)) refuse(name.product, own.product);
  if (other(own.version, name.version)) refuse("version " + name.version, own.version);
  const std::string day = to_string(name.date);
  if (other(own.first_day, day)) refuse(day, own.first_day);
  const std::string h = name.tile.substr(1, 2), v = name.tile.substr(4, 2);
  if (other(own.h, h) || other(own.v, v)) refuse("tile " + name.tile, "h" + own.h + "v" + own.v);

  // A tile or a part of it. A part that others cut may have pixels of another size and reach beyond by some.
  const Grid tile = modis_tile_grid(std::stoi(h), std::stoi(v));
  if (!same_crs(grid.crs, tile.crs)) return;
  const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  const auto tile_of = [&](double x, double y) {
    return "h" + two(int(std::floor(x / modis_tile)) + 18) + "v" + two(8 - int(std::floor(y / modis_tile)));
  };
  const std::string place =
      tile_of((grid.x_origin + grid.x(grid.columns - 1)) / 2, (grid.y_origin + grid.y(grid.rows - 1)) / 2);
  if (place != name.tile) refuse("tile " + name.tile, "lies in " + place);
}

}  // namespace

GranuleContents mod13a2_contents(const std::filesystem::path& path) {
  OwnWords own;
  const std::vector<FoundSet> found = data_sets_in(path, &own);
  if (found.empty()) throw Error(path.string() + ": has no data set \"1 km 16 days NDVI\": not MOD13A2 or MYD13A2");
  GranuleContents contents{gdal_grid(found.front().gdal_name, path.string()), {}};
  require_name(path, own, contents.grid);
  for (const DataSet& set : data_sets)
    if (std::none_of(found.begin(), found.end(), [&](const FoundSet& f) { return f.set == &set; }))
      contents.missing.emplace_back(set.name);
  return contents;
}

Granule read_mod13a2(const std::filesystem::path& path, const PixelScreens& screens) {
  Granule granule;
  const std::vector<float>*quality = nullptr, *reliability = nullptr;
  const std::vector<FoundSet> found = data_sets_in(path);
  granule.bands.reserve(found.size());
  for (const FoundSet& f : found) {
    Raster raster = read_gdal(f.gdal_name, path.string(), 1, true);
    if (!granule.bands.empty() && raster.grid != granule.grid)
      throw Error(path.string() + ": its data sets lie on different grids");
    granule.grid = raster.grid;
    int64_t impossible = to_physical(raster.values, *f.set);
    if (is_granule_name(path) && std::string(f.set->layer) == "composite_day")
      impossible += to_window_days(raster.values, granule_name(path).date);
    if (impossible) granule.impossible.emplace_back(f.set->name, impossible);
    granule.bands.push_back(
        {f.set->layer, f.set->units, "MODIS 16-day " + std::string(f.set->name), std::move(raster.values)});
    if (granule.bands.back().layer == "vi_quality") quality = &granule.bands.back().values;
    if (granule.bands.back().layer == "reliability") reliability = &granule.bands.back().values;
  }
  const auto ndvi = std::find_if(granule.bands.begin(), granule.bands.end(),
                                 [](const GranuleBand& band) { return band.layer == "ndvi"; });
  if (ndvi == granule.bands.end())
    throw Error(path.string() + ": has no data set \"1 km 16 days NDVI\": not MOD13A2 or MYD13A2");
  if (!screens.any && (!reliability || !quality))
    throw Error(path.string() + ": has no data set \"1 km 16 days " +
                (reliability ? "VI Quality" : "pixel reliability") +
                "\", so that its pixels cannot be screened; download it again, or use them all: --reliability any");

  for (size_t i = 0; i < ndvi->values.size(); ++i) {
    if (std::isnan(ndvi->values[i])) continue;
    ++granule.land_pixels;
    if (screens.any) continue;
    const bool reliable = !reliability || (!std::isnan((*reliability)[i]) &&
                                           std::count(screens.reliability.begin(), screens.reliability.end(),
                                                      int((*reliability)[i])) > 0);
    const bool useful =
        !quality || (!std::isnan((*quality)[i]) && ((int((*quality)[i]) >> 2) & 15) <= screens.usefulness);
    if (reliable && useful) continue;
    ++granule.screened_pixels;
    for (GranuleBand& band : granule.bands)
      if (&band.values != quality && &band.values != reliability) band.values[i] = missing;
  }
  return granule;
}

}  // namespace unetsr::data
