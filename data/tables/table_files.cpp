#include "data/tables/table_files.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <tuple>

#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

std::string upper(std::string text) {
  for (char& c : text) c = char(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// Month and day that a label such as 25_MAY_09_JUNE starts with; labels without one come last.
std::tuple<int, int, std::string> first_day(const std::string& label) {
  static const std::array<std::string, 12> months = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                     "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
  const size_t underscore = label.find('_');
  const std::string day = label.substr(0, underscore);
  if (underscore != std::string::npos && !day.empty() && day.size() <= 2 &&
      std::all_of(day.begin(), day.end(), [](unsigned char c) { return std::isdigit(c); }))
    for (size_t m = 0; m < months.size(); ++m)
      if (upper(label.substr(underscore + 1, 3)) == months[m]) return {int(m) + 1, std::stoi(day), label};
  return {13, 0, label};
}

constexpr const char* fine_mark = "3.5x7km";
constexpr const char* coarse_mark = "7x14km";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

std::string window_label(const std::filesystem::path& file) {
  const std::string stem = file.stem().string();
  for (const std::string mark : {fine_mark, coarse_mark}) {
    const size_t at = stem.find(mark);
    if (at == std::string::npos) continue;
    const size_t start = stem.find_first_not_of("_- ", at + mark.size());
    if (start != std::string::npos) return stem.substr(start);
  }
  return stem;
}

std::vector<TablePair> find_table_pairs(const std::filesystem::path& directory) {
  if (!std::filesystem::is_directory(directory)) throw Error(directory.string() + ": not a directory");
  std::map<std::tuple<int, int, std::string>, TablePair> pairs;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::filesystem::path& file = entry.path();
    const std::string name = file.filename().string();
    if (upper(file.extension().string()) != ".CSV") continue;
    const bool fine = contains(name, fine_mark), coarse = contains(name, coarse_mark);
    if (fine == coarse) continue;
    TablePair& pair = pairs[first_day(window_label(file))];
    std::filesystem::path& place = fine ? pair.fine : pair.coarse;
    if (!place.empty()) throw Error(file.string() + ": the same window and cell size as " + place.string());
    place = file;
  }
  if (pairs.empty())
    throw Error(directory.string() + ": no tables named *" + fine_mark + "*.csv and *" + coarse_mark + "*.csv");
  std::vector<TablePair> result;
  for (const auto& [day, pair] : pairs) {
    if (pair.fine.empty()) throw Error(pair.coarse.string() + ": no table *" + fine_mark + "* of the same window");
    if (pair.coarse.empty()) throw Error(pair.fine.string() + ": no table *" + coarse_mark + "* of the same window");
    result.push_back(pair);
  }
  return result;
}

}  // namespace unetsr::data
