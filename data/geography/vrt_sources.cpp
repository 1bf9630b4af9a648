#include "data/geography/vrt_sources.hpp"

#include <cpl_conv.h>
#include <cpl_minixml.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "data/dataset/own_values.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

constexpr int deepest = 4;

struct Source {
  std::string name;
  bool relative = false;  // to the VRT's folder
};

bool is_file(const std::string& name) {
  VSIStatBufL status;
  return VSIStatExL(name.c_str(), &status, VSI_STAT_EXISTS_FLAG | VSI_STAT_NATURE_FLAG) == 0 &&
         VSI_ISREG(status.st_mode);
}

// Empty for what is no VRT.
std::string text_of_vrt(const std::string& file) {
  constexpr size_t header = 1024;  // of what GDAL looks at
  constexpr vsi_l_offset largest = 64 << 20;
  const std::unique_ptr<VSILFILE, int (*)(VSILFILE*)> in(VSIFOpenL(file.c_str(), "rb"), VSIFCloseL);
  if (!in) return "";
  std::string text(header, '\0');
  text.resize(VSIFReadL(text.data(), 1, text.size(), in.get()));
  if (text.find("<VRTDataset") == std::string::npos) return "";
  VSIFSeekL(in.get(), 0, SEEK_END);
  const vsi_l_offset size = VSIFTellL(in.get());
  if (size > largest) throw Error(file + ": too large for a VRT");
  VSIFSeekL(in.get(), 0, SEEK_SET);
  text.resize(size_t(size));
  text.resize(VSIFReadL(text.data(), 1, text.size(), in.get()));
  return text;
}

// The elements by which a VRT names files, as GDAL reads them: in any case, with characters by their numbers.
void collect_sources(const CPLXMLNode* node, std::vector<Source>& found) {
  for (; node; node = node->psNext) {
    if (node->eType != CXT_Element) continue;
    const std::string key = CPLGetXMLValue(node, "key", "");
    const bool names_file = EQUAL(node->pszValue, "SourceFilename") || EQUAL(node->pszValue, "SourceDataset") ||
                            EQUAL(node->pszValue, "DEMPath") || EQUAL(key.c_str(), "X_DATASET") ||
                            EQUAL(key.c_str(), "Y_DATASET");
    if (names_file)
      found.push_back({CPLGetXMLValue(node, "", ""), std::atoi(CPLGetXMLValue(node, "relativeToVRT", "0")) != 0});
    collect_sources(node->psChild, found);
  }
}

std::string beside(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : CPLProjectRelativeFilename(folder.c_str(), name.c_str());
}

bool is_of_its_folder(const Source& source) {
  const std::filesystem::path path(source.name);
  return source.relative && !path.is_absolute() && source.name.find(':') == std::string::npos &&
         source.name.find("/vsi") == std::string::npos && std::find(path.begin(), path.end(), "..") == path.end();
}

void require_allowed(const std::string& file, VrtSources allowed, bool (*is_driver)(const std::string&), int depth) {
  const std::string text = text_of_vrt(file);
  if (text.empty()) return;
  const auto refuse = [&](const std::string& what) {
    throw Error(file + ": a VRT " + what + "; make a GeoTIFF of it with gdal_translate");
  };
  if (text.find("<!DOCTYPE") != std::string::npos || text.find("<!ENTITY") != std::string::npos)
    refuse("with entities is not read");
  if (depth > deepest) refuse("of VRTs of VRTs is not read");
  const std::unique_ptr<CPLXMLNode, void (*)(CPLXMLNode*)> tree(CPLParseXMLString(text.c_str()), CPLDestroyXMLNode);
  if (!tree || !CPLGetXMLNode(tree.get(), "=VRTDataset")) refuse("that is damaged or cut off is not read");
  std::vector<Source> sources;
  collect_sources(tree.get(), sources);
  for (const Source& source : sources) {
    if (allowed == VrtSources::own_folder && !is_of_its_folder(source))
      refuse("whose sources are not files of its own folder is not read");
    require_plain_file_system(source.name);
    const std::string folder = source.relative ? CPLGetPath(file.c_str()) : "";
    if (const std::string whole = file_of_data_set(source.name, folder); !whole.empty()) {
      require_own_values(whole);
      continue;
    }
    const std::string name = beside(folder, source.name);
    if (source.name.find("://") != std::string::npos || !is_file(name))
      refuse("with a source that is no file of this machine is not read");
    const GDALDriverH driver = GDALIdentifyDriverEx(name.c_str(), GDAL_OF_RASTER, nullptr, nullptr);
    if (!driver || !is_driver(GDALGetDriverShortName(driver))) refuse("with a source of another format is not read");
    require_own_values(name);
    require_allowed(name, allowed, is_driver, depth + 1);
  }
}

}  // namespace

void require_plain_file_system(const std::string& name) {
  constexpr std::array plain = {"/vsizip/", "/vsigzip/", "/vsitar/"};
  for (size_t at = 0; (at = name.find("/vsi", at)) != std::string::npos; ++at)
    if (std::none_of(plain.begin(), plain.end(),
                     [&](const std::string& prefix) { return name.compare(at, prefix.size(), prefix) == 0; }))
      throw Error(name.substr(0, 80) +
                  ": of GDAL's virtual file systems /vsizip/, /vsigzip/ and /vsitar/ are read; fetch the file first");
}

std::string file_of_data_set(const std::string& name, const std::string& folder) {
  constexpr std::array prefixes = {"HDF4_SDS:", "HDF4_EOS:", "HDF4_GR:", "HDF5:", "NETCDF:", "GTIFF_DIR:"};
  if (std::none_of(prefixes.begin(), prefixes.end(), [&](const char* prefix) { return name.starts_with(prefix); }))
    return "";
  const size_t quote = name.find('"');
  // An address stands where the file should, not behind it: HDF5:"f.h5"://data
  if (name.substr(0, quote).find("://") != std::string::npos) return "";
  const CPLStringList parts(CSLTokenizeString2(name.c_str(), quote == std::string::npos ? ":" : "\"", 0));
  if (quote != std::string::npos && parts.size() > 1)
    return is_file(beside(folder, parts[1])) ? beside(folder, parts[1]) : "";
  for (int i = 1; i < parts.size(); ++i)
    if (const std::string file = beside(folder, parts[i]); is_file(file)) return file;
  return "";
}

void require_allowed_sources(const std::string& file, VrtSources allowed, bool (*is_driver)(const std::string&)) {
  require_allowed(file, allowed, is_driver, 0);
}

}  // namespace unetsr::data
