#include "pipeline/maps/uncertainty.hpp"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "data/dataset/json_text.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/version.hpp"

namespace unetsr::pipeline {

namespace {

nlohmann::ordered_json to_json(const data::MapUncertainty& u) {
  return {{"constant", u.constant}, {"linear", u.linear}, {"relative", u.relative}, {"length", u.length}};
}

data::MapUncertainty from_json(const nlohmann::json& json) {
  const auto term = [&](const char* key) {
    const double value = data::number(json, key);
    if (!(value >= 0)) throw Error(std::string(key) + " is below 0");
    return value;
  };
  return {term("constant"), term("linear"), term("relative"), term("length")};
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
  std::ifstream stream(file);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  try {
    const nlohmann::json json = data::parse_json(text, file.string());
    return data::ConservedUncertainty{from_json(json.at("uncorrected")), from_json(json.at("corrected")),
                                      data::number(json, "typical_error_left")};
  } catch (const std::exception& e) {
    throw Error(file.string() + ": not the standard deviation that train wrote (" + e.what() + "); train anew");
  }
}

std::vector<float> deviations(const data::ConservedUncertainty& uncertainty, std::span<const float> sif,
                              std::span<const float> left) {
  std::vector<float> all(sif.size());
  for (size_t i = 0; i < all.size(); ++i)
    all[i] = float(uncertainty.sigma(double(sif[i]), left.empty() ? 1 : double(left[i])));
  return all;
}

}  // namespace unetsr::pipeline
