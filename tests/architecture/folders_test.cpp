#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "files.hpp"
#include "source_directory.hpp"

// A folder of pipeline/ or data/ includes only those on lines below its own.
namespace fs = std::filesystem;
using namespace unetsr;

namespace {

using Levels = std::vector<std::vector<std::string>>;  // the lowest first

const std::map<std::string, Levels> floors = {
    {"data",
     {{"crs"},
      {"dataset"},
      {"geography", "regression", "tables"},
      {"footprints", "formats"},
      {"correction", "scores", "scene"},
      {"features", "splits"},
      {"baselines"}}},
    {"pipeline",
     {{"processes"},
      {"console"},
      {"inputs"},
      {"fill", "maps", "models", "prepare", "simulate"},
      {"train"},
      {"crossvalidate", "info", "predict", "report"},
      {"explain", "plot"},
      {"evaluate"},
      {"validate"},
      {"ablate", "demo", "reproduce"}}},
};

// -1: the folder stands in none of the lists.
int level_of(const Levels& levels, const std::string& folder) {
  for (size_t level = 0; level < levels.size(); ++level)
    for (const std::string& name : levels[level])
      if (name == folder) return int(level);
  return -1;
}

// "data/formats/a.cpp includes data/baselines/b.hpp"
std::vector<std::string> wrong_includes(const fs::path& root, const std::string& floor, const Levels& levels) {
  const std::regex include("#include \"(" + floor + "/([^/\"]+)(/[^\"]*)?)\"");
  std::vector<std::string> wrong;
  for (const auto& entry : fs::recursive_directory_iterator(root / floor)) {
    const fs::path file = fs::relative(entry.path(), root);
    if (file.extension() != ".cpp" && file.extension() != ".hpp") continue;
    const std::string own = std::next(file.begin())->string();
    if (level_of(levels, own) < 0) {
      wrong.push_back(file.string() + " is in no folder of the list");
      continue;
    }
    const std::string text = test::read_file(entry.path());
    for (std::sregex_iterator match(text.begin(), text.end(), include), end; match != end; ++match) {
      const std::string other = (*match)[2];
      if (other != own && level_of(levels, other) >= level_of(levels, own))
        wrong.push_back(file.string() + " includes " + (*match)[1].str());
    }
  }
  return wrong;
}

}  // namespace

TEST_CASE("folders of pipeline and data include only those below them") {
  for (const auto& [floor, levels] : floors) {
    const std::vector<std::string> wrong = wrong_includes(test::source_directory(), floor, levels);
    for (const std::string& line : wrong) MESSAGE(line);
    CHECK(wrong.empty());
  }
}

TEST_CASE("a planted include of a folder beside, above or unknown is found") {
  const test::TemporaryDirectory directory;
  const auto found = [&](const std::string& file, const std::string& included) {
    fs::remove_all(directory / "data");
    fs::create_directories((directory / file).parent_path());
    test::write_file(directory / file, "#include <vector>\n\n#include \"" + included + "\"\n");
    return wrong_includes(directory.path(), "data", floors.at("data")).size();
  };
  CHECK(found("data/formats/a.cpp", "data/dataset/grid.hpp") == 0);
  CHECK(found("data/formats/a.cpp", "data/formats/b.hpp") == 0);
  CHECK(found("data/formats/a.cpp", "kernels/error.hpp") == 0);
  CHECK(found("data/formats/a.cpp", "data/baselines/b.hpp") == 1);
  CHECK(found("data/formats/a.cpp", "data/footprints/b.hpp") == 1);
  CHECK(found("data/dataset/a.hpp", "data/geography/b.hpp") == 1);
  CHECK(found("data/new_folder/a.hpp", "data/dataset/grid.hpp") == 1);
  CHECK(found("data/loose.cpp", "data/dataset/grid.hpp") == 1);
}
