#pragma once
#include <cstdint>
#include <span>
#include <vector>

// Which epoch's weights count: the last one's, unless an earlier one is clearly better.
namespace unetsr::pipeline {

// The fewest values that an epoch is chosen by: among fewer a difference is chance.
constexpr int64_t least_validated = 30;

// Whether `a` is better than `b` by more than two standard errors of their mean difference. Both: squared errors of
// the same values; NaN is missing. False where fewer than least_validated values have both.
bool clearly_better(std::span<const double> a, std::span<const double> b);

// (predicted - measured)^2; NaN where one is missing.
std::vector<double> squared_errors(std::span<const float> predicted, std::span<const float> measured);

}  // namespace unetsr::pipeline
