#include "data/formats/sounding_name.hpp"

#include <cstdlib>
#include <optional>
#include <regex>

#include "data/dataset/calendar.hpp"
#include "data/formats/oco_lite_name.hpp"

namespace unetsr::data {
namespace {

// "20190528T002116" in seconds since 1970-01-01.
std::optional<double> instant(const std::string& stamp) {
  const auto date = parse_date(stamp.substr(0, 4) + "-" + stamp.substr(4, 2) + "-" + stamp.substr(6, 2));
  if (!date) return std::nullopt;
  return day_number(*date) * 86400.0 + std::stoi(stamp.substr(9, 2)) * 3600 + std::stoi(stamp.substr(11, 2)) * 60 +
         std::stoi(stamp.substr(13, 2));
}

void set_times(SoundingName& name, double first, double last) {
  name.day = int(first / 86400);
  name.first = first - sounding_time_slack, name.last = last + sounding_time_slack;
}

}  // namespace

SoundingName sounding_name(const std::filesystem::path& file) {
  static const std::regex dated(R"((TROPOSIF_L2B|TROPO_SIF)_(\d{4}-\d\d-\d\d)(.*)\.nc4?)");
  static const std::regex sentinel(R"(S5P_[A-Z0-9]+_+(L2B?)_+SIF_+(\d{8}T\d{6})_(\d{8}T\d{6})(.*)\.nc4?)");
  static const std::regex ending(R"((?:_(\d{5})_.*|_)?_?(\d{8}T\d{6}))");
  const std::string text = file.filename().string();
  SoundingName name;
  std::smatch parts, end;
  if (std::regex_match(text, parts, dated)) {
    const auto date = parse_date(parts[2]);
    const std::string rest = parts[3];
    if (!date || rest.find_first_of("0123456789") != std::string::npos) return name;
    const bool caltech = parts[1] == "TROPO_SIF", exact = rest == (caltech ? "_ungridded" : "");
    name.kind = !exact    ? SoundingName::Kind::part
                : caltech ? SoundingName::Kind::caltech_day
                          : SoundingName::Kind::troposif_day;
    const double first = day_number(*date) * 86400.0;
    set_times(name, first, first + 86400);
  } else if (const std::optional<OcoLiteName> oco = oco_lite_name(file)) {
    name.kind = SoundingName::Kind::part;  // its builds: choose_newest_builds
    set_times(name, oco->day * 86400.0, (oco->day + 1) * 86400.0);
  } else if (std::regex_match(text, parts, sentinel)) {
    const auto first = instant(parts[2]), last = instant(parts[3]);
    if (!first || !last) return name;
    const std::string rest = parts[4];
    name.kind = SoundingName::Kind::part;
    if (std::regex_match(rest, end, ending)) {
      name.kind = parts[1] == "L2B" ? SoundingName::Kind::troposif_day : SoundingName::Kind::troposif_orbit;
      name.processed = end[2];
      if (end[1].matched) name.orbit = std::atoi(end[1].str().c_str());
    }
    set_times(name, *first, *last);
  }
  return name;
}

std::string sentinel_5p_product(const std::filesystem::path& file) {
  static const std::regex form(R"(S5P_[A-Z]+_+((L[0-9][A-Z]?)_+.*?)\d{8}T\d{6}_.*)");
  const std::string text = file.filename().string();
  std::smatch parts;
  if (!std::regex_match(text, parts, form)) return "";
  std::string product = parts[1];
  while (product.ends_with('_')) product.pop_back();
  return product;
}

}  // namespace unetsr::data
