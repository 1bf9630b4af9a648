#include <fmt/format.h>

#include "data/dataset/json_text.hpp"
#include "pipeline/console/text_table.hpp"
#include "pipeline/info/describe.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;

Json record_of(const ShippedModel& model) {
  return data::parse_ordered_json(std::string(model.record), std::string(model.name) + ".json");
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// A list of objects with equal keys.
std::string table_of(const Json& rows) {
  std::vector<std::string> heading;
  for (const auto& [key, value] : rows.at(0).items()) heading.push_back(key);
  TextTable table(heading);
  for (const Json& row : rows) {
    std::vector<std::string> cells;
    for (const auto& [key, value] : row.items()) cells.push_back(text_of(value));
    table.add(cells);
  }
  return table.text();
}

}  // namespace

Description describe_models() {
  Description d;
  d.json = {{"kind", "models"}};
  for (const ShippedModel& model : shipped_models()) {
    const Json record = record_of(model);
    d.json["models"].push_back({{"name", model.name}, {"bytes", model.checkpoint.size()}, {"record", record}});
    d.text += fmt::format("{}  {:.0f} kB  {}\n", model.name, double(model.checkpoint.size()) / 1000,
                          record.at("summary").get<std::string>());
  }
  d.text += "\nunetsr info NAME describes one; unetsr predict DATASET.h5 OUT.tif --model NAME makes maps with it\n";
  return d;
}

Description describe_model(const ShippedModel& model) {
  const Json record = record_of(model);
  const nn::Checkpoint checkpoint = nn::Checkpoint::read(model.checkpoint, std::string(model.name) + ".h5");
  Description d;
  d.json = {{"kind", "model"},
            {"name", model.name},
            {"bytes", model.checkpoint.size()},
            {"parameters", checkpoint.parameters.size()},
            {"record", record}};
  d.text = fmt::format("shipped model {}\nparameters {}\n", model.name, checkpoint.parameters.size());
  std::string tables;
  for (const auto& [key, value] : record.items())
    if (value.is_array())
      tables += fmt::format("\n{}\n{}", key, table_of(value));
    else
      d.text += fmt::format("{:<10} {}\n", key, text_of(value));
  d.text += fmt::format("features   {}\n", data::parse_json(checkpoint.metadata, "/metadata").at("features").dump());
  d.text += tables;
  return d;
}

}  // namespace unetsr::pipeline
