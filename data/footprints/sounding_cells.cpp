#include "data/footprints/sounding_cells.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>

#include "data/dataset/dated_windows.hpp"
#include "data/dataset/missing.hpp"
#include "data/dataset/screens.hpp"
#include "data/footprints/each_sounding.hpp"
#include "data/footprints/footprint.hpp"
#include "data/footprints/response.hpp"
#include "kernels/error.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

bool inside(const Outline& o, const Grid& grid) {
  for (size_t k = 0; k < size_t(o.corners); ++k)
    if (!(o.x[k] >= 0 && o.x[k] <= grid.columns && o.y[k] >= 0 && o.y[k] <= grid.rows)) return false;
  return true;
}

const char* const no_soundings = "the dataset keeps no soundings; prepare it from granules";

double area_of(const std::vector<ResponseShare>& shares) {
  double area = 0;
  for (const ResponseShare& share : shares) area += share.share;
  return area;
}

}  // namespace

// Lays soundings on the grid one after the other.
class SoundingCells::Placer {
 public:
  Placer(const Grid& grid, SoundingWindows windows, const FootprintEstimate& estimate)
      : windows_(std::move(windows)), placer_(grid), estimate_(estimate), as_delivered_(estimate.as_delivered()) {}

  // Nothing where the sounding is of no window.
  std::optional<std::pair<int, int>> window_and_day(const Soundings& s, size_t i) const {
    const auto window = windows_.of(s, i);
    if (!window) return std::nullopt;
    return std::pair(int(*window), int(std::floor(s.time[i] / 86400)));
  }

  // False where the footprint as delivered does not lie on the grid wholly.
  bool place(const Soundings& s, size_t i, std::vector<ResponseShare>& shares) {
    outlines_.clear();
    const FootprintPlacer& footprints = placer_.footprints();
    const Grid& grid = footprints.grid();
    if (footprints.place(s, i, outlines_) != Placement::inside ||
        !std::all_of(outlines_.begin(), outlines_.end(), [&](const Outline& o) { return inside(o, grid); }))
      return false;
    box_shares(outlines_, grid, shares);
    const double area = area_of(shares);
    if (!(area > 1e-9)) return false;
    if (!as_delivered_ &&
        placer_.place({s.longitudes[i], s.latitudes[i]}, estimate_.at(s.time[i]), estimate_.width, estimated_, false) &&
        area_of(estimated_) >= 0.5 * area)
      shares = estimated_;
    return true;
  }

  const Grid& grid() const { return placer_.footprints().grid(); }

 private:
  SoundingWindows windows_;
  ResponsePlacer placer_;
  const FootprintEstimate& estimate_;
  bool as_delivered_;
  std::vector<Outline> outlines_;
  std::vector<ResponseShare> estimated_;
};

SoundingCells::SoundingCells(const Grid& grid, const ArrayStore& store)
    : soundings_(store),
      first_run_(store),
      first_weight_(store),
      runs_(store),
      weights_(store),
      cells_of_window_(grid.cells()),
      columns_(grid.columns) {
  first_run_.push_back(0), first_weight_.push_back(0);
}

SoundingCells::SoundingCells(const Dataset& dataset, const FootprintEstimate& estimate)
    : SoundingCells(dataset.grid, ArrayStore{}) {
  if (dataset.soundings.size() == 0) throw UsageError(no_soundings);
  const SoundingWindows windows(dataset);
  shared_by_windows_ = any_overlap(windows.all());
  Placer placer(dataset.grid, windows, estimate);
  lay(dataset.soundings, 0, dataset.soundings.size(), placer);
  finish();
}

SoundingCells::SoundingCells(const DatasetFile& file, WindowRange windows, const FootprintEstimate& estimate,
                             double cloud_shielding, const ArrayStore& store)
    : SoundingCells(file.description().grid, store) {
  if (file.soundings() == 0) throw UsageError(no_soundings);
  constexpr int64_t at_once = 1 << 16;
  const Dataset& header = file.description();
  shared_by_windows_ = any_overlap(SoundingWindows(header).all());
  const auto labels = std::span(header.windows).subspan(size_t(windows.first), size_t(windows.count));
  Placer placer(header.grid, SoundingWindows(labels, header.window_days), estimate);
  for (int64_t first = 0; first < file.soundings(); first += at_once) {
    const int64_t count = std::min(at_once, file.soundings() - first);
    const size_t before = size();
    lay(file.read_soundings(first, count), size_t(first), size_t(file.soundings()), placer);
    clear_clouds(cloud_shielding, before);
    release(before, size());
  }
  finish();
}

void SoundingCells::lay(const Soundings& s, size_t first, size_t all, Placer& placer) {
  const Grid& grid = placer.grid();
  std::vector<ResponseShare> shares;
  std::vector<std::pair<int32_t, float>> cells;
  for (size_t i = 0; i < s.size(); ++i) {
    const auto when = placer.window_and_day(s, i);
    if (!when || !placer.place(s, i, shares)) {
      ++left_out_;
      continue;
    }
    const double area = area_of(shares);
    Sounding own{when->first, when->second, s.sif[i], s.error[i], float(area),       s.cloud_fraction[i],
                 grid.rows,   grid.columns, -1,       -1,         int64_t(first + i)};
    cells.clear();
    for (const ResponseShare& share : shares) {
      const int row = int(share.cell / columns_), column = int(share.cell % columns_);
      own.row = std::min(own.row, row), own.last_row = std::max(own.last_row, row);
      own.column = std::min(own.column, column), own.last_column = std::max(own.last_column, column);
      cells.push_back({int32_t(share.cell), float(share.share / area)});
    }
    add(own, cells);
    if (soundings_.size() == 1000) reserve(all);
  }
}

void SoundingCells::add(Sounding own, const std::vector<std::pair<int32_t, float>>& cells) {
  constexpr int most = std::numeric_limits<uint8_t>::max();
  int row = own.row;
  const size_t first = runs_.size();
  int32_t next = -1;  // cell that would lengthen the run
  for (const auto& [cell, weight] : cells) {
    const int own_row = cell / columns_, column = cell % columns_ - own.column;
    if (cell != next || own_row != row || runs_.size() == first || runs_[runs_.size() - 1].count == most) {
      for (; own_row - row > most; row += most) runs_.push_back({0, 0, uint8_t(most)});
      runs_.push_back({uint16_t(column), 0, uint8_t(own_row - row)});
      row = own_row;
    }
    ++runs_[runs_.size() - 1].count;
    next = cell + 1;
    weights_.push_back(weight);
  }
  soundings_.push_back(own);
  first_run_.push_back(int64_t(runs_.size())), first_weight_.push_back(int64_t(weights_.size()));
}

void SoundingCells::finish() {
  for (size_t k = 0; k < readable; ++k) weights_.push_back(0);
}

void SoundingCells::release(size_t first, size_t last) const {
  if (first >= last) return;
  const auto part_of = [](const auto& values, const StoredArray<int64_t>& begin, size_t from, size_t to) {
    values.release(size_t(begin[from]), size_t(begin[to] - begin[from]));
  };
  part_of(runs_, first_run_, first, last), part_of(weights_, first_weight_, first, last);
  soundings_.release(first, last - first);
  first_run_.release(first, last - first), first_weight_.release(first, last - first);
}

// Room for so many soundings with as many cells as those so far: growing vectors would hold their content twice.
void SoundingCells::reserve(size_t soundings) {
  const auto as_many = [&](auto& values) {
    values.reserve(size_t(1.05 * double(values.size()) / double(soundings_.size()) * double(soundings)));
  };
  as_many(runs_), as_many(weights_);
  first_run_.reserve(soundings + 1), first_weight_.reserve(soundings + 1), soundings_.reserve(soundings);
}

std::span<const FootprintRun> SoundingCells::runs(size_t i) const {
  return runs_.span().subspan(size_t(first_run_[i]), size_t(first_run_[i + 1] - first_run_[i]));
}

FootprintCells SoundingCells::cells(size_t i) const {
  return {runs(i), int32_t(soundings_[i].row * columns_ + soundings_[i].column), columns_};
}

std::span<const float> SoundingCells::weights(size_t i) const {
  return weights_.span().subspan(size_t(first_weight_[i]), size_t(first_weight_[i + 1] - first_weight_[i]));
}

int64_t SoundingCells::middle(size_t i) const {
  const Sounding& s = soundings_[i];
  return int64_t(s.window) * cells_of_window_ + int64_t((s.row + s.last_row) / 2) * columns_ +
         (s.column + s.last_column) / 2;
}

double SoundingCells::mean(size_t i, std::span<const float> image) const {
  double sum = 0, present = 0;
  for_cells(i, [&](int32_t cell, float weight) {
    const float value = image[size_t(cell)];
    if (!std::isnan(value)) sum += double(weight) * double(value), present += double(weight);
  });
  return present >= least_present ? sum / present : std::numeric_limits<double>::quiet_NaN();
}

double SoundingCells::clear_share(size_t i, double shielding) const {
  constexpr double least = 0.05;
  const double cloud = double(soundings_[i].cloud_fraction);
  return std::isnan(cloud) ? 1 : std::max(least, 1 - shielding * cloud);
}

void SoundingCells::clear_clouds(double shielding, size_t first) {
  constexpr size_t at_once = 1 << 16;  // that are released together
  for (size_t begin = first; begin < soundings_.size(); begin += at_once) {
    const size_t end = std::min(soundings_.size(), begin + at_once);
    for (size_t i = begin; i < end; ++i) {
      const float share = float(clear_share(i, shielding));
      soundings_[i].sif /= share, soundings_[i].error /= share;
    }
    soundings_.release(begin, end - begin);
  }
}

CoarseSif coarse_sif(const SoundingCells& soundings, const Dataset& dataset, const std::vector<uint8_t>& chosen) {
  const Grid coarse = coarsened(dataset.grid, dataset.coarse_factor);
  const size_t per_window = size_t(coarse.cells());
  const int f = dataset.coarse_factor, columns = dataset.grid.columns;
  struct Sums {
    double sif = 0, variance = 0, covered = 0;
  };
  std::vector<Sums> sums(dataset.windows.size() * per_window);
  std::vector<std::pair<size_t, double>> overlaps;  // of one footprint with coarse cells
  for_each_sounding(soundings, [&](size_t i) {
    if (!chosen[i]) return;
    const SoundingCells::Sounding& s = soundings[i];
    overlaps.clear();
    soundings.for_cells(i, [&](int32_t cell, float weight) {
      const size_t block = size_t(s.window) * per_window + size_t(cell / columns / f) * size_t(coarse.columns) +
                           size_t(cell % columns / f);
      const double overlap = double(weight) * double(s.area);
      const auto known =
          std::find_if(overlaps.begin(), overlaps.end(), [&](const auto& o) { return o.first == block; });
      if (known == overlaps.end())
        overlaps.push_back({block, overlap});
      else
        known->second += overlap;
    });
    for (const auto& [block, overlap] : overlaps) {
      sums[block].sif += overlap * double(s.sif);
      sums[block].variance += std::pow(overlap * double(s.error), 2);
      sums[block].covered += overlap;
    }
  });
  CoarseSif mean{std::vector<float>(sums.size(), missing), std::vector<float>(sums.size(), missing)};
  for (size_t b = 0; b < sums.size(); ++b) {
    if (sums[b].covered < 0.5 * f * f) continue;
    mean.sif[b] = float(sums[b].sif / sums[b].covered);
    mean.error[b] = float(std::sqrt(sums[b].variance) / sums[b].covered);
  }
  return mean;
}

namespace {

std::vector<uint8_t> split_shared_days(const SoundingCells& soundings, double share, uint64_t seed) {
  constexpr size_t together = 4;
  std::map<int, uint8_t> part;
  for_each_sounding(soundings, [&](size_t i) { part[soundings[i].day] = 0; });
  std::vector<int> days;
  for (const auto& [day, none] : part) days.push_back(day);
  Random random(seed);
  for (size_t first = 0; first < days.size(); first += together) {
    const size_t count = std::min(together, days.size() - first);
    std::vector<size_t> order(count);
    std::iota(order.begin(), order.end(), first);
    random.shuffle(order);
    const size_t chosen = count == 1 ? size_t(random.uniform() < share)
                                     : size_t(std::clamp(std::lround(share * double(count)), 1L, long(count) - 1));
    for (size_t k = chosen; k < count; ++k) part[days[order[k]]] = 1;
  }
  std::vector<uint8_t> parts;
  for_each_sounding(soundings, [&](size_t i) { parts.push_back(part[soundings[i].day]); });
  return parts;
}

}  // namespace

std::vector<uint8_t> split_days(const SoundingCells& soundings, double share, uint64_t seed) {
  if (soundings.shared_by_windows()) return split_shared_days(soundings, share, seed);
  std::map<int, std::set<int>> days;
  for_each_sounding(soundings, [&](size_t i) { days[soundings[i].window].insert(soundings[i].day); });
  std::map<std::pair<int, int>, uint8_t> part;
  for (const auto& [window, own] : days) {
    std::vector<int> order(own.begin(), own.end());
    Random(seed, uint64_t(window)).shuffle(order);
    const int count = int(order.size()),
              first = std::clamp(int(std::lround(share * count)), std::min(1, count), std::max(1, count - 1));
    for (int k = 0; k < count; ++k) part[{window, order[size_t(k)]}] = uint8_t(k >= first);
  }
  Random single(seed, uint64_t(1) << 20);
  std::vector<uint8_t> parts(soundings.size());
  for_each_sounding(soundings, [&](size_t i) {
    const uint8_t coin = uint8_t(single.uniform() >= share);
    parts[i] = days[soundings[i].window].size() > 1 ? part[{soundings[i].window, soundings[i].day}] : coin;
  });
  return parts;
}

}  // namespace unetsr::data
