#include "pipeline/train/scores.hpp"

#include <limits>

#include "data/dataset/json_text.hpp"

namespace unetsr::pipeline {

nlohmann::ordered_json to_json(const Scores& s) {
  return {{"r2", s.r2}, {"mae", s.mae}, {"rmse", s.rmse}, {"bias", s.bias}, {"cells", s.cells}};
}

Scores scores_from_json(const nlohmann::json& json) {
  using data::number;
  return {number(json, "r2"), number(json, "mae"), number(json, "rmse"), number(json, "bias"),
          data::whole_number(json, "cells", 0, std::numeric_limits<int64_t>::max())};
}

}  // namespace unetsr::pipeline
