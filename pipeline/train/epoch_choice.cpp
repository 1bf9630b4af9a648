#include "pipeline/train/epoch_choice.hpp"

#include <cmath>

namespace unetsr::pipeline {

bool clearly_better(std::span<const double> a, std::span<const double> b) {
  double count = 0, mean = 0, squares = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double gain = b[i] - a[i];
    if (std::isnan(gain)) continue;
    const double step = gain - mean;
    mean += step / ++count;
    squares += step * (gain - mean);
  }
  if (count < double(least_validated)) return false;
  return mean > 2 * std::sqrt(squares / (count - 1) / count);
}

std::vector<double> squared_errors(std::span<const float> predicted, std::span<const float> measured) {
  std::vector<double> errors;
  for (size_t i = 0; i < predicted.size(); ++i)
    errors.push_back(std::pow(double(predicted[i]) - double(measured[i]), 2));
  return errors;
}

}  // namespace unetsr::pipeline
