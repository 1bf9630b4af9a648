#include "data/formats/troposif_writer.hpp"

#include <netcdf.h>

#include <cmath>

#include "data/formats/file_software.hpp"
#include "data/formats/new_netcdf_file.hpp"

namespace unetsr::data {
namespace {

constexpr size_t chunk = 16384;  // soundings
constexpr const char* sif_units = "mW/m2/sr/nm";
constexpr std::array<float, 7> reflectance_bands = {665, 680, 712, 741, 755, 773, 781};  // nm

template <class T>
void add_all(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

void TroposifSoundings::append(const TroposifSoundings& other) {
  for (size_t i = 0; i < other.size(); ++i) soundings.append(other.soundings, i);
  add_all(sif_735, other.sif_735), add_all(error_735, other.error_735);
  add_all(radiance_743, other.radiance_743), add_all(reflectance, other.reflectance);
  add_all(day_length_factor, other.day_length_factor);
  add_all(solar_azimuth, other.solar_azimuth), add_all(view_azimuth, other.view_azimuth);
  add_all(land_cover, other.land_cover);
}

std::string troposif_name(Date date) {
  return "TROPOSIF_L2B_" + to_string(date) + ".nc";
}

struct TroposifWriter::File : NewNetcdfFile {
  Date date;
  int soundings = 0, one = 0, corners = 0, bands = 0;                           // dimensions
  int product = 0, support = 0, results = 0, geolocations = 0, input_data = 0;  // groups
  size_t written = 0;

  File(const std::filesystem::path& file, Date day) : NewNetcdfFile(file), date(day) {}

  // One number a sounding, or `width` where there is a second dimension.
  void define(int where, const char* name, nc_type type, const std::string& units, const std::string& long_name,
              int second_dimension = -1, size_t width = 1) const {
    const std::array<int, 2> dimensions = {soundings, second_dimension};
    const std::array<size_t, 2> chunks = {chunk, width};
    int variable = 0;
    check(nc_def_var(where, name, type, second_dimension < 0 ? 1 : 2, dimensions.data(), &variable));
    check(nc_def_var_chunking(where, variable, NC_CHUNKED, chunks.data()));
    check(nc_def_var_deflate(where, variable, 1, 1, 1));
    text(where, variable, "units", units);
    text(where, variable, "long_name", long_name);
  }

  int variable(int where, const char* name) const {
    int found = 0;
    check(nc_inq_varid(where, name, &found));
    return found;
  }

  void put(int where, const char* name, size_t count, const float* values, size_t width = 1) const {
    const std::array<size_t, 2> start = {written, 0}, extent = {count, width};
    check(nc_put_vara_float(where, variable(where, name), start.data(), extent.data(), values));
  }

  void put(int where, const char* name, const std::vector<float>& values) const {
    put(where, name, values.size(), values.data());
  }

  void define_product() const;
  void define_support() const;
};

void TroposifWriter::File::define_product() const {
  const std::array<int, 1> time_dimension = {one};
  int time = 0;
  check(nc_def_var(product, "time", NC_FLOAT, 1, time_dimension.data(), &time));
  text(product, time, "units", "seconds since 2010-01-01 00:00:00");
  text(product, time, "standard_name", "time");
  const float since_2010 = float((day_number(date) - day_number({2010, 1, 1})) * 86400.0);
  check(nc_put_var_float(product, time, &since_2010));
  define(product, "delta_time", NC_INT, "milliseconds since " + to_string(date) + "T00:00:00 UTC",
         "offset from the reference start time of measurement");
  define(product, "latitude", NC_FLOAT, "degrees_north", "pixel center latitude");
  define(product, "longitude", NC_FLOAT, "degrees_east", "pixel center longitude");
  for (const std::string window : {"743", "735"}) {
    define(product, ("SIF_" + window).c_str(), NC_FLOAT, sif_units, "retrieved SIF@740");
    define(product, ("SIF_Corr_" + window).c_str(), NC_FLOAT, sif_units, "daylength-corr SIF@740");
    define(product, ("SIF_ERROR_" + window).c_str(), NC_FLOAT, sif_units, "1-sigma SIF retrieval error");
    text(product, variable(product, ("SIF_" + window).c_str()), "standard_name",
         "retrieved SIF@740 " + window + "-758 nm fitting window");
  }
}

void TroposifWriter::File::define_support() const {
  define(results, "DayLength_fac", NC_FLOAT, "", "Daylength correction factor = int(cosSZA(t)) / cosSZA(tm)");
  define(results, "Mean_TOA_RAD_743", NC_FLOAT, sif_units, "mean TOA radiance in the fitting window");
  define(results, "TOA_RFL", NC_FLOAT, "", "TOA Reflectance in far-red atmospheric windows", bands,
         reflectance_bands.size());
  const std::array<int, 1> band_dimension = {bands};
  int wavelength = 0;
  check(nc_def_var(results, "WVL_RFL", NC_FLOAT, 1, band_dimension.data(), &wavelength));
  text(results, wavelength, "units", "nm");
  check(nc_put_var_float(results, wavelength, reflectance_bands.data()));
  for (const char* angle :
       {"solar_zenith_angle", "viewing_zenith_angle", "solar_azimuth_angle", "viewing_azimuth_angle"})
    define(geolocations, angle, NC_FLOAT, "degree", "");
  define(geolocations, "latitude_bounds", NC_FLOAT, "degrees_north", "pixel corner latitudes", corners, 4);
  define(geolocations, "longitude_bounds", NC_FLOAT, "degrees_east", "pixel corner longitudes", corners, 4);
  define(input_data, "cloud_fraction_L2", NC_FLOAT, "1", "effective radiometric cloud fraction");
  define(input_data, "LC_MASK", NC_UBYTE, "", "IGBP land cover");
  text(input_data, variable(input_data, "LC_MASK"), "standard_name", "Land Cover Map (MODIS MCD12C1 2018)");
}

TroposifWriter::TroposifWriter(const std::filesystem::path& path, Date date, const std::string& world)
    : file_(std::make_unique<File>(path, date)) {
  File& f = *file_;
  int before = 0;
  f.check(nc_set_fill(f.id(), NC_NOFILL, &before));
  f.check(nc_def_dim(f.id(), "time", 1, &f.one));
  f.check(nc_def_dim(f.id(), "n_elem", NC_UNLIMITED, &f.soundings));
  f.check(nc_def_dim(f.id(), "ncorner", 4, &f.corners));
  f.check(nc_def_dim(f.id(), "num_bd_rfl", reflectance_bands.size(), &f.bands));
  f.text(f.id(), NC_GLOBAL, "title", "TROPOSIF_L2B");
  f.text(f.id(), NC_GLOBAL, "processor_version", "01.00.01");
  f.text(f.id(), NC_GLOBAL, "source", "simulated");
  f.text(f.id(), NC_GLOBAL, world_attribute, world);
  const int settings = f.group(f.group(f.id(), "METADATA"), "ALGORITHM_SETTINGS");
  f.text(settings, NC_GLOBAL, "Cloud fraction threshold", "0.8");
  f.text(settings, NC_GLOBAL, "SZA threshold", "70.0");
  f.text(settings, NC_GLOBAL, "VZA threshold", "60.0");
  f.text(settings, NC_GLOBAL, "Quality level threshold", "80");
  f.text(settings, NC_GLOBAL, "SIF reference wavelength (nm)", "740.0");
  f.product = f.group(f.id(), "PRODUCT");
  f.support = f.group(f.product, "SUPPORT_DATA");
  f.results = f.group(f.support, "DETAILED_RESULTS");
  f.geolocations = f.group(f.support, "GEOLOCATIONS");
  f.input_data = f.group(f.support, "INPUT_DATA");
  f.define_product();
  f.define_support();
}

TroposifWriter::~TroposifWriter() = default;

void TroposifWriter::append(const TroposifSoundings& part) {
  File& f = *file_;
  const Soundings& s = part.soundings;
  const size_t count = part.size();
  if (count == 0) return;
  std::vector<float> latitude(s.latitude.begin(), s.latitude.end()), longitude(s.longitude.begin(), s.longitude.end());
  std::vector<float> latitudes, longitudes, sif_735, corrected, error_735, corrected_735;
  std::vector<int> milliseconds;
  for (size_t i = 0; i < count; ++i) {
    latitudes.insert(latitudes.end(), s.latitudes[i].begin(), s.latitudes[i].end());
    longitudes.insert(longitudes.end(), s.longitudes[i].begin(), s.longitudes[i].end());
    const bool failed = std::isnan(part.sif_735[i]);
    sif_735.push_back(failed ? NC_FILL_FLOAT : part.sif_735[i]);
    error_735.push_back(failed ? NC_FILL_FLOAT : part.error_735[i]);
    corrected.push_back(s.sif[i] * part.day_length_factor[i]);
    corrected_735.push_back(failed ? NC_FILL_FLOAT : part.sif_735[i] * part.day_length_factor[i]);
    milliseconds.push_back(int(std::lround((s.time[i] - day_number(f.date) * 86400.0) * 1000)));
  }
  const std::array<size_t, 1> start = {f.written}, extent = {count};
  f.check(nc_put_vara_int(f.product, f.variable(f.product, "delta_time"), start.data(), extent.data(),
                          milliseconds.data()));
  f.put(f.product, "latitude", latitude), f.put(f.product, "longitude", longitude);
  f.put(f.product, "SIF_743", s.sif), f.put(f.product, "SIF_Corr_743", corrected);
  f.put(f.product, "SIF_ERROR_743", s.error), f.put(f.product, "SIF_735", sif_735);
  f.put(f.product, "SIF_Corr_735", corrected_735), f.put(f.product, "SIF_ERROR_735", error_735);
  f.put(f.results, "DayLength_fac", part.day_length_factor), f.put(f.results, "Mean_TOA_RAD_743", part.radiance_743);
  f.put(f.results, "TOA_RFL", count, part.reflectance.data()->data(), reflectance_bands.size());
  f.put(f.geolocations, "solar_zenith_angle", s.sza), f.put(f.geolocations, "viewing_zenith_angle", s.vza);
  f.put(f.geolocations, "solar_azimuth_angle", part.solar_azimuth);
  f.put(f.geolocations, "viewing_azimuth_angle", part.view_azimuth);
  f.put(f.geolocations, "latitude_bounds", count, latitudes.data(), 4);
  f.put(f.geolocations, "longitude_bounds", count, longitudes.data(), 4);
  f.put(f.input_data, "cloud_fraction_L2", s.cloud_fraction);
  f.check(nc_put_vara_uchar(f.input_data, f.variable(f.input_data, "LC_MASK"), start.data(), extent.data(),
                            part.land_cover.data()));
  f.written += count;
}

void TroposifWriter::close() {
  file_->close();
}

}  // namespace unetsr::data
