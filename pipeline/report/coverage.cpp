#include "pipeline/report/coverage.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace unetsr::pipeline {

Coverage coverage(const std::string& of, std::span<const double> errors) {
  Coverage c{of, {}, int64_t(errors.size())};
  for (size_t k = 0; k < interval_levels.size(); ++k) {
    // A normal value lies within z of 0 with the probability erf(z / sqrt 2): compare probabilities instead of z.
    int64_t inside = 0;
    for (const double e : errors) inside += std::erf(std::abs(e) / std::numbers::sqrt2) <= interval_levels[k];
    c.share[k] = double(inside) / double(errors.size());
  }
  return c;
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
