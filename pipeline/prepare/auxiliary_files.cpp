#include "pipeline/prepare/auxiliary_files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "data/features/features.hpp"
#include "kernels/error.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

// "NETCDF:..." or "/vsizip/...": GDAL's own names.
bool is_file_name(const std::string& name) {
  const std::string begin = name.substr(0, name.find(':'));
  const bool driver = name.find(':') != std::string::npos && begin.size() > 1 &&
                      std::all_of(begin.begin(), begin.end(),
                                  [](unsigned char c) { return std::isupper(c) || std::isdigit(c) || c == '_'; });
  return !driver && !name.starts_with("/vsi");
}

// FILE of FILE[:DATASET], where FILE may have colons too; empty: there is none.
std::string existing_file(std::string name) {
  while (!fs::exists(name) && name.find(':') != std::string::npos) name.resize(name.rfind(':'));
  return fs::exists(name) ? name : "";
}

[[noreturn]] void refuse_missing(const data::AuxiliaryBand& band, const std::string& name,
                                 const std::vector<std::string>& windows) {
  const std::string note =
      data::has_file_of_each_window(band)
          ? fmt::format("; {} is named by each window's first day: {}", band.file, fmt::join(windows, ", "))
          : "";
  const size_t colon = name.rfind(':');  // before the data set
  throw Error(fmt::format("--aux {}: {}: no such file{}", band.name, name.substr(0, colon), note));
}

}  // namespace

std::vector<data::AuxiliaryBand> auxiliary_bands(const std::vector<std::string>& texts, bool allow_vrt) {
  std::vector<data::AuxiliaryBand> bands;
  for (const std::string& text : texts) {
    bands.push_back(data::parse_auxiliary(text));
    if (allow_vrt) bands.back().vrt_sources = data::VrtSources::anywhere;
    if (data::is_computed(bands.back().name))
      throw UsageError("--aux " + bands.back().name + ": a feature of this name is computed; choose another name");
  }
  return bands;
}

std::vector<fs::path> auxiliary_files(const std::vector<data::AuxiliaryBand>& bands,
                                      const std::vector<std::string>& windows) {
  std::vector<fs::path> files;
  for (const data::AuxiliaryBand& band : bands)
    for (const std::string& window : windows) {
      const std::string name = data::file_of(band, window), file = existing_file(name);
      if (file.empty() && is_file_name(name)) refuse_missing(band, name, windows);
      if (fs::is_regular_file(file) && std::find(files.begin(), files.end(), file) == files.end())
        files.push_back(file);
    }
  return files;
}

}  // namespace unetsr::pipeline
