#include "pipeline/models/shipped_models.hpp"

#include <vector>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "kernels/suggestion.hpp"

namespace unetsr::pipeline {

const ShippedModel* find_shipped_model(const std::string& name) {
  for (const ShippedModel& model : shipped_models())
    if (model.name == name) return &model;
  return nullptr;
}

const ShippedModel& shipped_model(const std::string& name) {
  if (const ShippedModel* model = find_shipped_model(name)) return *model;
  std::vector<std::string> names;
  for (const ShippedModel& model : shipped_models()) names.emplace_back(model.name);
  throw UsageError("no shipped model " + excerpt(name) + "; there is " + list_of_names(names) +
                   did_you_mean(name, names));
}

}  // namespace unetsr::pipeline
