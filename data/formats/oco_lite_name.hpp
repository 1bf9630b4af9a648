#pragma once
#include <compare>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace unetsr::data {

// The build of a SIF Lite file: B11217Ar is 11.2, B10206r is 10.2, B8100r is 8.1.
struct OcoBuild {
  int major = 0, minor = 0;
  std::string rest;  // "17A"
  auto operator<=>(const OcoBuild&) const = default;
  // As the collection is named: "11r", "11.2r".
  std::string version() const;
};
// From "B11217Ar"; nothing where the text is no such build.
std::optional<OcoBuild> parse_oco_build(const std::string& text);

// What the name oco2_LtSIF_yymmdd_Bnnnnnr_<made>s.nc4 states, or one that goes on after that (a subset).
struct OcoLiteName {
  std::string sensor;  // "OCO-2", "OCO-3"
  int day = 0;         // since 1970-01-01
  OcoBuild build;
  std::string made;  // yymmddhhmmss
};
std::optional<OcoLiteName> oco_lite_name(const std::filesystem::path&);
// The name of a file that `simulate` writes: of build B11012Ar.
std::string simulated_oco_lite_name(int day);

// The files to read of those given, in their order: of a sensor's day that is there in several builds or productions
// the newest. `omitted` has one line for each of the others. Names that state nothing are kept. Throws Error where
// builds 10 and 11 stand side by side: their retrieval windows differ, so that a comparison of both has a step.
struct OcoLiteChoice {
  std::vector<std::filesystem::path> files;
  std::vector<std::string> omitted;
};
OcoLiteChoice choose_newest_builds(const std::vector<std::filesystem::path>&);

// Throws Error where two files that were read are of builds 10 and 11, whatever their names are.
void require_same_retrieval(const std::filesystem::path& a, const std::string& version_a,
                            const std::filesystem::path& b, const std::string& version_b);

}  // namespace unetsr::data
