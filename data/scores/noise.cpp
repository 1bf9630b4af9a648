#include "data/scores/noise.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

namespace unetsr::data {
namespace {

constexpr int64_t fewest_triples = 30;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

std::vector<double> cell_noise(View<const float> values) {
  std::vector<double> noise;
  for (int n = 0; n < values.n; ++n) {
    double squares = 0;
    int64_t triples = 0;
    for (int i = 0; i < values.h; ++i)
      for (int j = 1; j + 1 < values.w; ++j) {
        const double difference = double(values(n, i, j - 1, 0)) - 2.0 * values(n, i, j, 0) + values(n, i, j + 1, 0);
        if (std::isnan(difference)) continue;
        squares += difference * difference;
        ++triples;
      }
    noise.push_back(triples < fewest_triples ? nan : std::sqrt(squares / (6 * double(triples))));
  }
  return noise;
}

std::vector<double> variance_per_window(View<const float> values) {
  std::vector<double> variances;
  const int64_t cells = int64_t(values.h) * values.w;
  for (int n = 0; n < values.n; ++n) {
    double sum = 0, squares = 0;
    int64_t count = 0;
    const auto each = [&](const auto& visit) {
      for (int64_t i = n * cells; i < (n + 1) * cells; ++i)
        if (const double v = values.data[i * values.pitch]; !std::isnan(v)) visit(v);
    };
    each([&](double v) {
      sum += v;
      ++count;
    });
    const double mean = sum / double(count);
    each([&](double v) { squares += (v - mean) * (v - mean); });
    variances.push_back(count ? squares / double(count) : nan);
  }
  return variances;
}

double noise_ceiling(double noise, double variance) {
  return 1 - noise * noise / variance;
}

}  // namespace unetsr::data
