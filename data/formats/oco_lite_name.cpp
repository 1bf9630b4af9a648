#include "data/formats/oco_lite_name.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <regex>
#include <tuple>
#include <utility>

#include "data/dataset/calendar.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

// The number before the point or the r.
int major_of(const std::string& version) {
  return std::atoi(version.c_str());
}

}  // namespace

std::string OcoBuild::version() const {
  return std::to_string(major) + (minor == 0 ? "" : "." + std::to_string(minor)) + "r";
}

std::optional<OcoBuild> parse_oco_build(const std::string& text) {
  static const std::regex form(R"(B(1\d|[2-9])(\d)(\d\d[A-Za-z]*?)r)");
  std::smatch parts;
  if (!std::regex_match(text, parts, form)) return std::nullopt;
  return OcoBuild{std::atoi(parts[1].str().c_str()), std::atoi(parts[2].str().c_str()), parts[3]};
}

std::optional<OcoLiteName> oco_lite_name(const std::filesystem::path& file) {
  static const std::regex form(R"(oco([23])_LtSIF_(\d\d)(\d\d)(\d\d)_(B\d+[A-Za-z]*r)_(\d{12})s.*\.nc4?)");
  const std::string text = file.filename().string();
  std::smatch parts;
  if (!std::regex_match(text, parts, form)) return std::nullopt;
  const auto date = parse_date("20" + parts[2].str() + "-" + parts[3].str() + "-" + parts[4].str());
  const auto build = parse_oco_build(parts[5]);
  if (!date || !build) return std::nullopt;
  return OcoLiteName{"OCO-" + parts[1].str(), day_number(*date), *build, parts[6]};
}

std::string simulated_oco_lite_name(int day) {
  const Date date = date_of(day);
  std::string digits = to_string(date).substr(2);
  std::erase(digits, '-');
  return "oco2_LtSIF_" + digits + "_B11012Ar_200101000000s.nc4";
}

void require_same_retrieval(const std::filesystem::path& a, const std::string& version_a,
                            const std::filesystem::path& b, const std::string& version_b) {
  if (major_of(version_a) == major_of(version_b)) return;
  throw Error(a.string() + " is of version " + version_a + " and " + b.string() + " of " + version_b +
              ": their retrievals differ; give SIF Lite files of one version");
}

OcoLiteChoice choose_newest_builds(const std::vector<std::filesystem::path>& files) {
  using Made = std::tuple<OcoBuild, std::string>;
  std::vector<std::optional<OcoLiteName>> names;
  std::map<std::pair<std::string, int>, std::pair<Made, std::filesystem::path>> newest;  // by sensor and day
  const std::filesystem::path* first = nullptr;
  std::string version;
  for (const std::filesystem::path& file : files) {
    const std::optional<OcoLiteName>& name = names.emplace_back(oco_lite_name(file));
    if (!name) continue;
    if (!first) first = &file, version = name->build.version();
    require_same_retrieval(*first, version, file, name->build.version());
    const Made made = {name->build, name->made};
    const auto found = newest.try_emplace({name->sensor, name->day}, made, file).first;
    if (found->second.first < made) found->second = {made, file};
  }
  OcoLiteChoice choice;
  for (size_t i = 0; i < files.size(); ++i) {
    const std::optional<OcoLiteName>& name = names[i];
    const auto* best = name ? &newest.at({name->sensor, name->day}) : nullptr;
    if (!best || best->first == Made{name->build, name->made})
      choice.files.push_back(files[i]);
    else
      choice.omitted.push_back(files[i].string() + " is omitted: " + best->second.string() +
                               " is a newer processing of the same day");
  }
  return choice;
}

}  // namespace unetsr::data
