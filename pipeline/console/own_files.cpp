#include "pipeline/console/own_files.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <string_view>

#include "data/formats/file_software.hpp"
#include "kernels/error.hpp"

namespace unetsr::pipeline {
namespace {

std::string beginning_of(const std::filesystem::path& file) {
  constexpr size_t bytes = 4096;
  std::string text(bytes, '\0');
  std::ifstream in(file, std::ios::binary);
  in.read(text.data(), std::streamsize(bytes));
  text.resize(size_t(std::max<std::streamsize>(0, in.gcount())));
  return text;
}

// "software": "unetsr ..."
bool names_software(const std::string& json) {
  const std::string key = "\"software\"";
  size_t at = json.find(key);
  if (!json.starts_with('{') || at == std::string::npos) return false;
  at = json.find_first_not_of(" :", at + key.size());
  return at != std::string::npos && json.compare(at, 8, "\"unetsr ") == 0;
}

bool is_own_picture(const std::string& begin) {
  constexpr std::string_view keyword("Software\0unetsr ", 16);  // of a PNG's text
  if (begin.starts_with("\x89PNG\r\n")) return begin.find(keyword) != std::string::npos;
  return begin.starts_with("<?xml") && begin.find("<!-- Written by unetsr ") != std::string::npos;
}

bool is_own_text(const std::string& begin) {
  constexpr std::array<const char*, 7> marks = {"# Written by unetsr ",
                                                "{\"epoch\":",
                                                "held_out,complete,leaky,entry,",
                                                "variation,leaky,model,features,",
                                                "feature,channels,rmse_rise,",
                                                "map,baseline,footprints,",
                                                "unetsr log of "};
  return std::any_of(marks.begin(), marks.end(), [&](const char* mark) { return begin.starts_with(mark); }) ||
         names_software(begin) || is_own_picture(begin) ||
         (begin.starts_with("<!doctype html>") &&
          begin.find("<meta name=\"generator\" content=\"unetsr ") != std::string::npos);
}

}  // namespace

bool written_by_unetsr(const std::filesystem::path& file) {
  try {
    return is_own_text(beginning_of(file)) || data::software_of_file(file).starts_with("unetsr");
  } catch (const Error&) {
    return false;
  }
}

}  // namespace unetsr::pipeline
