#include "data/sounding_cells.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "data/calendar.hpp"
#include "data/footprint.hpp"
#include "kernels/error.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

std::vector<Window> windows_of(const Dataset& dataset) {
  std::vector<Window> windows;
  for (const std::string& label : dataset.windows) {
    const auto first = parse_date(label);
    if (!first)
      throw Error("window '" + label + "' is no date, so its soundings cannot be told; prepare from granules");
    windows.push_back({*first});
  }
  return windows;
}

std::optional<int> window_of(const std::vector<Window>& windows, int day) {
  for (size_t w = 0; w < windows.size(); ++w)
    if (windows[w].holds(day)) return int(w);
  return std::nullopt;
}

bool inside(const Outline& o, const Grid& grid) {
  for (size_t k = 0; k < size_t(o.corners); ++k)
    if (!(o.x[k] >= 0 && o.x[k] <= grid.columns && o.y[k] >= 0 && o.y[k] <= grid.rows)) return false;
  return true;
}

}  // namespace

SoundingCells::SoundingCells(const Dataset& dataset) {
  const Soundings& s = dataset.soundings;
  if (s.size() == 0) throw UsageError("the dataset keeps no soundings; prepare it from granules");
  const std::vector<Window> windows = windows_of(dataset);
  const FootprintPlacer placer(dataset.grid);
  const int columns = dataset.grid.columns;
  std::vector<Outline> outlines;
  std::vector<CellShare> shares;
  for (size_t i = 0; i < s.size(); ++i) {
    const int day = int(std::floor(s.time[i] / 86400));
    const auto window = window_of(windows, day);
    outlines.clear(), shares.clear();
    const bool placed =
        window && placer.place(s, i, outlines) == Placement::inside &&
        std::all_of(outlines.begin(), outlines.end(), [&](const Outline& o) { return inside(o, dataset.grid); });
    if (placed)
      for (const Outline& outline : outlines) overlaps(outline, dataset.grid.rows, columns, shares);
    double area = 0;
    for (const CellShare& share : shares) area += share.overlap;
    if (!(area > 1e-9)) {
      ++left_out_;
      continue;
    }
    std::sort(shares.begin(), shares.end(), [](const CellShare& a, const CellShare& b) { return a.cell < b.cell; });
    Sounding own{*window, day, s.sif[i], s.error[i], float(area), dataset.grid.rows, columns, -1, -1};
    for (const CellShare& share : shares) {
      const int row = int(share.cell / columns), column = int(share.cell % columns);
      own.row = std::min(own.row, row), own.last_row = std::max(own.last_row, row);
      own.column = std::min(own.column, column), own.last_column = std::max(own.last_column, column);
      cells_.push_back(int32_t(share.cell));
      weights_.push_back(float(share.overlap / area));
    }
    begin_.push_back(int64_t(cells_.size()));
    soundings_.push_back(own);
  }
}

std::span<const int32_t> SoundingCells::cells(size_t i) const {
  return std::span(cells_).subspan(size_t(begin_[i]), size_t(begin_[i + 1] - begin_[i]));
}

std::span<const float> SoundingCells::weights(size_t i) const {
  return std::span(weights_).subspan(size_t(begin_[i]), size_t(begin_[i + 1] - begin_[i]));
}

double SoundingCells::mean(size_t i, std::span<const float> image) const {
  double sum = 0, present = 0;
  const auto own = cells(i);
  const auto weight = weights(i);
  for (size_t k = 0; k < own.size(); ++k) {
    const float value = image[size_t(own[k])];
    if (!std::isnan(value)) sum += double(weight[k]) * double(value), present += double(weight[k]);
  }
  return present >= least_present ? sum / present : std::numeric_limits<double>::quiet_NaN();
}

std::vector<float> coarse_sif(const SoundingCells& soundings, const Dataset& dataset,
                              const std::vector<uint8_t>& chosen) {
  const Grid coarse = coarsened(dataset.grid, dataset.coarse_factor);
  const size_t per_window = size_t(coarse.cells());
  const int f = dataset.coarse_factor, columns = dataset.grid.columns;
  std::vector<double> sum(dataset.windows.size() * per_window, 0.0), covered(sum.size(), 0.0);
  for (size_t i = 0; i < soundings.size(); ++i) {
    if (!chosen[i]) continue;
    const auto cells = soundings.cells(i);
    const auto weights = soundings.weights(i);
    const SoundingCells::Sounding& s = soundings[i];
    for (size_t k = 0; k < cells.size(); ++k) {
      const size_t block = size_t(s.window) * per_window + size_t(cells[k] / columns / f) * size_t(coarse.columns) +
                           size_t(cells[k] % columns / f);
      const double overlap = double(weights[k]) * double(s.area);
      sum[block] += overlap * double(s.sif);
      covered[block] += overlap;
    }
  }
  std::vector<float> sif(sum.size(), std::numeric_limits<float>::quiet_NaN());
  for (size_t b = 0; b < sif.size(); ++b)
    if (covered[b] >= 0.5 * f * f) sif[b] = float(sum[b] / covered[b]);
  return sif;
}

std::vector<uint8_t> halve_days(const SoundingCells& soundings, uint64_t seed) {
  std::map<int, std::set<int>> days;
  for (size_t i = 0; i < soundings.size(); ++i) days[soundings[i].window].insert(soundings[i].day);
  std::map<std::pair<int, int>, uint8_t> half;
  for (const auto& [window, own] : days) {
    std::vector<int> order(own.begin(), own.end());
    Random(seed, uint64_t(window)).shuffle(order);
    for (size_t k = 0; k < order.size(); ++k) half[{window, order[k]}] = uint8_t(k % 2);
  }
  Random single(seed, uint64_t(1) << 20);
  std::vector<uint8_t> halves(soundings.size());
  for (size_t i = 0; i < halves.size(); ++i) {
    const uint8_t coin = uint8_t(single.below(2));
    halves[i] = days[soundings[i].window].size() > 1 ? half[{soundings[i].window, soundings[i].day}] : coin;
  }
  return halves;
}

}  // namespace unetsr::data
