#include "pipeline/report/coverage.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace unetsr::pipeline {

void CoverageCounts::add(double error) {
  // A normal value lies within z of 0 with the probability erf(z / sqrt 2): compare probabilities instead of z.
  const double probability = std::erf(std::abs(error) / std::numbers::sqrt2);
  for (size_t k = 0; k < interval_levels.size(); ++k) inside_[k] += probability <= interval_levels[k];
  ++values_;
}

Coverage CoverageCounts::coverage(const std::string& of) const {
  Coverage c{of, {}, values_};
  for (size_t k = 0; k < interval_levels.size(); ++k) c.share[k] = double(inside_[k]) / double(values_);
  return c;
}

Coverage coverage(const std::string& of, std::span<const double> errors) {
  CoverageCounts counts;
  for (const double error : errors) counts.add(error);
  return counts.coverage(of);
}

std::string in_words(const Coverage& c) {
  std::string levels, shares;
  for (size_t k = 0; k < interval_levels.size(); ++k) {
    levels += fmt::format("{}{:.0f}", k ? "/" : "", 100 * interval_levels[k]);
    shares += fmt::format("{}{:.1f}", k ? "/" : "", 100 * c.share[k]);
  }
  return fmt::format("{} % intervals hold {} % of the {}", levels, shares, c.of);
}

}  // namespace unetsr::pipeline
