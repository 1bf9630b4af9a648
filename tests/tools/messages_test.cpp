#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "data/dataset/dataset_file.hpp"
#include "files.hpp"
#include "program.hpp"
#include "source_directory.hpp"

// The commonest mistakes, and every word that a user reads then: tests/tools/messages.txt.

using namespace unetsr;
namespace fs = std::filesystem;

namespace {

struct Mistake {
  std::string command;  // without "unetsr"
  int code = 0;
  std::string message;
};

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

// "$ unetsr COMMAND", then "CODE MESSAGE"; lines that begin with # and empty ones stand between.
std::vector<Mistake> mistakes() {
  std::ifstream file(fs::path(test::source_directory()) / "tests/tools/messages.txt");
  REQUIRE(file);
  std::vector<Mistake> all;
  const std::string prompt = "$ unetsr";
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(prompt)) {
      Mistake mistake{line.substr(std::min(line.size(), prompt.size() + 1)), 0, ""};
      file >> mistake.code;
      std::getline(file >> std::ws, mistake.message);
      all.push_back(mistake);
    }
  return all;
}

// A place with what the mistakes are made on: a scene, a dataset, a run and its map, an unfinished run, damaged files.
class Place {
 public:
  Place() {
    succeeds("simulate {dir}/scene --small --windows 1 --days 3 -q");
    succeeds("prepare {dir}/scene/troposif {dir}/scene/mod13a2 {dir}/scene.h5 -q");
    succeeds("train {dir}/scene.h5 {dir}/run --epochs 1 --buffer 4 --test columns:0/2 -q");
    succeeds("predict {dir}/scene.h5 {dir}/run {dir}/sif.tif --conserve none -q");
    fs::copy(path("run"), path("unfinished"));
    fs::remove(path("unfinished/finished.json"));
    test::write_file(path("unfinished/history.jsonl"), "");
    data::Dataset other = data::read_dataset(path("scene.h5"));
    other.soundings.sif[0] += 1;
    data::write_dataset(path("other.h5"), other);
    std::erase_if(other.layers, [](const data::Layer& layer) { return layer.name == "nir"; });
    data::write_dataset(path("without-nir.h5"), other);
    test::write_file(path("notes.h5"), "not a dataset\n");
    const std::string soundings = test::read_file(path("scene/troposif/TROPOSIF_L2B_2019-05-25.nc"));
    fs::create_directories(path("cut"));
    test::write_file(path("cut/TROPOSIF_L2B_2019-05-25.nc"), soundings.substr(0, soundings.size() / 2));
  }

  std::string in(const std::string& text) const { return replaced(text, "{dir}", directory_.path().string()); }
  std::string out_of(const std::string& text) const { return replaced(text, directory_.path().string(), "{dir}"); }
  std::string path(const std::string& name) const { return (directory_ / name).string(); }

 private:
  void succeeds(const std::string& command) const { test::succeeds(words(in(command))); }

 public:
  static std::vector<std::string> words(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> all;
    for (std::string word; stream >> word;) all.push_back(word);
    return all;
  }

 private:
  test::TemporaryDirectory directory_;
};

// What a command needs stands before what fails later.
std::string without_memory(const std::string& text) {
  return text.starts_with("memory: ") ? text.substr(text.find('\n') + 1) : text;
}

}  // namespace

TEST_CASE("the commonest mistakes are answered in these words") {
  const std::vector<Mistake> all = mistakes();
  REQUIRE(all.size() >= 20);
  const Place place;
  for (const Mistake& mistake : all) {
    CAPTURE(mistake.command);
    const test::Outcome outcome = test::run_program(Place::words(place.in(mistake.command)));
    CHECK(outcome.code == mistake.code);
    CHECK(without_memory(place.out_of(outcome.error)) == mistake.message + "\n");
    CHECK(outcome.out.empty());
  }
}
