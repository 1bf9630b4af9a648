#include "data/formats/mod13a2_reader.hpp"

#include <gdal_priv.h>

#include <algorithm>
#include <array>

#include "data/crs/gdal.hpp"
#include "data/dataset/missing.hpp"
#include "data/dataset/readable_file.hpp"
#include "data/formats/hdf4.hpp"
#include "data/formats/raster_reader.hpp"
#include "kernels/error.hpp"

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

const std::array<std::string, 2> prefixes = {"1 km 16 days ", "500m 16 days "};

struct FoundSet {
  const DataSet* set;
  std::string gdal_name;
};

std::string item(GDALDataset& file, const char* key) {
  const char* value = file.GetMetadataItem(key);
  return value ? value : "";
}

// The file's data sets by the end of their names: "1 km 16 days NDVI".
std::vector<FoundSet> data_sets_in(const std::filesystem::path& path, OwnMetadata* own = nullptr) {
  start_gdal();
  const QuietGdal quiet;
  require_readable(path);
  require_hdf4(path);
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
      for (const std::string& prefix : prefixes)
        if (text.ends_with(prefix + set.name + "\"") || text.ends_with(prefix + set.name))
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

}  // namespace

GranuleContents mod13a2_contents(const std::filesystem::path& path) {
  OwnMetadata own;
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
  const std::vector<FoundSet> found = data_sets_in(path);
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
  }
  screen(granule, Sensor::modis, prefixes.front(), screens, path);
  return granule;
}

}  // namespace unetsr::data
