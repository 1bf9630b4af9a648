#include "pipeline/maps/uncertainty.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

#include "kernels/error.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/version.hpp"

namespace unetsr::pipeline {

namespace {

nlohmann::ordered_json to_json(const data::MapUncertainty& u) {
  return {{"constant", u.constant}, {"linear", u.linear}, {"relative", u.relative}, {"length", u.length}};
}

data::MapUncertainty from_json(const nlohmann::json& json) {
  return {json.at("constant"), json.at("linear"), json.at("relative"), json.at("length")};
}

}  // namespace

void write_uncertainty(const std::filesystem::path& file, const data::ConservedUncertainty& u) {
  const nlohmann::ordered_json json = {{"software", "unetsr " + version()},
                                       {"uncorrected", to_json(u.uncorrected)},
                                       {"corrected", to_json(u.corrected)},
                                       {"typical_error_left", u.typical_error_left}};
  write_text_atomically(file, json.dump() + "\n");
}

std::optional<data::ConservedUncertainty> read_uncertainty(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return std::nullopt;
  try {
    std::ifstream stream(file);
    const auto json = nlohmann::json::parse(stream);
    return data::ConservedUncertainty{from_json(json.at("uncorrected")), from_json(json.at("corrected")),
                                      json.at("typical_error_left")};
  } catch (const nlohmann::json::exception&) {
    throw Error(file.string() + ": not the JSON it should be; train anew");
  }
}

}  // namespace unetsr::pipeline
