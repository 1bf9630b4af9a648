#pragma once
#include <span>
#include <string>
#include <string_view>

// Trained networks that the build puts into the program, so that a map needs no training. pipeline/models/make makes
// them.
namespace unetsr::pipeline {

struct ShippedModel {
  std::string_view name;
  std::string_view checkpoint;  // the bytes of NAME.h5 (nn/checkpoint.hpp)
  std::string_view record;      // NAME.json: what it was trained on, with which scores, and its first guess
};

std::span<const ShippedModel> shipped_models();

// Null where none has this name.
const ShippedModel* find_shipped_model(const std::string& name);

// Throws UsageError with the names that there are.
const ShippedModel& shipped_model(const std::string& name);

}  // namespace unetsr::pipeline
