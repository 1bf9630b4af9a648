#include "pipeline/prepare/sounding_files.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <string>
#include <tuple>

#include "data/dataset/calendar.hpp"
#include "data/formats/oco_lite_name.hpp"
#include "data/formats/sounding_name.hpp"
#include "kernels/error.hpp"
#include "pipeline/inputs/archives.hpp"
#include "pipeline/inputs/isolated_readers.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;
using Kind = data::SoundingName::Kind;

struct File {
  fs::path path;
  data::SoundingName name;
  bool omitted = false;
};

std::string digits_of(const std::string& text) {
  std::string digits;
  for (const char c : text)
    if (std::isdigit(static_cast<unsigned char>(c))) digits += c;
  return digits.substr(0, 14);
}

// When a file was made, YYYYMMDDHHMMSS; empty: not known.
std::string processed(const File& file) {
  if (!file.name.processed.empty()) return digits_of(file.name.processed);
  return digits_of(
      isolated::first_attribute(file.path, {"date_created", "creation_date", "processing_date", "date_modified"}));
}

// What two files share that are processings of the same: a day, or an orbit.
std::tuple<Kind, int, double> subject_of(const data::SoundingName& name) {
  if (name.kind != Kind::troposif_orbit) return {name.kind, name.day, 0};
  return {name.kind, name.orbit, name.orbit < 0 ? name.first : 0};
}

void omit_older(std::vector<File*>& same, std::vector<std::string>& notes) {
  std::vector<std::string> stamps;
  for (const File* file : same) stamps.push_back(processed(*file));
  const size_t newest = size_t(std::max_element(stamps.begin(), stamps.end()) - stamps.begin());
  for (size_t i = 0; i < same.size(); ++i) {
    if (stamps[i] == stamps[newest]) continue;
    same[i]->omitted = true;
    notes.push_back(same[i]->path.string() + " is omitted: " + same[newest]->path.string() +
                    " is a newer processing of the same " +
                    (same[i]->name.kind == Kind::troposif_orbit ? "orbit" : "day"));
  }
}

void refuse_two_products(const std::vector<File>& files) {
  std::map<int, const File*> troposif;
  for (const File& file : files)
    if (file.name.kind == Kind::troposif_day || file.name.kind == Kind::troposif_orbit)
      troposif.emplace(file.name.day, &file);
  for (const File& file : files) {
    if (file.name.kind != Kind::caltech_day) continue;
    const auto other = troposif.find(file.name.day);
    if (other != troposif.end())
      throw Error(file.path.string() + " (Caltech) and " + other->second->path.string() +
                  " (TROPOSIF) are two retrievals of the same soundings; give one of them");
  }
}

// Of OCO's files the newest builds of each day.
std::vector<fs::path> newest_builds(const std::vector<fs::path>& given, std::vector<std::string>& notes) {
  data::OcoLiteChoice choice = data::choose_newest_builds(given);
  notes = std::move(choice.omitted);
  return std::move(choice.files);
}

}  // namespace

void print_omitted(const std::vector<std::string>& lines, const Output& output) {
  constexpr size_t most = 3;
  if (lines.size() <= most)
    for (const std::string& line : lines) output.line(line);
  else
    output.line(lines[0] + "; " + std::to_string(lines.size() - 1) + " more files are omitted likewise");
}

std::vector<fs::path> choose_sounding_files(const std::vector<fs::path>& given, const Output& output) {
  std::vector<File> files;
  std::vector<std::string> notes;
  for (const fs::path& path : newest_builds(given, notes)) files.push_back({path, data::sounding_name(path)});
  refuse_two_products(files);
  std::map<std::tuple<Kind, int, double>, std::vector<File*>> by_subject;
  bool days = false, orbits = false;
  for (File& file : files) {
    if (!file.name.dated() || file.name.kind == Kind::part) continue;
    by_subject[subject_of(file.name)].push_back(&file);
    days |= file.name.kind == Kind::troposif_day, orbits |= file.name.kind == Kind::troposif_orbit;
  }
  for (auto& [subject, same] : by_subject)
    if (same.size() > 1) omit_older(same, notes);
  print_omitted(notes, output);
  std::erase_if(files, [](const File& file) { return file.omitted; });
  if (days && orbits)
    std::stable_sort(files.begin(), files.end(),
                     [](const File& a, const File& b) { return a.name.processed > b.name.processed; });
  std::vector<fs::path> chosen;
  for (const File& file : files) chosen.push_back(file.path);
  return chosen;
}

data::SoundingContents contents_of_soundings(const GranuleInputs& inputs, Turns& turns, const Output& output) {
  const std::vector<fs::path>& files = inputs.soundings;
  data::SoundingContents first;
  const auto make = [&](int64_t file, const auto& emit) {
    emit(isolated::sounding_contents(files[size_t(file)], inputs.source));
  };
  const auto take = [&](int64_t file, const data::SoundingContents& contents) {
    if (first.product.empty()) first = contents;
    if (contents.product != first.product)
      throw Error(files.front().string() + " is of " + first.product + ", " + files[size_t(file)].string() + " of " +
                  contents.product + ": their SIF differs; give soundings of one product");
  };
  turns.for_all<data::SoundingContents>(int64_t(files.size()), make, take);
  output.line("soundings: " + first.product + ", " + data::sif_name(first.sif));
  return first;
}

}  // namespace unetsr::pipeline
