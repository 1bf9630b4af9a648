#include "data/formats/oco_lite_writer.hpp"

#include <netcdf.h>

#include <array>
#include <cmath>

#include "data/dataset/calendar.hpp"
#include "data/formats/file_software.hpp"
#include "data/formats/new_netcdf_file.hpp"

namespace unetsr::data {
namespace {

constexpr float fill = -999999;
constexpr const char* sif_units = "W/m^2/sr/\u00b5m";

class File : public NewNetcdfFile {
 public:
  File(const std::filesystem::path& path, size_t soundings) : NewNetcdfFile(path), soundings_(soundings) {
    check(nc_def_dim(id(), "sounding_dim", soundings, &sounding_));
    check(nc_def_dim(id(), "vertex_dim", 4, &vertex_));
    int footprint = 0;
    check(nc_def_dim(id(), "footprint_dim", 8, &footprint));
  }

  int define(int group, const char* name, nc_type type, const std::string& units, bool corners = false) const {
    const std::array<int, 2> dimensions = {sounding_, vertex_};
    int variable = 0;
    check(nc_def_var(group, name, type, corners ? 2 : 1, dimensions.data(), &variable));
    if (soundings_ > 0) check(nc_def_var_deflate(group, variable, 1, 1, 1));
    text(group, variable, "units", units);
    return variable;
  }

  void put(int group, const char* name, const std::string& units, std::vector<float> values,
           bool corners = false) const {
    const int variable = define(group, name, NC_FLOAT, units, corners);
    check(nc_def_var_fill(group, variable, NC_FILL, &fill));
    for (float& v : values)
      if (std::isnan(v)) v = fill;
    check(nc_put_var_float(group, variable, values.data()));
  }

  void put(int group, const char* name, const std::string& units, const std::vector<double>& values) const {
    check(nc_put_var_double(group, define(group, name, NC_DOUBLE, units), values.data()));
  }

  void put(int group, const char* name, const std::vector<int8_t>& values) const {
    check(nc_put_var_schar(group, define(group, name, NC_BYTE, ""), values.data()));
  }

  void put(int group, const char* name, nc_type type, const std::vector<long long>& values) const {
    check(nc_put_var_longlong(group, define(group, name, type, ""), values.data()));
  }

 private:
  size_t soundings_;
  int sounding_ = 0, vertex_ = 0;
};

std::vector<float> floats(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

std::vector<float> flat(const std::vector<std::array<double, 4>>& corners) {
  std::vector<float> values;
  for (const auto& one : corners) values.insert(values.end(), one.begin(), one.end());
  return values;
}

std::vector<float> product(std::vector<float> values, const std::vector<float>& factors) {
  for (size_t i = 0; i < values.size(); ++i) values[i] *= factors[i];
  return values;
}

// YYYYMMDDhhmmssf and the footprint's number.
long long sounding_id(double time, int footprint) {
  const double day = std::floor(time / 86400), second = time - day * 86400;
  const Date date = date_of(int(day));
  const long long tenths = std::llround(std::floor(second * 10)), minutes = tenths / 600;
  const long long clock = (minutes / 60 * 100 + minutes % 60) * 1000 + tenths % 600;
  return ((date.year * 10000LL + date.month * 100 + date.day) * 10000000LL + clock) * 10 + footprint;
}

void write_root(const File& f, const OcoFootprints& all) {
  const Soundings& s = all.footprints;
  const int root = f.id();
  std::vector<double> times;
  for (const double t : s.time) times.push_back(t - day_number({1990, 1, 1}) * 86400.0);
  f.put(root, "Delta_Time", "seconds since 1990-01-01 00:00:00", times);
  f.put(root, "Latitude", "degrees_north", floats(s.latitude));
  f.put(root, "Longitude", "degrees_east", floats(s.longitude));
  f.put(root, "Latitude_Corners", "degrees_north", flat(s.latitudes), true);
  f.put(root, "Longitude_Corners", "degrees_east", flat(s.longitudes), true);
  f.put(root, "SZA", "degrees", s.sza), f.put(root, "VZA", "degrees", s.vza);
  f.put(root, "SIF_740nm", sif_units, s.sif), f.put(root, "SIF_Uncertainty_740nm", sif_units, s.error);
  f.put(root, "Daily_SIF_740nm", sif_units, all.daily_sif);
  f.put(root, "Daily_SIF_757nm", sif_units, product(all.sif_757, all.daily_factor));
  f.put(root, "Daily_SIF_771nm", sif_units, product(all.sif_771, all.daily_factor));
  f.put(root, "Quality_Flag", all.quality);
}

void write_groups(const File& f, const OcoFootprints& all) {
  const int science = f.group(f.id(), "Science");
  f.put(science, "SIF_757nm", sif_units, all.sif_757), f.put(science, "SIF_771nm", sif_units, all.sif_771);
  f.put(science, "SIF_Uncertainty_757nm", sif_units, all.sigma_757);
  f.put(science, "SIF_Uncertainty_771nm", sif_units, all.sigma_771);
  f.put(science, "daily_correction_factor", "", all.daily_factor);
  f.put(science, "IGBP_index", all.igbp);
  f.put(f.group(f.id(), "Cloud"), "cloud_flag_abp", all.cloud);
  const int metadata = f.group(f.id(), "Metadata");
  std::vector<long long> orbits(all.orbit.begin(), all.orbit.end()), numbers, sounding_ids;
  for (size_t i = 0; i < all.size(); ++i) {
    numbers.push_back(all.footprints.pixel[i]);
    sounding_ids.push_back(sounding_id(all.footprints.time[i], all.footprints.pixel[i]));
  }
  f.put(metadata, "MeasurementMode", all.mode), f.put(metadata, "OrbitId", NC_INT, orbits);
  f.put(metadata, "FootprintId", NC_BYTE, numbers), f.put(metadata, "SoundingId", NC_INT64, sounding_ids);
}

}  // namespace

void write_oco_lite(const std::filesystem::path& path, const OcoFootprints& all, const std::string& world) {
  File f(path, all.size());
  f.text(f.id(), NC_GLOBAL, "title", "SIF Lite");
  f.text(f.id(), NC_GLOBAL, "product_version", "B11012Ar");
  f.text(f.id(), NC_GLOBAL, "Sensor", all.sensor);
  f.text(f.id(), NC_GLOBAL, "source", "simulated");
  f.text(f.id(), NC_GLOBAL, world_attribute, world);
  write_root(f, all);
  write_groups(f, all);
  f.close();
}

}  // namespace unetsr::data
