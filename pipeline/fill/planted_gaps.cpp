#include "pipeline/fill/planted_gaps.hpp"

#include <algorithm>

#include "kernels/random.hpp"

namespace unetsr::pipeline {
namespace {

enum Stream : uint64_t { places = 1, shifts = 1000 };

constexpr int largest_block = 16;  // cells
constexpr double least_share = 0.01;
constexpr int most_shifts = 100;

std::vector<int> windows_with(const data::StoredArray<uint8_t>& gaps, const MapStack& maps) {
  std::vector<int> windows;
  for (int w = 0; w < maps.windows; ++w) {
    const auto own = gaps.span().subspan(size_t(w) * maps.cells(), maps.cells());
    if (std::any_of(own.begin(), own.end(), [](uint8_t gap) { return gap != 0; })) windows.push_back(w);
    maps.release_window(gaps, w);
  }
  return windows;
}

// In how many windows each cell has a value.
std::vector<int> times_present(const MapStack& maps) {
  std::vector<int> times(maps.cells(), 0);
  for (int w = 0; w < maps.windows; ++w) {
    const auto map = maps.window(maps.sif, w);
    for (size_t i = 0; i < times.size(); ++i) times[i] += !std::isnan(map[i]);
    maps.release_window(maps.sif, w);
  }
  return times;
}

}  // namespace

data::StoredArray<uint8_t> planted_gaps(const MapStack& maps, const data::StoredArray<uint8_t>& gaps, uint64_t seed,
                                        uint64_t draw) {
  std::vector<int> times = times_present(maps);
  const std::vector<int> shapes = windows_with(gaps, maps);
  const int least = maps.windows > 1 ? 2 : 1;
  data::StoredArray<uint8_t> planted(maps.store);
  planted.assign_zeros(maps.sif.size());
  Random random(seed, shifts + draw);
  for (int w = 0; w < maps.windows; ++w) {
    const auto map = maps.window(maps.sif, w);
    const auto is_known = [&](size_t cell) {
      return !std::isnan(map[cell]) && times[cell] >= least && !maps.is_hazy(w, cell);
    };
    const std::span<uint8_t> own = planted.span().subspan(size_t(w) * maps.cells(), maps.cells());
    int64_t known = 0, count = 0;
    for (size_t i = 0; i < own.size(); ++i) known += is_known(i);
    for (int again = 0; again < most_shifts && count < least_share * double(known); ++again) {
      const int shape = shapes[random.below(uint32_t(shapes.size()))];
      const auto shifted = gaps.span().subspan(size_t(shape) * maps.cells(), maps.cells());
      const size_t down = random.below(uint32_t(maps.rows)), across = random.below(uint32_t(maps.columns));
      for (size_t i = 0; i < own.size(); ++i) {
        const size_t row = (i / size_t(maps.columns) + down) % size_t(maps.rows);
        const size_t column = (i % size_t(maps.columns) + across) % size_t(maps.columns);
        if (own[i] || !shifted[row * size_t(maps.columns) + column] || !is_known(i)) continue;
        own[i] = 1, ++count, --times[i];
      }
      maps.release_window(gaps, shape);
    }
    maps.release_window(maps.sif, w), maps.release_window(planted, w);
    if (maps.hazy.size() > 0) maps.release_window(maps.hazy, w);
  }
  return planted;
}

std::vector<GapRole> roles_of_places(int rows, int columns, uint64_t seed) {
  const int side = std::clamp(std::min(rows, columns) / 8, 1, largest_block);
  const int down = (rows + side - 1) / side, across = (columns + side - 1) / side;
  std::vector<GapRole> blocks(size_t(down) * size_t(across));
  constexpr GapRole turn[] = {GapRole::train, GapRole::calibrate, GapRole::train, GapRole::check};
  for (size_t b = 0; b < blocks.size(); ++b) blocks[b] = turn[b % 4];
  Random(seed, places).shuffle(blocks);
  std::vector<GapRole> roles;
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < columns; ++j) roles.push_back(blocks[size_t(i / side) * size_t(across) + size_t(j / side)]);
  return roles;
}

}  // namespace unetsr::pipeline
