#include "pipeline/train/scores.hpp"

#include <nlohmann/json.hpp>

namespace unetsr::pipeline {

nlohmann::ordered_json to_json(const Scores& s) {
  return {{"r2", s.r2}, {"mae", s.mae}, {"rmse", s.rmse}, {"bias", s.bias}, {"cells", s.cells}};
}

Scores scores_from_json(const nlohmann::json& json) {
  return {json.at("r2"), json.at("mae"), json.at("rmse"), json.at("bias"), json.at("cells")};
}

}  // namespace unetsr::pipeline
