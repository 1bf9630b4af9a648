#include "pipeline/train/dataset_sample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "data/dataset/dataset_header.hpp"
#include "data/dataset/scales.hpp"
#include "data/features/features.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "pipeline/console/interrupt.hpp"

namespace unetsr::pipeline {
namespace {

constexpr uint64_t training_stream = uint64_t(1) << 35, statistics_stream = training_stream + (uint64_t(1) << 32),
                   validation_stream = statistics_stream + 1;
constexpr int most_windows = 8;  // of an area: means over all windows are read for each area anyway
constexpr int least_side = 32, statistics_side = 96;  // cells
constexpr int widest_margin = 64;
constexpr int least_statistics_places = 4;
constexpr size_t counted_soundings = 100000;

int rounded_up(int size, int unit) {
  return (size + unit - 1) / unit * unit;
}

// Rows or columns from `first` on, moved so that they lie on the grid and begin on a coarse cell.
int on_grid(int first, int side, int size, int factor) {
  return std::clamp(first, 0, std::max(0, size - side)) / factor * factor;
}

data::Split part_of(const data::Split& split, const std::vector<int>& windows, const data::Part& coarse) {
  data::Split part{split.description, int(windows.size()), coarse.rows, coarse.columns, {}};
  for (const int w : windows)
    for (int i = 0; i < coarse.rows; ++i) {
      const auto first =
          split.roles.begin() + (std::ptrdiff_t(w) * split.rows + coarse.row + i) * split.columns + coarse.column;
      part.roles.insert(part.roles.end(), first, first + coarse.columns);
    }
  return part;
}

std::vector<int> all_windows(const data::Dataset& dataset) {
  std::vector<int> windows(dataset.windows.size());
  std::iota(windows.begin(), windows.end(), 0);
  return windows;
}

// Windows one after the other, as chunks of the file lie.
data::Dataset read_windows(const data::DatasetFile& file, const std::vector<int>& windows, const data::Part& part,
                           const data::LayerChoice& choice) {
  data::Dataset all;
  for (const int w : windows) {
    data::Dataset one = file.read_block({w, 1}, part, choice);
    if (all.windows.empty()) {
      all = std::move(one);
      continue;
    }
    all.windows.push_back(one.windows.front());
    const auto append = [](std::vector<data::Layer>& layers, const std::vector<data::Layer>& more) {
      for (size_t k = 0; k < layers.size(); ++k)
        layers[k].values.insert(layers[k].values.end(), more[k].values.begin(), more[k].values.end());
    };
    append(all.layers, one.layers), append(all.coarse_layers, one.coarse_layers);
  }
  return all;
}

}  // namespace

DatasetSample::DatasetSample(std::filesystem::path file, const data::Dataset& description,
                             std::shared_ptr<const SoundingSource> soundings, data::Split split, HonestOptions options,
                             int64_t cells, int radius)
    : file_(std::move(file)),
      description_(data::header_of(description)),
      soundings_(std::move(soundings)),
      split_(std::move(split)),
      options_(std::move(options)),
      counts_(soundings_->counts()),
      cells_(cells) {
  const data::Grid& grid = description.grid;
  const int factor = description.coarse_factor, shorter = std::min(grid.rows, grid.columns);
  const auto side = [&](int wanted) { return std::min(rounded_up(wanted, factor), shorter); };
  const bool all = uses_coarse_sif(options_);  // their halves are made of all windows
  const int used = int(used_windows().size());
  windows_ = all ? used : std::min(used, most_windows);
  side_ = side(std::max(least_side, 2 * options_.patch));
  statistics_side_ = side(statistics_side);
  margin_ = rounded_up(std::max(2 * factor, std::min(radius, widest_margin)), factor);
  core_ = side(statistics_side);
  if (const int64_t least = int64_t(side_) * side_ * windows_; cells_ < least)
    throw UsageError(
        fmt::format("a sample of {} cells has no area of {} x {} cells in {} windows: take a larger "
                    "--memory, or a smaller --patch",
                    cells_, side_, side_, windows_));
}

DatasetSample::Counts DatasetSample::counts() const {
  const data::Dataset some = soundings_->some(counted_soundings);
  const SoundingComparison comparison(some, split_, {});
  const double each = double(soundings_->size()) / double(std::max<size_t>(1, some.soundings.size()));
  const auto all = [&](int64_t count) { return int64_t(double(count) * each); };
  return {all(comparison.count(data::Role::train)), all(comparison.count(data::Role::validation)),
          all(comparison.count(data::Role::test)),
          all(comparison.count(data::Role::buffer) + comparison.soundings().left_out())};
}

// The coarse cells with soundings that have the role in any window.
std::vector<int> DatasetSample::cells_of(data::Role role) const {
  const size_t cells = counts_.size();
  std::vector<int> chosen;
  for (size_t i = 0; i < cells; ++i) {
    bool there = false;
    for (size_t w = 0; w < size_t(split_.windows); ++w) there = there || split_.roles[w * cells + i] == role;
    if (there && counts_[i] > 0) chosen.push_back(int(i));
  }
  return chosen;
}

data::Part DatasetSample::around(int coarse_cell, int side) const {
  const data::Grid& grid = description_.grid;
  const int factor = description_.coarse_factor;
  const auto first = [&](int cell, int size) {
    return on_grid(cell * factor + factor / 2 - side / 2, side, size, factor);
  };
  return {first(coarse_cell / split_.columns, grid.rows), first(coarse_cell % split_.columns, grid.columns), side,
          side};
}

std::vector<int> DatasetSample::used_windows() const {
  return options_.windows.empty() ? all_windows(description_) : options_.windows;
}

std::vector<int> DatasetSample::some_windows(Random& random) const {
  std::vector<int> windows = used_windows();
  random.shuffle(windows);
  windows.resize(size_t(windows_));
  std::sort(windows.begin(), windows.end());
  return windows;
}

std::vector<SamplePlace> DatasetSample::around_training_cells(uint64_t stream, int side, int count,
                                                              bool in_all_windows) const {
  const std::vector<int> training = cells_of(data::Role::train);
  if (training.empty()) throw UsageError("no sounding lies on training cells: hold out less, or take a larger region");
  Random random(options_.seed, stream);
  std::vector<SamplePlace> places;
  for (int k = 0; k < count; ++k) {
    const data::Part part = around(training[random.below(uint32_t(training.size()))], side);
    const std::vector<int> some = some_windows(random);
    places.push_back({part, in_all_windows ? used_windows() : some, {0, 0, side, side}});
  }
  return places;
}

std::vector<SamplePlace> DatasetSample::training_places(int draw) const {
  const int count = int(cells_ / (int64_t(side_) * side_ * windows_));
  return around_training_cells(training_stream + uint64_t(draw), side_, count, false);
}

std::vector<SamplePlace> DatasetSample::statistics_places() const {
  // Statistics come before all else, so that they may take the memory of two samples.
  const int64_t each = int64_t(statistics_side_) * statistics_side_ * int64_t(used_windows().size());
  const int count = int(std::max<int64_t>(least_statistics_places, 2 * cells_ / each));
  return around_training_cells(statistics_stream, statistics_side_, count, true);
}

std::vector<SamplePlace> DatasetSample::validation_places() const {
  const data::Grid& grid = description_.grid;
  const int factor = description_.coarse_factor,
            side = std::min(core_ + 2 * margin_, std::min(grid.rows, grid.columns));
  std::vector<int> wanted;
  for (const data::Role role : {data::Role::validation, data::Role::buffer, data::Role::train})
    if (wanted.empty()) wanted = cells_of(role);
  const int across = (grid.columns + core_ - 1) / core_;
  std::vector<int> cores;  // of a lattice: those with wanted cells
  for (const int cell : wanted)
    cores.push_back(cell / split_.columns * factor / core_ * across + cell % split_.columns * factor / core_);
  std::sort(cores.begin(), cores.end());
  cores.erase(std::unique(cores.begin(), cores.end()), cores.end());
  Random random(options_.seed, validation_stream);
  random.shuffle(cores);
  const int64_t count = std::max<int64_t>(1, cells_ / 2 / (int64_t(side) * side * windows_));
  if (int64_t(cores.size()) > count) cores.resize(size_t(count));
  std::vector<SamplePlace> places;
  for (const int core : cores) {
    const int row = core / across * core_, column = core % across * core_;
    const data::Part part = {on_grid(row - margin_, side, grid.rows, factor),
                             on_grid(column - margin_, side, grid.columns, factor), side, side};
    places.push_back({part, some_windows(random), {row - part.row, column - part.column, core_, core_}});
  }
  return places;
}

std::vector<float> DatasetSample::layer(const SamplePlace& place, const std::string& name) const {
  return read_windows(data::DatasetFile(file_), place.windows, place.part, {{name}, {}}).layer(name).values;
}

std::vector<DatasetSample::Read> DatasetSample::read(const std::vector<SamplePlace>& places,
                                                     const std::atomic<bool>* stop) const {
  const data::DatasetFile file(file_);
  const std::vector<std::string> needed = needed_features(options_.features, options_.first_guess);
  const data::LayerChoice choice = data::granule_layers(data::layers_behind(needed));
  const bool of_all_windows = std::any_of(needed.begin(), needed.end(), data::needs_other_windows);
  const auto windows_of = [&](const SamplePlace& place) {
    return of_all_windows ? all_windows(description_) : place.windows;
  };
  const auto make_area = [&](Read& one) {
    const SamplePlace& place = one.place;
    const std::vector<int> windows = windows_of(place);
    const int factor = description_.coarse_factor;
    const data::Grid coarse = data::coarsened(one.dataset.grid, factor);
    const data::Split split =
        part_of(split_, windows, {place.part.row / factor, place.part.column / factor, coarse.rows, coarse.columns});
    const bool cut = windows.size() > place.windows.size();
    one.area = std::make_unique<TrainingArea>(one.dataset, split, options_, cut ? place.windows : std::vector<int>());
    one.area->comparison().keep_roles_within(place.core);
    data::Dataset of_soundings = one.area->comparison().dataset();
    of_soundings.layers.clear();
    of_soundings.soundings = std::move(one.dataset.soundings);
    one.dataset = std::move(of_soundings);
  };
  // Features are made on a GPU by one area after the other.
  const size_t at_once = options_.device == Device::cpu ? size_t(threads()) : 1;
  std::vector<Read> areas;
  for (size_t first = 0; first < places.size() && !(stop && *stop); first += at_once) {
    if (!stop) stop_if_interrupted();
    const size_t known = areas.size();
    for (size_t k = first; k < std::min(places.size(), first + at_once); ++k) {
      data::Dataset dataset = read_windows(file, windows_of(places[k]), places[k].part, choice);
      dataset.soundings = soundings_->of(file, places[k].part, places[k].windows);
      if (dataset.soundings.size() > 0) areas.push_back({places[k], std::move(dataset), nullptr});
    }
    parallel_for(int64_t(areas.size() - known), [&](int64_t k) { make_area(areas[known + size_t(k)]); });
  }
  return areas;
}

std::vector<std::shared_ptr<TrainingArea>> DatasetSample::read(const std::vector<SamplePlace>& places,
                                                               const TrainingStatistics& statistics,
                                                               const std::atomic<bool>* stop) const {
  std::vector<Read> read = this->read(places, stop);
  parallel_for(int64_t(read.size()), [&](int64_t k) {
    const Read& one = read[size_t(k)];
    apply_statistics({*one.area, one.dataset}, statistics);
  });
  std::vector<std::shared_ptr<TrainingArea>> areas;
  for (Read& one : read) areas.push_back(std::move(one.area));
  return areas;
}

}  // namespace unetsr::pipeline
