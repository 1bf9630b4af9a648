#include "data/leak_audit.hpp"

#include <algorithm>
#include <cmath>

#include "data/linear_regression.hpp"

namespace unetsr::data {
namespace {

constexpr int64_t most_cells = 20000, least_cells_per_coefficient = 20;

// Complete cells, evenly spread over each window.
Mask chosen_cells(View<const float> channels, std::span<const float> target, const Mask& cells) {
  Mask chosen(target.size(), 0);
  const size_t window = size_t(channels.h) * size_t(channels.w);
  for (int n = 0; n < channels.n; ++n) {
    std::vector<size_t> complete;
    for (size_t i = size_t(n) * window; i < size_t(n + 1) * window; ++i) {
      const float* pixel = channels.data + int64_t(i) * channels.pitch;
      if ((cells.empty() || cells[i]) && !std::isnan(target[i]) &&
          std::none_of(pixel, pixel + channels.c, [](float v) { return std::isnan(v); }))
        complete.push_back(i);
    }
    const size_t step = complete.size() / size_t(most_cells) + 1;
    for (size_t k = 0; k < complete.size(); k += step) chosen[complete[k]] = 1;
  }
  return chosen;
}

void fit(View<const float> channels, std::span<const float> target, const Mask& cells, int neighbourhood,
         const std::string& input, std::vector<LinearFit>& fits) {
  const size_t window = size_t(channels.h) * size_t(channels.w);
  const auto add = [&](int first, int count, int label) {
    const size_t begin = size_t(first) * window, size = size_t(count) * window;
    const Mask own(cells.begin() + std::ptrdiff_t(begin), cells.begin() + std::ptrdiff_t(begin + size));
    const int64_t coefficients = 1 + int64_t(neighbourhood) * neighbourhood * channels.c;
    if (std::count(own.begin(), own.end(), 1) < least_cells_per_coefficient * coefficients) return;
    const View<const float> part(channels.pixel(first, 0, 0), count, channels.h, channels.w, channels.c,
                                 channels.pitch);
    const double r2 = LinearRegression(part, target.subspan(begin, size), own, neighbourhood).r2();
    if (!std::isnan(r2)) fits.push_back({input, neighbourhood, label, r2});
  };
  add(0, channels.n, -1);
  for (int n = 0; channels.n > 1 && n < channels.n; ++n) add(n, 1, n);
}

}  // namespace

std::vector<LinearFit> linear_fits(View<const float> channels, const std::vector<std::string>& names,
                                   std::span<const float> target, const Mask& cells, bool neighbourhoods) {
  const Mask chosen = chosen_cells(channels, target, cells);
  std::vector<LinearFit> fits;
  fit(channels, target, chosen, 1, "all", fits);
  for (int c = 0; c < channels.c; ++c)
    for (const int neighbourhood : {1, 3, 5})
      if (neighbourhood == 1 || neighbourhoods)
        fit(channels.channels(c, 1), target, chosen, neighbourhood, names[size_t(c)], fits);
  return fits;
}

const LinearFit* closest(const std::vector<LinearFit>& fits, bool of_all_channels) {
  const LinearFit* best = nullptr;
  for (const LinearFit& f : fits)
    if ((f.input == "all") == of_all_channels && (!best || f.r2 > best->r2)) best = &f;
  return best;
}

TwinWindows most_alike(std::span<const float> sif, int windows, const Mask& train, const Mask& test) {
  constexpr float digits = 1e-5f;
  const size_t cells = sif.size() / size_t(windows);
  TwinWindows most;
  for (int a = 0; a < windows; ++a)
    for (int b = 0; b < windows; ++b) {
      if (a == b) continue;
      int64_t both = 0, same = 0;
      for (size_t k = 0; k < cells; ++k) {
        const size_t i = size_t(a) * cells + k, j = size_t(b) * cells + k;
        if (!train[i] || !test[j] || std::isnan(sif[i]) || std::isnan(sif[j])) continue;
        ++both;
        same += std::abs(sif[i] - sif[j]) <= digits * std::abs(sif[i]);
      }
      const double share = both > 0 ? double(same) / double(both) : 0;
      if (share > most.share) most = {a, b, same, share};
    }
  return most;
}

}  // namespace unetsr::data
