#include "data/splits/leak_audit.hpp"

#include <algorithm>
#include <cmath>

#include "data/regression/linear_regression.hpp"
#include "data/scores/metrics.hpp"

namespace unetsr::data {
namespace {

constexpr int64_t most_cells = 20000, least_cells_per_coefficient = 20;

// Cells whose channels are all present, and those of the neighbours within `reach` too.
Mask complete_cells(View<const float> channels, const Mask& cells, int reach) {
  Mask incomplete(size_t(channels.pixels()), 0);
  for (size_t i = 0; i < incomplete.size(); ++i) {
    const float* pixel = channels.data + int64_t(i) * channels.pitch;
    incomplete[i] =
        (!cells.empty() && !cells[i]) || std::any_of(pixel, pixel + channels.c, [](float v) { return std::isnan(v); });
  }
  Mask complete = grown(incomplete, {channels.n, channels.h, channels.w, 1}, reach);
  for (size_t i = 0; i < complete.size(); ++i) {
    const int row = int(i / size_t(channels.w) % size_t(channels.h)), column = int(i % size_t(channels.w));
    complete[i] =
        !complete[i] && row >= reach && row < channels.h - reach && column >= reach && column < channels.w - reach;
  }
  return complete;
}

// Those with a target, evenly spread over each window.
Mask chosen_cells(const Mask& complete, std::span<const float> target, int windows) {
  Mask chosen(target.size(), 0);
  const size_t window = target.size() / size_t(windows);
  for (size_t begin = 0; begin < target.size(); begin += window) {
    std::vector<size_t> usable;
    for (size_t i = begin; i < begin + window; ++i)
      if (complete[i] && !std::isnan(target[i])) usable.push_back(i);
    const size_t step = usable.size() / size_t(most_cells) + 1;
    for (size_t k = 0; k < usable.size(); k += step) chosen[usable[k]] = 1;
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
  std::vector<LinearFit> fits;
  for (const int neighbourhood : {1, 3, 5}) {
    if (neighbourhood > 1 && !neighbourhoods) continue;
    const Mask chosen = chosen_cells(complete_cells(channels, cells, neighbourhood / 2), target, channels.n);
    if (neighbourhood == 1) fit(channels, target, chosen, 1, "all", fits);
    for (int c = 0; c < channels.c; ++c)
      fit(channels.channels(c, 1), target, chosen, neighbourhood, names[size_t(c)], fits);
  }
  return fits;
}

const LinearFit* closest(const std::vector<LinearFit>& fits, bool of_all_channels) {
  constexpr double as_good = 1e-6;  // rounding: of two exact fits the one that comes first, on fewer cells
  const LinearFit* best = nullptr;
  for (const LinearFit& f : fits)
    if ((f.input == "all") == of_all_channels && (!best || f.r2 > best->r2 + as_good)) best = &f;
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

double least_squares_r2(View<const float> channels, std::span<const float> target, const Mask& cells) {
  const LinearRegression regression(channels, target, cells);
  return score(regression.predict(channels), target, cells).r2;
}

}  // namespace unetsr::data
