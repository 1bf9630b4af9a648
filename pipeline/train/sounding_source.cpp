#include "pipeline/train/sounding_source.hpp"

#include <algorithm>
#include <cmath>

#include "data/dataset/dataset_header.hpp"
#include "data/dataset/dated_windows.hpp"
#include "data/footprints/footprint.hpp"

namespace unetsr::pipeline {
namespace {

constexpr double bytes_a_sounding = 144;

int32_t window_at(const data::SoundingWindows& windows, const data::Soundings& soundings, size_t i) {
  const auto window = windows.of(soundings, i);
  return window ? int32_t(*window) : -1;
}

}  // namespace

// One of the file's runs of soundings, with the fine cell and the window of each; -1: none.
struct SoundingSource::Run {
  int64_t first = 0;
  data::Soundings soundings;
  std::vector<int32_t> row, column, window;

  double bytes() const { return bytes_a_sounding * double(soundings.size()); }
  bool holds(size_t i, const data::Part& part) const {
    return row[i] >= part.row && row[i] < part.row + part.rows && column[i] >= part.column &&
           column[i] < part.column + part.columns;
  }
};

SoundingSource::SoundingSource(std::filesystem::path path, double memory) : file_(std::move(path)), memory_(memory) {
  const data::DatasetFile file(file_);
  const data::Dataset& header = file.description();
  const int factor = header.coarse_factor, columns = header.coarse_grid().columns;
  size_ = file.soundings();
  counts_.assign(size_t(header.coarse_grid().cells()), 0);
  for (const data::SoundingRun& one : file.runs()) {
    const std::shared_ptr<const Run> run = kept(file, one);
    for (size_t i = 0; i < run->soundings.size(); ++i)
      if (run->window[i] >= 0 && run->row[i] >= 0)
        ++counts_[size_t(run->row[i] / factor) * size_t(columns) + size_t(run->column[i] / factor)];
  }
}

SoundingSource::~SoundingSource() = default;

double SoundingSource::most_bytes() const {
  return std::min(memory_, bytes_a_sounding * double(size_));
}

std::shared_ptr<const SoundingSource::Run> SoundingSource::read(const data::DatasetFile& file,
                                                                const data::SoundingRun& one) const {
  const data::Grid& grid = file.description().grid;
  const data::FootprintPlacer placer(grid);
  const data::SoundingWindows windows(file.description());
  const auto run = std::make_shared<Run>();
  run->first = one.first;
  run->soundings = file.read_soundings(one.first, one.count);
  for (size_t i = 0; i < run->soundings.size(); ++i) {
    double x = 0, y = 0;
    const bool there = placer.centre(run->soundings, i, x, y) && x >= 0 && y >= 0 && x < grid.columns && y < grid.rows;
    run->row.push_back(there ? int32_t(y) : -1);
    run->column.push_back(there ? int32_t(x) : -1);
    run->window.push_back(window_at(windows, run->soundings, i));
  }
  return run;
}

std::shared_ptr<const SoundingSource::Run> SoundingSource::kept(const data::DatasetFile& file,
                                                                const data::SoundingRun& one) const {
  const auto known = std::find_if(kept_.begin(), kept_.end(), [&](const auto& run) { return run->first == one.first; });
  if (known != kept_.end()) {
    kept_.splice(kept_.begin(), kept_, known);
    return kept_.front();
  }
  const std::shared_ptr<const Run> run = read(file, one);
  kept_.push_front(run);
  kept_bytes_ += run->bytes();
  while (kept_bytes_ > memory_ && kept_.size() > 1) kept_bytes_ -= kept_.back()->bytes(), kept_.pop_back();
  return run;
}

data::Soundings SoundingSource::of(const data::DatasetFile& file, const data::Part& part,
                                   const std::vector<int>& windows) const {
  data::Soundings result;
  const int factor = file.description().coarse_factor;
  // In whole coarse cells.
  const int row = part.row / factor * factor, column = part.column / factor * factor,
            last_row = (part.row + part.rows - 1) / factor, last_column = (part.column + part.columns - 1) / factor;
  const data::Part cells = {row, column, (last_row + 1) * factor - row, (last_column + 1) * factor - column};
  const auto is_asked = [&](int window) { return std::binary_search(windows.begin(), windows.end(), window); };
  for (const data::SoundingRun& one : file.runs()) {
    if ((one.window >= 0 && !is_asked(one.window)) || !data::overlap(one.cells, cells)) continue;
    const std::shared_ptr<const Run> run = kept(file, one);
    for (size_t i = 0; i < run->soundings.size(); ++i)
      if (run->holds(i, cells) && is_asked(int(run->window[i]))) result.append(run->soundings, i);
  }
  return result;
}

data::Dataset SoundingSource::some(size_t most) const {
  const data::DatasetFile file(file_);
  data::Dataset dataset = data::header_of(file.description());
  const int64_t stride = std::max<int64_t>(1, (size_ + int64_t(most) - 1) / int64_t(most));
  for (const data::SoundingRun& one : file.runs()) {
    const int64_t first = (one.first + stride - 1) / stride * stride;
    if (first >= one.first + one.count) continue;
    const std::shared_ptr<const Run> run = kept(file, one);
    for (int64_t i = first; i < one.first + one.count; i += stride)
      dataset.soundings.append(run->soundings, size_t(i - one.first));
  }
  return dataset;
}

}  // namespace unetsr::pipeline
