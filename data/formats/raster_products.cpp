#include "data/formats/raster_products.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <sstream>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

constexpr double own = std::numeric_limits<double>::quiet_NaN();  // the range that the file gives

enum Kind { values, classes };

struct ProductField {
  const char *products, *fields;  // names and starts of names (NAME*), * also at the start of a field; one of each
  double scale, offset, low, high;
  Kind kind;
};

// Sources: the products' user guides and file specifications (LP DAAC; Wan 2015 for LST; Friedl and Sulla-Menashe for
// land cover; Li and Xiao 2019 for GOSIF; ESA CCI land cover product user guide).
constexpr ProductField table[] = {
    {"MOD13* MYD13*", "*NDVI *EVI", 1e-4, 0, -2000, 10000, values},
    {"MOD13* MYD13*", "*reflectance", 1e-4, 0, 0, 10000, values},
    {"MOD13* MYD13*", "*view_zenith_angle *sun_zenith_angle", 0.01, 0, own, own, values},
    {"MOD13* MYD13*", "*relative_azimuth_angle", 0.01, 0, own, own, values},
    {"MOD13* MYD13*", "*composite_day_of_the_year", 1, 0, 1, 366, classes},
    {"MOD13* MYD13*", "*pixel_reliability", 1, 0, 0, 3, classes},
    {"MOD13* MYD13*", "*VI_Quality", 1, 0, 0, 65534, classes},
    {"VNP13* VJ113* VJ213*", "*NDVI *EVI *EVI2", 1e-4, 0, -10000, 10000, values},
    {"VNP13* VJ113* VJ213*", "*reflectance", 1e-4, 0, 0, 10000, values},
    {"VNP13* VJ113* VJ213*", "*angle", 0.01, 0, own, own, values},
    {"VNP13* VJ113* VJ213*", "*composite_day_of_the_year", 1, 0, 1, 366, classes},
    {"VNP13* VJ113* VJ213*", "*pixel_reliability", 1, 0, 0, 11, classes},
    {"VNP13* VJ113* VJ213*", "*VI_Quality", 1, 0, 0, 65534, classes},
    {"MOD09* MYD09* VNP09* VJ109*", "*sur_refl_b0*", 1e-4, 0, -100, 16000, values},
    {"MOD09* MYD09* VNP09* VJ109*", "*sur_refl_szen *sur_refl_vzen *sur_refl_raz", 0.01, 0, own, own, values},
    {"MOD09* MYD09* VNP09* VJ109*", "*sur_refl_day_of_year", 1, 0, 1, 366, classes},
    {"MOD09* MYD09* VNP09* VJ109*", "*qc* *state*", 1, 0, own, own, classes},
    {"MOD11* MYD11* MOD21* MYD21* VNP21* VJ121*", "*LST_Day* *LST_Night* *LST_1KM *LST", 0.02, 0, 7500, 65535, values},
    {"MOD11* MYD11* MOD21* MYD21* VNP21* VJ121*", "*Emis_*", 0.002, 0.49, 1, 255, values},
    {"MOD11* MYD11* MOD21* MYD21* VNP21* VJ121*", "*view_time *view_time_*", 0.1, 0, 0, 240, values},
    {"MOD11* MYD11* MOD21* MYD21* VNP21* VJ121*", "*view_angl *view_angle *view_angle_*", 1, -65, 0, 130, values},
    {"MOD11* MYD11* MOD21* MYD21* VNP21* VJ121*", "*clear_sky_days *clear_sky_nights", 1, 0, 1, 255, classes},
    {"MOD11* MYD11* MOD21* MYD21* VNP21* VJ121*", "*QC*", 1, 0, own, own, classes},
    {"MCD12*", "*LC_Type1", 1, 0, 1, 17, classes},
    {"MCD12*", "*LC_Type2", 1, 0, 0, 15, classes},
    {"MCD12*", "*LC_Type3", 1, 0, 0, 10, classes},
    {"MCD12*", "*LC_Type4", 1, 0, 0, 8, classes},
    {"MCD12*", "*LC_Type5", 1, 0, 0, 11, classes},
    {"MCD12*", "*LC_Prop*Assessment", 1, 0, 0, 100, values},
    {"MCD12*", "*LC_Prop1", 1, 0, 1, 43, classes},
    {"MCD12*", "*LC_Prop2", 1, 0, 1, 40, classes},
    {"MCD12*", "*LC_Prop3", 1, 0, 1, 51, classes},
    {"MCD12*", "*", 1, 0, 0, 254, classes},
    {"MCD15* MOD15* MYD15* VNP15* VJ115*", "*Lai_500m *Lai_1km *Lai *LaiStdDev* *Lai_StdDev*", 0.1, 0, 0, 100, values},
    {"MCD15* MOD15* MYD15* VNP15* VJ115*", "*Fpar_500m *Fpar_1km *Fpar *FparStdDev* *Fpar_StdDev*", 0.01, 0, 0, 100,
     values},
    {"MCD15* MOD15* MYD15* VNP15* VJ115*", "*QC", 1, 0, own, own, classes},
    {"MOD16A2* MYD16A2*", "*LE_500m *PLE_500m *LE_1km *PLE_1km", 1e4, 0, -32767, 32700, values},
    {"MOD16A2* MYD16A2*", "*ET_500m *PET_500m *ET_1km *PET_1km", 0.1, 0, -32767, 32700, values},
    {"MOD16A3* MYD16A3*", "*LE_500m *PLE_500m", 1e4, 0, -32767, 32700, values},
    {"MOD16A3* MYD16A3*", "*ET_500m *PET_500m", 0.1, 0, 0, 65500, values},
    {"MOD16* MYD16*", "*QC*", 1, 0, own, own, classes},
    {"MOD17A2* MYD17A2*", "*Gpp_500m *Gpp_1km", 1e-4, 0, 0, 30000, values},
    {"MOD17A2* MYD17A2*", "*PsnNet_500m *PsnNet_1km", 1e-4, 0, -30000, 30000, values},
    {"MOD17A3* MYD17A3*", "*Npp_500m", 1e-4, 0, -30000, 32700, values},
    {"MOD17A3* MYD17A3*", "*Gpp_500m", 1e-4, 0, 0, 65500, values},
    {"MOD17* MYD17*", "*QC*", 1, 0, own, own, classes},
    {"MOD44B*", "*Percent_Tree_Cover *Percent_NonTree_Vegetation *Percent_NonVegetated", 1, 0, 0, 100, values},
    {"MOD44B*", "*Quality *Cloud", 1, 0, own, own, classes},
    {"MCD43A4* MCD43C4* VNP43MA4* VNP43IA4* VJ143MA4* VJ143IA4*", "*Nadir_Reflectance*", 1e-4, 0, 0, 32766, values},
    {"MCD43* VNP43* VJ143*", "*Albedo_BSA_* *Albedo_WSA_* *Albedo_Parameters_*", 1e-3, 0, 0, 32766, values},
    {"MCD43* VNP43* VJ143*", "*Quality*", 1, 0, own, own, classes},
    {"GOSIF_GPP_???????_*", "*", 1e-3, 0, 0, 65533, values},   // eight days
    {"GOSIF_GPP_????.M??_*", "*", 1e-2, 0, 0, 65533, values},  // a month
    {"GOSIF_GPP_????_*", "*", 0.1, 0, 0, 65533, values},       // a year
    {"GOSIF_*", "*", 1e-4, 0, own, 32765, values},             // 32766 snow or ice, 32767 water
    {"ESACCI-LC-* C3S-LC-*", "* *lccs_class", 1, 0, 1, 229, classes},
    {"ESA_WorldCover_*", "*", 1, 0, 10, 100, classes},
};

// Blanks and case do not distinguish data sets: "1 km 16 days NDVI" is 1_km_16_days_NDVI elsewhere.
std::string plain(const std::string& text) {
  std::string result;
  for (const char c : text)
    if (c != '"') result += c == ' ' ? '_' : char(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

// ? is any character, * any text.
bool matches(const char* pattern, const char* text) {
  if (*pattern == '*') return matches(pattern + 1, text) || (*text && matches(pattern, text + 1));
  if (!*pattern || !*text) return !*pattern && !*text;
  return (*pattern == '?' || *pattern == *text) && matches(pattern + 1, text + 1);
}

bool matches_one(const char* patterns, const std::string& text) {
  std::istringstream words(patterns);
  for (std::string pattern; words >> pattern;)
    if (matches(plain(pattern).c_str(), text.c_str())) return true;
  return false;
}

bool near(double a, double b) {
  return std::abs(a - b) <= 1e-5 * std::abs(b);
}

struct Known {
  const ProductField* field = nullptr;
  std::string name;
};

// "1 km 16 days NDVI" is MODIS' wherever it comes from.
bool named_as_vegetation_index(const std::string& field) {
  return matches("*_16_days_*", field.c_str()) || matches("*_monthly_ndvi", field.c_str()) ||
         matches("*_monthly_evi", field.c_str());
}

Known find(const FileAttributes& a, const std::string& name_of_field) {
  std::string product = a.short_name.empty() ? a.file : a.short_name;
  std::string field = plain(name_of_field);
  // AppEEARS: MOD13A2.061__1_km_16_days_NDVI_doy2019145_aid0001.tif
  if (const size_t day = field.find("_doy"); day != std::string::npos) field.resize(day);
  for (const ProductField& f : table)
    if (matches_one(f.products, plain(product)) && matches_one(f.fields, field)) {
      std::string name = product.substr(0, product.find_first_of(". "));
      if (!name_of_field.empty() && f.fields != std::string("*")) name += " " + name_of_field;
      return {&f, name};
    }
  if (a.short_name.empty() && named_as_vegetation_index(field))
    for (const ProductField& f : table)
      if (matches_one(f.products, "mod13a2") && matches_one(f.fields, field)) return {&f, "MOD13 " + name_of_field};
  return {};
}

double number_of(const std::string& text, const std::string& key, const std::string& option) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    throw UsageError(option + ": " + key + "=" + text + ": a number is wanted");
  return value;
}

}  // namespace

std::vector<double> numbers_in(const std::string& text) {
  std::vector<double> numbers;
  const char* at = text.c_str();
  while (*at) {
    char* end = nullptr;
    const double value = std::strtod(at, &end);
    if (end == at) {
      ++at;
      continue;
    }
    numbers.push_back(value);
    at = end;
  }
  return numbers;
}

StatedRules parse_stated_rules(const std::string& text, const std::string& option) {
  StatedRules stated;
  std::istringstream items(text);
  std::vector<std::string> seen;
  if (text.empty() || text.back() == '&')
    throw UsageError(option + ": a value is missing after " + (text.empty() ? "?" : "&"));
  for (std::string item; std::getline(items, item, '&');) {
    const size_t equals = item.find('=');
    const std::string key = item.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : item.substr(equals + 1);
    if (std::find(seen.begin(), seen.end(), key) != seen.end()) throw UsageError(option + ": " + key + " stands twice");
    seen.push_back(key);
    if (key == "scale") {
      stated.scale = number_of(value, key, option);
      if (*stated.scale == 0) throw UsageError(option + ": scale=0 would make all values equal");
    } else if (key == "offset") {
      stated.offset = number_of(value, key, option);
    } else if (key == "valid") {
      const size_t colon = value.find(':');
      if (colon == std::string::npos) throw UsageError(option + ": valid=" + value + ": LOW:HIGH is wanted");
      const std::string low = value.substr(0, colon), high = value.substr(colon + 1);
      stated.low = number_of(low, key, option), stated.high = number_of(high, key, option);
      if (*stated.low > *stated.high) throw UsageError(option + ": valid=" + value + ": LOW is above HIGH");
    } else if (key == "nodata") {
      std::istringstream list(value);
      for (std::string number; std::getline(list, number, ',');) stated.fills.push_back(number_of(number, key, option));
      if (stated.fills.empty() || value.back() == ',')
        throw UsageError(option + ": nodata=" + value + ": a number is wanted");
    } else if (key == "classes") {
      if (value != "yes" && value != "no") throw UsageError(option + ": classes=" + value + ": yes or no");
      stated.classes = value == "yes";
    } else {
      throw UsageError(option + ": there is no '" + key +
                       "'; valid=LOW:HIGH, scale, offset, nodata, classes are there");
    }
  }
  return stated;
}

ValueRules value_rules(const FileAttributes& a, const StatedRules& stated) {
  ValueRules rules;
  rules.low = a.low, rules.high = a.high, rules.fills = a.fills, rules.classes = a.flags;
  Known known = find(a, a.field);
  if (!known.field && !a.long_name.empty()) known = find(a, a.long_name);
  const double scale = a.scale.value_or(1), offset = a.offset.value_or(0);
  rules.product = known.name;
  if (known.field) rules.classes = known.field->kind == classes;
  if (known.field && a.integer) {
    const ProductField& f = *known.field;
    rules.scale = f.scale, rules.offset = f.offset;
    if (!std::isnan(f.low)) rules.low = f.low;
    if (!std::isnan(f.high)) rules.high = f.high;
    if (scale != 1 && !near(scale, f.scale) && !near(1 / scale, f.scale))
      rules.problem = fmt::format("its scale_factor {} is not that of {} ({})", scale, excerpt(known.name), f.scale);
  } else {
    rules.scale = scale, rules.offset = offset;
    if (a.hdf4 && (std::abs(scale) > 1 || offset != 0))
      rules.problem = fmt::format(
          "its scale_factor {} and add_offset {} mean different things in different HDF4 products", scale, offset);
    else if (a.integer && std::abs(scale) >= 100)
      rules.problem = fmt::format("its scale_factor {} may be one of MODIS that divides", scale);
  }
  if (scale == 0) rules.problem = "its scale_factor is 0";
  if (stated.scale || stated.offset) {
    rules.scale = stated.scale.value_or(1), rules.offset = stated.offset.value_or(0);
    rules.problem.clear();
  }
  if (stated.low) rules.low = stated.low, rules.high = stated.high;
  rules.fills.insert(rules.fills.end(), stated.fills.begin(), stated.fills.end());
  if (stated.classes) rules.classes = *stated.classes;
  return rules;
}

}  // namespace unetsr::data
