#include "pipeline/uncertainty.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

#include "kernels/error.hpp"
#include "pipeline/atomic_file.hpp"

namespace unetsr::pipeline {

void write_uncertainty(const std::filesystem::path& file, const data::MapUncertainty& u) {
  const nlohmann::ordered_json json = {{"constant", u.constant}, {"relative", u.relative}, {"length", u.length}};
  write_text_atomically(file, json.dump() + "\n");
}

std::optional<data::MapUncertainty> read_uncertainty(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return std::nullopt;
  try {
    std::ifstream stream(file);
    const auto json = nlohmann::json::parse(stream);
    return data::MapUncertainty{json.at("constant"), json.at("relative"), json.at("length")};
  } catch (const nlohmann::json::exception&) {
    throw Error(file.string() + ": not the JSON it should be; train anew");
  }
}

}  // namespace unetsr::pipeline
