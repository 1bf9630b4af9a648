#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>

namespace unetsr::pipeline {

// How well a prediction meets its target. mae, rmse and bias in mW m-2 sr-1 nm-1.
struct Scores {
  double r2 = 0;  // pooled over all cells; in the paper protocol the mean over the patches' pixel positions
  double mae = 0, rmse = 0, bias = 0;
  int64_t cells = 0;
};

nlohmann::ordered_json to_json(const Scores&);
Scores scores_from_json(const nlohmann::json&);

}  // namespace unetsr::pipeline
