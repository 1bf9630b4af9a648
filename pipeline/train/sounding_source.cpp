#include "pipeline/train/sounding_source.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "data/dataset/dated_windows.hpp"
#include "data/dataset/screens.hpp"
#include "data/footprints/footprint.hpp"

namespace unetsr::pipeline {
namespace {

int32_t window_at(const std::vector<data::Window>& windows, double time) {
  if (!(std::abs(time) <= data::sounding_bounds::time)) return -1;
  const auto window = data::window_of(windows, int(std::floor(time / 86400)));
  return window ? int32_t(*window) : -1;
}

}  // namespace

SoundingSource::SoundingSource(const data::DatasetFile& file)
    : grid_(file.description().grid),
      windows_(file.description().windows),
      factor_(file.description().coarse_factor),
      soundings_(file.read_soundings()) {
  const data::Grid coarse = data::coarsened(grid_, factor_);
  const std::vector<data::Window> windows = data::dated_windows(file.description().windows);
  const data::FootprintPlacer placer(grid_);
  for (size_t i = 0; i < soundings_.size(); ++i) {
    double x = 0, y = 0;
    const bool there = placer.centre(soundings_, i, x, y) && x >= 0 && y >= 0 && x < grid_.columns && y < grid_.rows;
    cell_.push_back(there ? int32_t(int64_t(y) / factor_ * coarse.columns + int64_t(x) / factor_) : -1);
    window_.push_back(window_at(windows, soundings_.time[i]));
    if (there && window_.back() >= 0) order_.push_back(i);
  }
  std::stable_sort(order_.begin(), order_.end(), [&](size_t a, size_t b) { return cell_[a] < cell_[b]; });
  for (int row = 0; row <= coarse.rows; ++row)
    first_of_row_.push_back(size_t(std::lower_bound(order_.begin(), order_.end(), row * coarse.columns,
                                                    [&](size_t i, int cell) { return cell_[i] < cell; }) -
                                   order_.begin()));
}

data::Soundings SoundingSource::of(const data::Part& part, const std::vector<int>& windows) const {
  const int columns = data::coarsened(grid_, factor_).columns;
  std::vector<size_t> chosen;
  for (int row = part.row / factor_; row <= (part.row + part.rows - 1) / factor_; ++row)
    for (size_t k = first_of_row_[size_t(row)]; k < first_of_row_[size_t(row) + 1]; ++k) {
      const size_t i = order_[k];
      const int column = cell_[i] % columns;
      if (column < part.column / factor_ || column > (part.column + part.columns - 1) / factor_ ||
          !std::binary_search(windows.begin(), windows.end(), int(window_[i])))
        continue;
      chosen.push_back(i);
    }
  std::sort(chosen.begin(), chosen.end());
  data::Soundings result;
  for (const size_t i : chosen) result.append(soundings_, i);
  return result;
}

data::Dataset SoundingSource::some(size_t most) const {
  data::Dataset dataset;
  dataset.grid = grid_, dataset.windows = windows_, dataset.coarse_factor = factor_;
  const size_t stride = std::max<size_t>(1, (soundings_.size() + most - 1) / most);
  for (size_t i = 0; i < soundings_.size(); i += stride) dataset.soundings.append(soundings_, i);
  return dataset;
}

std::vector<int32_t> SoundingSource::counts() const {
  std::vector<int32_t> counts(size_t(data::coarsened(grid_, factor_).cells()), 0);
  for (const size_t i : order_) ++counts[size_t(cell_[i])];
  return counts;
}

}  // namespace unetsr::pipeline
