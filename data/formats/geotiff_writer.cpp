#include "data/formats/geotiff_writer.hpp"

#include <cpl_string.h>
#include <gdal_priv.h>

#include <limits>
#include <optional>

#include "data/crs/gdal.hpp"
#include "data/crs/reference_system.hpp"
#include "data/formats/north_up.hpp"
#include "data/geography/gdal_output.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

namespace fs = std::filesystem;

constexpr int64_t cache_bytes = 64 << 20;  // GDAL's own default grows with the machine
constexpr int smallest_overview = 256;

GDALDriver& driver_named(const char* name) {
  start_gdal();
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName(name);
  if (!driver) throw Error(std::string("this GDAL has no driver ") + name + "; take another --format");
  return *driver;
}

// The user's creation options and, of `defaults`, those that the user leaves open.
CPLStringList creation_options(GDALDriver& driver, const std::vector<std::string>& asked,
                               const std::vector<std::pair<const char*, const char*>>& defaults) {
  CPLStringList options;
  for (const std::string& option : asked) {
    if (option.find('=') == std::string::npos || option.starts_with('='))
      throw UsageError("--co " + option + ": write KEY=VALUE");
    options.AddString(option.c_str());
  }
  CPLErrorReset();
  if (!GDALValidateCreationOptions(GDALDriver::ToHandle(&driver), options.List()))
    throw UsageError("--co: " + QuietGdal::complaint());
  const bool compressed_as_asked = options.FetchNameValue("COMPRESS") != nullptr;
  for (const auto& [key, value] : defaults)
    if (!options.FetchNameValue(key) && !(compressed_as_asked && std::string(key) == "PREDICTOR"))
      options.SetNameValue(key, value);
  return options;
}

int progress_of(double, const char*, void* go_on) {
  return (*static_cast<const std::function<bool()>*>(go_on))() ? TRUE : FALSE;
}

[[noreturn]] void fail(const fs::path& file) {
  require_written(file);
  throw Error(file.string() + ": cannot be written: " + with_own_names(QuietGdal::complaint()));
}

// A data set and the bands' values; closing it is when a full disk shows up.
class GdalFile {
 public:
  GdalFile(fs::path file, GDALDatasetUniquePtr dataset) : file_(std::move(file)), dataset_(std::move(dataset)) {
    if (!dataset_) fail(file_);
  }
  ~GdalFile() {
    const QuietGdal quiet;
    dataset_.reset();
  }
  GdalFile(const GdalFile&) = delete;
  GdalFile& operator=(const GdalFile&) = delete;

  GDALDataset& operator*() { return *dataset_; }
  GDALDataset* operator->() { return dataset_.get(); }
  void close() {
    CPLErrorReset();
    dataset_.reset();
    if (CPLGetLastErrorType() >= CE_Failure) fail(file_);
    require_written(file_);
  }

 private:
  fs::path file_;
  GDALDatasetUniquePtr dataset_;
};

int bands_of_window(const RasterDescription& d) {
  return 1 + d.with_error + d.with_filled;
}

void describe(GDALRasterBand& band, const std::string& label, const std::string& units, const std::string& long_name) {
  band.SetDescription(label.c_str());
  band.SetUnitType(units.c_str());
  band.SetScale(1), band.SetOffset(0);
  band.SetNoDataValue(std::numeric_limits<double>::quiet_NaN());
  band.SetMetadataItem("long_name", long_name.c_str());
}

GDALDatasetUniquePtr create(const fs::path& file, const RasterDescription& d, const CPLStringList& options) {
  GDALDriver& driver = driver_named("GTiff");
  GDALSetCacheMax64(cache_bytes);
  const OGRSpatialReference srs = reference_system(d.grid.crs);
  CPLErrorReset();
  GDALDatasetUniquePtr dataset(driver.Create(remembering_name(file).c_str(), d.grid.columns, d.grid.rows,
                                             int(d.windows.size()) * bands_of_window(d), GDT_Float32,
                                             const_cast<char**>(options.List())));
  if (!dataset) {
    require_written(file);
    if (!d.creation_options.empty()) throw UsageError("--co: " + QuietGdal::complaint());
    fail(file);
  }
  std::array<double, 6> transform = geotransform(north_up(d.grid));
  dataset->SetGeoTransform(transform.data());
  dataset->SetSpatialRef(&srs);
  dataset->SetMetadataItem("TIFFTAG_IMAGEDESCRIPTION", d.title.c_str());
  dataset->SetMetadataItem("TIFFTAG_SOFTWARE", d.source.c_str());
  dataset->SetMetadataItem("history", d.history.c_str());
  for (const auto& [key, value] : d.metadata) dataset->SetMetadataItem(key.c_str(), value.c_str());
  for (size_t i = 0; i < d.windows.size(); ++i) {
    const int band = int(i) * bands_of_window(d) + 1;
    describe(*dataset->GetRasterBand(band), d.windows[i], d.units, d.long_name);
    if (d.with_error)
      describe(*dataset->GetRasterBand(band + 1), d.windows[i] + " standard deviation", d.units,
               "standard deviation of " + d.long_name);
    if (d.with_filled)
      describe(*dataset->GetRasterBand(band + 1 + d.with_error), d.windows[i] + " filled", "1",
               "1 where a gap of " + d.long_name + " was filled, else 0");
  }
  return dataset;
}

// GDAL leaves the reference system out where PROJ cannot read its database, and does not fail.
void require_reference_system(const fs::path& file) {
  const GDALDatasetUniquePtr written(GDALDataset::Open(remembering_name(file).c_str(), GDAL_OF_RASTER));
  require_written(file);
  if (!written || !written->GetSpatialRef())
    throw Error(file.string() +
                ": cannot be written: PROJ did not give the map's reference system; is its database there?");
}

class GeotiffWriter : public RasterWriter {
 public:
  GeotiffWriter(fs::path file, const RasterDescription& d, const CPLStringList& options)
      : file_(std::move(file)),
        grid_(d.grid),
        bands_of_window_(bands_of_window(d)),
        filled_band_(d.with_error ? 3 : 2),
        dataset_(file_, create(file_, d, options)) {}

  void write(int window, const Part& part, std::span<const float> values) override {
    write_band(window * bands_of_window_ + 1, part, values);
  }

  void write_error(int window, const Part& part, std::span<const float> values) override {
    write_band(window * bands_of_window_ + 2, part, values);
  }

  void write_filled(int window, const Part& part, std::span<const float> flags) override {
    write_band(window * bands_of_window_ + filled_band_, part, flags);
  }

  void write_band(int band, const Part& part, std::span<const float> values) {
    const QuietGdal quiet;
    std::vector<float> flipped = north_up_values(grid_, part.columns, values);
    if (dataset_->GetRasterBand(band)->RasterIO(GF_Write, part.column, north_up_row(grid_, part.row, part.rows),
                                                part.columns, part.rows, flipped.data(), part.columns, part.rows,
                                                GDT_Float32, 0, 0, nullptr) != CE_None)
      fail(file_);
  }

  void add_metadata(const std::string& key, const std::string& value) override {
    dataset_->SetMetadataItem(key.c_str(), value.c_str());
  }

  bool finish(const std::function<bool()>& go_on) override {
    const QuietGdal quiet;
    dataset_.close();
    require_reference_system(file_);
    std::vector<int> levels;
    for (int level = 2; std::max(grid_.rows, grid_.columns) > smallest_overview * level / 2; level *= 2)
      levels.push_back(level);
    if (levels.empty()) return true;
    GdalFile file(file_, GDALDatasetUniquePtr(
                             GDALDataset::Open(remembering_name(file_).c_str(), GDAL_OF_RASTER | GDAL_OF_UPDATE)));
    if (file->BuildOverviews("AVERAGE", int(levels.size()), levels.data(), 0, nullptr, progress_of,
                             const_cast<std::function<bool()>*>(&go_on)) != CE_None) {
      if (!go_on()) return false;
      fail(file_);
    }
    file.close();
    return true;
  }

  void close() { dataset_.close(); }

 private:
  fs::path file_;
  Grid grid_;
  int bands_of_window_, filled_band_;
  GdalFile dataset_;
};

// A file that does not outlive the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(fs::path path) : path_(std::move(path)) {}
  ~TemporaryFile() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

class CogWriter : public RasterWriter {
 public:
  CogWriter(fs::path file, const RasterDescription& d, CPLStringList options, const CPLStringList& plain)
      : file_(std::move(file)),
        options_(std::move(options)),
        plain_file_(file_.string() + ".tif"),
        overviews_(file_.string() + ".ovr.tmp"),
        mask_overviews_(file_.string() + ".msk.ovr.tmp") {
    RasterDescription without_options = d;
    without_options.creation_options.clear();
    plain_.emplace(plain_file_.path(), without_options, plain);
  }

  void write(int window, const Part& part, std::span<const float> values) override {
    plain_->write(window, part, values);
  }

  void write_error(int window, const Part& part, std::span<const float> values) override {
    plain_->write_error(window, part, values);
  }

  void write_filled(int window, const Part& part, std::span<const float> flags) override {
    plain_->write_filled(window, part, flags);
  }

  void add_metadata(const std::string& key, const std::string& value) override { plain_->add_metadata(key, value); }

  bool finish(const std::function<bool()>& go_on) override {
    const QuietGdal quiet;
    plain_->close();
    GdalFile plain(plain_file_.path(),
                   GDALDatasetUniquePtr(GDALDataset::Open(remembering_name(plain_file_.path()).c_str())));
    CPLErrorReset();
    GDALDatasetUniquePtr cog(driver_named("COG").CreateCopy(remembering_name(file_).c_str(), &*plain, FALSE,
                                                            options_.List(), progress_of,
                                                            const_cast<std::function<bool()>*>(&go_on)));
    if (!cog && !go_on()) return false;
    GdalFile(file_, std::move(cog)).close();
    require_reference_system(file_);
    return true;
  }

 private:
  fs::path file_;
  CPLStringList options_;
  TemporaryFile plain_file_, overviews_, mask_overviews_;
  std::optional<GeotiffWriter> plain_;
};

}  // namespace

std::unique_ptr<RasterWriter> make_geotiff_writer(const fs::path& file, const RasterDescription& d) {
  const QuietGdal quiet;
  const CPLStringList options = creation_options(driver_named("GTiff"), d.creation_options,
                                                 {{"TILED", "YES"},
                                                  {"BLOCKXSIZE", "512"},
                                                  {"BLOCKYSIZE", "512"},
                                                  {"INTERLEAVE", "BAND"},
                                                  {"COMPRESS", "DEFLATE"},
                                                  {"PREDICTOR", "3"},
                                                  {"BIGTIFF", "IF_SAFER"}});
  return std::make_unique<GeotiffWriter>(file, d, options);
}

std::unique_ptr<RasterWriter> make_cog_writer(const fs::path& file, const RasterDescription& d) {
  const QuietGdal quiet;
  const CPLStringList options = creation_options(driver_named("COG"), d.creation_options,
                                                 {{"BLOCKSIZE", "512"},
                                                  {"COMPRESS", "DEFLATE"},
                                                  {"PREDICTOR", "FLOATING_POINT"},
                                                  {"OVERVIEW_RESAMPLING", "AVERAGE"},
                                                  {"BIGTIFF", "IF_SAFER"}});
  const CPLStringList plain = creation_options(driver_named("GTiff"), {},
                                               {{"TILED", "YES"},
                                                {"BLOCKXSIZE", "512"},
                                                {"BLOCKYSIZE", "512"},
                                                {"INTERLEAVE", "BAND"},
                                                {"BIGTIFF", "IF_SAFER"}});
  return std::make_unique<CogWriter>(file, d, options, plain);
}

}  // namespace unetsr::data
