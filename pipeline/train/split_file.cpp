#include "pipeline/train/split_file.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "kernels/error.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/version.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;

const std::string letters = "tvTb";  // train, validation, test, buffer: data::Role

Json beginning(const std::string& description, const std::string& dataset, const data::Grid& grid,
               const std::vector<std::string>& windows) {
  return {{"software", "unetsr " + version()},
          {"description", description},
          {"dataset", dataset},
          {"grid",
           {{"crs", grid.crs},
            {"rows", grid.rows},
            {"columns", grid.columns},
            {"x_origin", grid.x_origin},
            {"x_step", grid.x_step},
            {"y_origin", grid.y_origin},
            {"y_step", grid.y_step}}},
          {"windows", windows}};
}

// One string a row.
Json roles_of(const data::Split& split) {
  Json windows = Json::array();
  auto role = split.roles.begin();
  for (int window = 0; window < split.windows; ++window) {
    Json rows = Json::array();
    for (int i = 0; i < split.rows; ++i) {
      std::string row;
      for (int j = 0; j < split.columns; ++j) row += letters[size_t(*role++)];
      rows.push_back(row);
    }
    windows.push_back(rows);
  }
  return windows;
}

Json read_json(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw Error(file.string() + ": cannot be read; is this a run directory?");
  return Json::parse(stream);
}

[[noreturn]] void refuse(const std::filesystem::path& file) {
  throw Error(file.string() + ": not the split that it should be; restore it, or train anew with --overwrite");
}

}  // namespace

void write_split(const std::filesystem::path& file, const SplitPlaces& places) {
  Json json = beginning(places.split.description, places.dataset, places.grid, places.windows);
  for (const auto role : {data::Role::train, data::Role::validation, data::Role::test, data::Role::buffer})
    json["cells"][to_string(role)] = places.split.count(role);
  json["roles"] = roles_of(places.split);
  write_text_atomically(file, json.dump() + "\n");
}

void write_split(const std::filesystem::path& file, const data::Dataset& dataset, const data::CropsSplit& split) {
  Json json = beginning("random crops, split after cropping (leaky)", dataset.identity, dataset.grid, dataset.windows);
  for (const auto& [name, crops] : {std::pair{"train", &split.train}, std::pair{"test", &split.test}}) {
    json[name] = Json::array();
    for (const kernels::Crop& c : *crops) json[name].push_back({c.image, c.row, c.column});
  }
  write_text_atomically(file, json.dump() + "\n");
}

SplitPlaces read_split(const std::filesystem::path& file) try {
  const Json json = read_json(file), &grid = json.at("grid");
  SplitPlaces p;
  p.dataset = json.at("dataset");
  p.windows = json.at("windows").get<std::vector<std::string>>();
  p.grid = {grid.at("rows"),     grid.at("columns"), grid.at("x_origin"), grid.at("x_step"),
            grid.at("y_origin"), grid.at("y_step"),  grid.at("crs")};
  p.split = {json.at("description"), int(p.windows.size()), p.grid.rows, p.grid.columns, {}};
  for (const Json& window : json.at("roles"))
    for (const Json& row : window)
      for (const char letter : row.get<std::string>()) {
        const size_t role = letters.find(letter);
        if (role == std::string::npos) refuse(file);
        p.split.roles.push_back(data::Role(role));
      }
  if (p.grid.rows < 1 || p.grid.columns < 1 ||
      int64_t(p.split.roles.size()) != int64_t(p.windows.size()) * p.grid.cells())
    refuse(file);
  return p;
} catch (const nlohmann::json::exception&) {
  refuse(file);
}

std::string split_dataset(const std::filesystem::path& file) try {
  return read_json(file).at("dataset");
} catch (const nlohmann::json::exception&) {
  refuse(file);
}

}  // namespace unetsr::pipeline
