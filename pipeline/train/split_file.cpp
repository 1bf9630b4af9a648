#include "pipeline/train/split_file.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "data/dataset/json_text.hpp"
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

// What `read` makes of the file's JSON.
template <class Read>
auto read_file(const std::filesystem::path& file, const Read& read) {
  std::ifstream stream(file);
  if (!stream) throw Error(file.string() + ": cannot be read; is this a run directory?");
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  std::string wrong;
  try {
    return read(data::parse_json(text, "it"));
  } catch (const nlohmann::json::exception&) {
    wrong = "it lacks what a split has";
  } catch (const Error& e) {
    wrong = e.what();
  }
  throw Error(fmt::format("{}: not the split that it should be ({}); restore it, or train anew with --overwrite",
                          file.string(), wrong));
}

data::Grid grid_of(const nlohmann::json& json) {
  constexpr int64_t most = 1'000'000;
  data::Grid grid;
  grid.rows = int(data::whole_number(json, "rows", 1, most));
  grid.columns = int(data::whole_number(json, "columns", 1, most));
  grid.x_origin = data::number(json, "x_origin");
  grid.x_step = data::number(json, "x_step");
  grid.y_origin = data::number(json, "y_origin");
  grid.y_step = data::number(json, "y_step");
  grid.crs = json.at("crs").get<std::string>();
  const double area = grid.x_step * grid.y_step;
  if (!std::isfinite(area) || area == 0 || !std::isfinite(grid.x_origin) || !std::isfinite(grid.y_origin))
    throw Error("its grid has cells without an area or a place");
  return grid;
}

std::vector<data::Role> roles_of(const nlohmann::json& windows) {
  std::vector<data::Role> roles;
  for (const auto& window : windows)
    for (const auto& row : window)
      for (const char letter : row.get<std::string>()) {
        const size_t role = letters.find(letter);
        if (role == std::string::npos) throw Error("a cell of it has no role");
        roles.push_back(data::Role(role));
      }
  return roles;
}

SplitPlaces places_of(const nlohmann::json& json) {
  SplitPlaces p;
  p.dataset = json.at("dataset").get<std::string>();
  p.inputs = json.value("inputs", std::vector<std::string>{});
  p.simulated = json.value("simulated", false);
  p.windows = json.at("windows").get<std::vector<std::string>>();
  if (p.windows.empty()) return p;
  p.grid = grid_of(json.at("grid"));
  p.split = {json.at("description").get<std::string>(), int(p.windows.size()), p.grid.rows, p.grid.columns,
             roles_of(json.at("roles"))};
  if (int64_t(p.split.roles.size()) != int64_t(p.windows.size()) * p.grid.cells())
    throw Error("it has not as many cells as its grid");
  return p;
}

Json to_json(const SplitPlaces& places) {
  Json json = beginning(places.split.description, places.dataset, places.grid, places.windows);
  json["inputs"] = places.inputs;
  json["simulated"] = places.simulated;
  if (!places.windows.empty())
    for (const auto role : {data::Role::train, data::Role::validation, data::Role::test, data::Role::buffer})
      json["cells"][to_string(role)] = places.split.count(role);
  json["roles"] = roles_of(places.split);
  for (const SplitPlaces& before : places.before) json["before"].push_back(to_json(before));
  return json;
}

}  // namespace

void write_split(const std::filesystem::path& file, const SplitPlaces& places) {
  write_text_atomically(file, to_json(places).dump() + "\n");
}

void write_split(const std::filesystem::path& file, const data::Dataset& dataset, const data::CropsSplit& split) {
  Json json = beginning("random crops, split after cropping (leaky)", dataset.identity, dataset.grid, dataset.windows);
  for (const auto& [name, crops] : {std::pair{"train", &split.train}, std::pair{"test", &split.test}}) {
    json[name] = Json::array();
    for (const kernels::Crop& c : *crops) json[name].push_back({c.image, c.row, c.column});
  }
  write_text_atomically(file, json.dump() + "\n");
}

SplitPlaces read_split(const std::filesystem::path& file) {
  return read_file(file, [](const nlohmann::json& json) {
    SplitPlaces p = places_of(json);
    if (p.windows.empty()) throw Error("it has not as many cells as its grid");
    for (const auto& before : json.value("before", nlohmann::json::array())) p.before.push_back(places_of(before));
    return p;
  });
}

std::string split_dataset(const std::filesystem::path& file) {
  return read_file(file, [](const nlohmann::json& json) { return json.at("dataset").get<std::string>(); });
}

}  // namespace unetsr::pipeline
