#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "data/tables/table_files.hpp"
#include "files.hpp"
#include "program.hpp"
#include "simulated_tables.hpp"
#include "source_directory.hpp"

// docs/messages.md explains each line that prepare, train and predict print: small jobs print no other line, and each
// of these but those of progress, which only slow machines print.

using namespace unetsr;
namespace fs = std::filesystem;

namespace {

std::string with_single_blanks(const std::string& text) {
  std::istringstream words(text);
  std::string line;
  for (std::string word; words >> word;) line += (line.empty() ? "" : " ") + word;
  return line;
}

// A line with N, DATE, ... in place of what differs from run to run.
struct Pattern {
  std::string text;
  std::regex regex;
};

Pattern pattern_of(const std::string& text) {
  static const std::map<std::string, std::string> placeholders = {{"N", "[-+0-9.e]+"},
                                                                  {"DATE", "[0-9]{4}-[0-9]{2}-[0-9]{2}"},
                                                                  {"TIME", "[0-9:]+ (s|min|h)"},
                                                                  {"SIZE", "[0-9.]+ (MB|GB)"},
                                                                  {"FILE", "[^ ]+"},
                                                                  {"NAME", "[^ ]+"},
                                                                  {"TEXT", ".+"}};
  static const std::regex word("[A-Z]+|[^A-Za-z]|[A-Za-z][a-z]*");
  std::string regex;
  for (std::sregex_iterator match(text.begin(), text.end(), word), end; match != end; ++match) {
    const std::string part = match->str();
    if (const auto placeholder = placeholders.find(part); placeholder != placeholders.end())
      regex += placeholder->second;
    else
      for (const char c : part)
        regex += std::string(std::string("()[].*+?{}|^$\\").find(c) == std::string::npos ? "" : "\\") + c;
  }
  return {text, std::regex(regex)};
}

// By the headings of docs/messages.md.
std::map<std::string, std::vector<Pattern>> documented() {
  std::ifstream file(fs::path(test::source_directory()) / "docs/messages.md");
  REQUIRE(file);
  std::map<std::string, std::vector<Pattern>> sections;
  std::string section;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) section = line.substr(3);
    if (!line.starts_with("| `")) continue;
    sections[section].push_back(pattern_of(with_single_blanks(line.substr(3, line.find('`', 3) - 3))));
  }
  return sections;
}

// What differs between the documented lines of a section and those that were printed.
void compare(const std::map<std::string, std::vector<Pattern>>& sections, const std::string& section,
             const std::string& printed) {
  const std::vector<Pattern>&patterns = sections.at(section), &progress = sections.at("Progress");
  REQUIRE(!patterns.empty());
  std::vector<bool> occurs(patterns.size(), false);
  std::istringstream lines(printed);
  for (std::string line; std::getline(lines, line);) {
    line = with_single_blanks(line);
    if (line.empty()) continue;
    bool explained = false;
    for (size_t i = 0; i < patterns.size(); ++i)
      if (std::regex_match(line, patterns[i].regex)) explained = occurs[i] = true;
    for (const Pattern& pattern : progress) explained = explained || std::regex_match(line, pattern.regex);
    CHECK_MESSAGE(explained, "not in docs/messages.md: ", line);
  }
  for (size_t i = 0; i < patterns.size(); ++i) CHECK_MESSAGE(occurs[i], "no job printed: ", patterns[i].text);
}

// What the jobs print; each has to succeed.
class Jobs {
 public:
  explicit Jobs(const fs::path& directory) : directory_(directory) {}
  void operator()(const std::string& command) {
    std::vector<std::string> arguments;
    std::istringstream words(command);
    for (std::string word; words >> word;) {
      for (size_t at; (at = word.find("{dir}")) != std::string::npos;) word.replace(at, 5, directory_.string());
      arguments.push_back(word);
    }
    CAPTURE(command);
    printed += test::succeeds(arguments).error;
  }
  std::string printed;

 private:
  fs::path directory_;
};

std::string tables(const fs::path& directory) {
  data::write_simulated_tables(directory, {.rows = 40, .columns = 60});
  std::string fine = " --fine", coarse = " --coarse";
  for (const data::TablePair& pair : data::find_table_pairs(directory))
    fine += " " + pair.fine.string(), coarse += " " + pair.coarse.string();
  return fine + coarse + " ";
}

const std::string granules = "/mod13a2/MOD13A2.A2019145.h11v04.061.2020001000000.hdf";

}  // namespace

TEST_CASE("docs/messages.md has every line that prepare, train and predict print") {
  const test::TemporaryDirectory directory;
  const auto sections = documented();
  const std::string small = " --epochs 2 --buffer 4 --test columns:0/2 --seed 3 ";
  Jobs first(directory.path());
  first("simulate {dir}/s --small --windows 2 --days 2");
  first("prepare {dir}/s/troposif {dir}/s" + granules + " {dir}/one.h5");

  Jobs prepare(directory.path());
  fs::create_directories(directory / "more/below");
  fs::copy_file(directory / "s/troposif/TROPOSIF_L2B_2019-05-25.nc",
                directory / "more/below/S5P_PAL__L2B_SIF____20190525T002116_20190525T222045_20230912T094900.nc");
  prepare("prepare {dir}/s/troposif {dir}/s/mod13a2 {dir}/a.h5 --bbox -96.5,44.8,-95.5,45.6");
  prepare("prepare {dir}/s/troposif {dir}/s/mod13a2 {dir}/all.h5 --aux cover={dir}/s/truth/igbp.tif@mode");
  prepare("prepare {dir}/more {dir}/s/troposif {dir}/s/troposif/TROPOSIF_L2B_2019-05-26.nc {dir}/s" + granules +
          " {dir}/b.h5 --crs EPSG:5070 --resolution 2000 --bbox -96.5,44.8,-95.5,45.6 --reliability any");
  prepare("prepare {dir}/s/troposif/TROPOSIF_L2B_2019-05-25.nc {dir}/s/mod13a2 {dir}/c.h5");
  prepare("prepare {dir}/s/troposif {dir}/s" + granules + " {dir}/d.h5 --dry-run");
  prepare("prepare" + tables(directory / "") + "{dir}/tables.h5");
  compare(sections, "prepare", prepare.printed);

  Jobs train(directory.path());
  train("train {dir}/all.h5 {dir}/footprints --validation 0.2" + small);
  train("train {dir}/all.h5 {dir}/footprints --resume");
  train("train {dir}/all.h5 {dir}/samples --memory 100MB --validation 0.2 --batch 2 --patch 16" + small);
  train("train {dir}/all.h5 {dir}/blocks --validation 0 --epochs 1 --buffer 1 --test blocks:12:0/4");
  train(
      "train {dir}/tables.h5 {dir}/tables --model sifnet-small --patch 8 --batch 2 --patience 1 --learning-rate 0.5 "
      "--validation 0.2 --epochs 12 --test columns:0/4 --buffer 4");
  train(
      "train {dir}/tables.h5 {dir}/paper --protocol paper --features sif,ndvi --model sifnet-small --batch 80 "
      "--epochs 1");
  compare(sections, "train", train.printed);

  Jobs predict(directory.path());
  for (const std::string conserve : {"", " --conserve none", " --conserve blocks"})
    predict("predict {dir}/all.h5 {dir}/footprints {dir}/map.tif --overwrite" + conserve);
  predict("predict {dir}/tables.h5 {dir}/tables {dir}/tables.tif");
  predict("predict {dir}/all.h5 {dir}/footprints {dir}/filled.tif --fill");
  predict("predict {dir}/one.h5 {dir}/footprints {dir}/alone.tif --fill --conserve none");
  predict("predict {dir}/tables.h5 {dir}/tables {dir}/filled.nc --fill");
  predict("predict {dir}/a.h5 {dir}/footprints {dir}/elsewhere.tif");
  compare(sections, "predict", predict.printed);
}

TEST_CASE("the rare lines of docs/messages.md stand in the sources") {
  std::string sources;
  for (const char* floor : {"pipeline", "data"})
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(test::source_directory()) / floor))
      if (entry.path().extension() == ".cpp") sources += test::read_file(entry.path());
  // Texts that go on in the next line.
  std::string joined_texts;
  for (size_t at = 0; at < sources.size(); ++at) {
    const size_t next = sources[at] == '"' ? sources.find_first_not_of(" \n", at + 1) : std::string::npos;
    const bool goes_on = next != std::string::npos && next > at + 1 && sources[next] == '"';
    goes_on ? void(at = next) : joined_texts.push_back(sources[at]);
  }
  const std::regex placeholder("\\b(N|DATE|TIME|SIZE|FILE|NAME|TEXT)\\b");
  const auto sections = documented();
  for (const Pattern& pattern : sections.at("Rare lines")) {
    std::sregex_token_iterator piece(pattern.text.begin(), pattern.text.end(), placeholder, -1), end;
    for (; piece != end; ++piece) {
      const std::string text = with_single_blanks(*piece);
      CHECK_MESSAGE(test::contains(joined_texts, text), pattern.text, ": ", text);
    }
  }
}
