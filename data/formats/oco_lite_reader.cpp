#include "data/formats/oco_lite_reader.hpp"

#include <cmath>
#include <limits>
#include <optional>

#include "data/dataset/missing.hpp"
#include "data/dataset/screens.hpp"
#include "data/formats/netcdf_columns.hpp"
#include "data/formats/sif_units.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

const std::string main_variable = "SIF_740nm", geolocation = "Geolocation/";

class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : columns_(path, main_variable), path_(path) {
    if (columns_.rows_and_columns())
      throw Error(path.string() + ": " + main_variable + " is no list of soundings: not a SIF Lite file");
  }

  std::vector<float> floats(const std::string& name, float least, float most) const {
    std::vector<float> values = columns_.floats(name, 0, columns_.lines());
    for (float& v : values)
      if (!(v >= least && v <= most)) v = missing;
    return values;
  }

  std::vector<float> sif(const std::string& name) const {
    const NetcdfFile& file = columns_.file();
    if (const auto units = file.text(file.variable(name), "units"))
      require_sif_units(path_.string() + ": " + name, *units);
    return floats(name, -sounding_bounds::sif, sounding_bounds::sif);
  }

  std::vector<float> sigma(const std::string& name) const {
    return floats(name, std::numeric_limits<float>::min(), sounding_bounds::sif);
  }

  std::vector<double> places(const std::string& name, double bound) const {
    std::vector<double> values = columns_.numbers(name, 0, columns_.lines());
    for (double& v : values)
      if (!(std::abs(v) <= bound)) v = missing;
    return values;
  }

  std::vector<std::array<double, 4>> corners(const std::string& name, const std::string& other, double bound) const {
    const NetcdfFile& file = columns_.file();
    if (!file.has(name) && !file.has(geolocation + other))
      throw Error(path_.string() + ": has neither " + name + " nor " + geolocation + other +
                  ": without corners of its footprints it cannot be compared with a map");
    auto values = columns_.corners(file.has(name) ? name : geolocation + other, 0, columns_.lines());
    for (auto& footprint : values)
      for (double& v : footprint)
        if (!(std::abs(v) <= bound)) v = missing;
    return values;
  }

  std::vector<double> times() const {
    const std::string name = "Delta_Time";
    const NetcdfFile& file = columns_.file();
    const std::string units = file.text(file.variable(name), "units").value_or("seconds since 1990-01-01");
    const TimeUnits since = parse_time_units(path_.string() + ": " + name, units);
    std::vector<double> values = columns_.numbers(name, 0, columns_.lines());
    for (double& t : values) t = t >= 0 ? since.instant(t) : double(missing);
    return values;
  }

  // `otherwise` where missing or outside least..most, or where there is no such variable and it may be absent.
  template <class T>
  std::vector<T> codes(const std::string& name, double least, double most, T otherwise, bool optional = false) const {
    std::vector<T> values;
    if (optional && !columns_.file().has(name)) return std::vector<T>(columns_.lines(), otherwise);
    for (const double v : columns_.numbers(name, 0, columns_.lines()))
      values.push_back(v >= least && v <= most ? T(v) : otherwise);
    return values;
  }

  std::string attribute(const std::vector<std::string>& names) const {
    for (const std::string& name : names)
      if (const auto text = columns_.file().text(name)) return *text;
    return "";
  }

 private:
  NetcdfColumns columns_;
  std::filesystem::path path_;
};

void name_origin(const std::filesystem::path& path, const Reader& reader, OcoFootprints& all) {
  if (const std::optional<OcoLiteName> name = oco_lite_name(path)) {
    all.sensor = name->sensor, all.version = name->build.version();
    return;
  }
  const std::string sensor = reader.attribute({"Sensor", "sensor", "Platform", "platform", "instrument"});
  for (const char digit : {'2', '3'})
    for (const std::string word : {"OCO-", "OCO", "oco"})
      if (sensor.find(word + digit) != std::string::npos) all.sensor = std::string("OCO-") + digit;
  const std::optional<OcoBuild> build = parse_oco_build(reader.attribute({"product_version", "BuildId"}));
  if (all.sensor.empty() || !build)
    throw Error(path.string() + ": states no sensor or no version; give it the name it had in the archive, " +
                "oco2_LtSIF_<yymmdd>_<build>_<made>.nc4");
  all.version = build->version();
}

std::vector<float> cloud_fractions(const std::vector<int8_t>& flags) {
  std::vector<float> fractions;
  for (const int8_t flag : flags) fractions.push_back(flag == 0 ? 0.f : flag == 1 ? 1.f : missing);
  return fractions;
}

}  // namespace

bool is_oco_lite(const std::filesystem::path& path) {
  const NetcdfFile file(path);
  return file.has(main_variable) && file.has("Delta_Time") && file.has("Quality_Flag");
}

OcoFootprints read_oco_lite(const std::filesystem::path& path) {
  if (!is_oco_lite(path))
    throw Error(path.string() +
                ": has no SIF_740nm, Delta_Time and Quality_Flag: not a SIF Lite file of OCO-2 or OCO-3");
  const Reader reader(path);
  OcoFootprints all;
  name_origin(path, reader, all);
  Soundings& s = all.footprints;
  s.latitudes = reader.corners("Latitude_Corners", "footprint_latitude_vertices", sounding_bounds::latitude);
  s.longitudes = reader.corners("Longitude_Corners", "footprint_longitude_vertices", sounding_bounds::longitude);
  s.sif = reader.sif(main_variable), s.error = reader.sigma("SIF_Uncertainty_740nm");
  s.latitude = reader.places("Latitude", sounding_bounds::latitude);
  s.longitude = reader.places("Longitude", sounding_bounds::longitude);
  s.time = reader.times();
  s.sza = reader.floats("SZA", 0, sounding_bounds::sza), s.vza = reader.floats("VZA", 0, sounding_bounds::vza);
  all.daily_sif = reader.sif("Daily_SIF_740nm");
  all.daily_factor = reader.floats("Science/daily_correction_factor", 0, 10);
  all.sif_757 = reader.sif("Science/SIF_757nm"), all.sif_771 = reader.sif("Science/SIF_771nm");
  all.sigma_757 = reader.sigma("Science/SIF_Uncertainty_757nm");
  all.sigma_771 = reader.sigma("Science/SIF_Uncertainty_771nm");
  all.quality = reader.codes<int8_t>("Quality_Flag", -1, 2, -1);
  all.cloud = reader.codes<int8_t>("Cloud/cloud_flag_abp", 0, 2, 2);
  all.mode = reader.codes<int8_t>("Metadata/MeasurementMode", 0, 4, -1);
  all.igbp = reader.codes<int8_t>("Science/IGBP_index", 1, 17, -1, true);
  all.orbit = reader.codes<int64_t>("Metadata/OrbitId", 0, 1e9, -1);
  s.orbit.assign(all.orbit.begin(), all.orbit.end());
  s.pixel = reader.codes<int32_t>("Metadata/FootprintId", 1, 8, -1, true);
  s.cloud_fraction = cloud_fractions(all.cloud);
  return all;
}

}  // namespace unetsr::data
