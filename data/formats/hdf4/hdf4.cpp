#include "data/formats/hdf4.hpp"

#include <mfhdf.h>

#include <array>

namespace unetsr::data {

std::string hdf4_version() {
  uint32 major = 0, minor = 0, release = 0;
  std::array<char, 256> text = {};  // 80 are documented
  if (Hgetlibversion(&major, &minor, &release, text.data()) == FAIL) return "of unknown version";
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

void require_hdf4(const std::filesystem::path&) {}

std::string hdf4_text_attribute(const std::filesystem::path& path, const char* name) {
  constexpr int32 longest = 200;
  const int32 file = SDstart(path.c_str(), DFACC_READ);
  if (file == FAIL) return "";
  std::array<char, H4_MAX_NC_NAME + 1> found = {};
  int32 type = 0, count = 0;
  const int32 index = SDfindattr(file, name);
  std::string text;
  if (index != FAIL && SDattrinfo(file, index, found.data(), &type, &count) != FAIL && type == DFNT_CHAR8 &&
      count > 0 && count <= longest) {
    text.resize(size_t(count));
    if (SDreadattr(file, index, text.data()) == FAIL) text.clear();
  }
  SDend(file);
  return text;
}

}  // namespace unetsr::data
