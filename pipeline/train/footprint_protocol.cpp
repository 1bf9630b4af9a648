#include "pipeline/train/footprint_protocol.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <system_error>
#include <utility>

#include "data/features/denoising.hpp"
#include "data/features/features.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "pipeline/maps/mapper.hpp"

namespace unetsr::pipeline {
namespace {

constexpr uint64_t patches_stream = uint64_t(1) << 32, halves_stream = uint64_t(1) << 33;

// Where kernels::crop puts the cell (row, column) of a patch.
int32_t place_in_patch(int row, int column, int orientation, int patch) {
  if (orientation & 1) column = patch - 1 - column;
  if (orientation & 2) row = patch - 1 - row;
  return orientation & 4 ? column * patch + row : row * patch + column;
}

// By which the corrected maps are higher than the maps: of the whole dataset window by window, of a sample in all.
std::vector<double> levels_of(const std::vector<TrainingArea::LikelyError>& areas) {
  const size_t windows = areas.front().map.size();
  std::vector<double> map(windows, 0.0), corrected(windows, 0.0), levels(windows, 1.0);
  for (const TrainingArea::LikelyError& area : areas)
    for (size_t w = 0; w < windows; ++w) map[w] += area.map[w], corrected[w] += area.corrected[w];
  if (areas.size() > 1) {
    map.assign(windows, std::accumulate(map.begin(), map.end(), 0.0));
    corrected.assign(windows, std::accumulate(corrected.begin(), corrected.end(), 0.0));
  }
  for (size_t w = 0; w < windows; ++w)
    if (map[w] > 0) levels[w] = corrected[w] / map[w];
  return levels;
}

}  // namespace

std::vector<std::string> FootprintProtocol::default_features(const data::Dataset& dataset, bool of_all_windows) {
  const std::vector<std::string> known = data::feature_names(dataset);
  std::vector<std::string> features;
  const auto there = [&](const std::string& name) {
    return std::find(known.begin(), known.end(), name) != known.end();
  };
  for (const std::string name : {"ndvi", "evi", "nir", "red", "blue", "mir", "swir3", "nirv"})
    if (const std::string denoised = name + data::denoised_suffix; of_all_windows && there(denoised))
      features.push_back(denoised);
    else if (there(name))
      features.push_back(name);
  const size_t bands = features.size();
  for (size_t i = 0; of_all_windows && i < bands; ++i) features.push_back(features[i] + "_mean");
  if (of_all_windows && there("day_of_year")) features.push_back("day_of_year");
  for (const std::string ranks : {"reliability", "viirs_reliability"})
    if (dataset.has(ranks)) features.push_back(ranks);
  return features;
}

std::string FootprintProtocol::default_first_guess(const std::vector<std::string>& features) {
  const std::string denoised = "nirv" + data::denoised_suffix;
  return std::any_of(features.begin(), features.end(), data::holds_coarse_sif)     ? "sif_nirv"
         : std::find(features.begin(), features.end(), denoised) != features.end() ? denoised
                                                                                   : "nirv";
}

FootprintProtocol::FootprintProtocol(const data::Dataset& dataset, HonestOptions options)
    : options_(std::move(options)), channels_(input_channels(options_.features)) {
  refuse_leaky_features(options_.features, options_.test);
  split_ = make_split(dataset.coarse_shape(), options_, dataset);
  const auto all = std::make_shared<TrainingArea>(dataset, split_, options_);
  fitted_ = scored_ = training_ = {all};
  set_sampler();
  const AreaOfStatistics one[] = {{*all, dataset}};
  statistics_ = fit_statistics(one, options_);
}

FootprintProtocol::FootprintProtocol(std::shared_ptr<const DatasetSample> sample, HonestOptions options)
    : options_(std::move(options)),
      channels_(input_channels(options_.features)),
      sample_(std::move(sample)),
      split_(sample_->split()) {
  refuse_leaky_features(options_.features, options_.test);
  {
    std::vector<DatasetSample::Read> read = sample_->read(sample_->statistics_places());
    std::vector<AreaOfStatistics> areas;
    for (const DatasetSample::Read& one : read) areas.push_back({*one.area, one.dataset});
    if (areas.empty()) throw UsageError("no soundings near training cells: hold out less, or take a larger region");
    statistics_ = fit_statistics(areas, options_);
    for (DatasetSample::Read& one : read) {
      fitted_places_.push_back(one.place);
      fitted_.push_back(std::move(one.area));
    }
  }
  scored_ = sample_->read(sample_->validation_places(), statistics_);
}

FootprintProtocol::~FootprintProtocol() {
  stop_ = true;
}

DatasetSample::Counts FootprintProtocol::counts() const {
  if (samples()) return sample_->counts();
  const SoundingComparison& all = comparison();
  return {all.count(data::Role::train), all.count(data::Role::validation), all.count(data::Role::test),
          all.count(data::Role::buffer) + all.soundings().left_out()};
}

Areas FootprintProtocol::scored_comparisons() const {
  Areas areas;
  for (const auto& area : scored_) areas.push_back(&area->comparison());
  return areas;
}

void FootprintProtocol::forget_statistics() {
  fitted_.clear();
}

void FootprintProtocol::set_sampler() {
  const TrainingArea& first = *training_.front();
  data::Mask cells;
  for (const auto& area : training_)
    cells.insert(cells.end(), area->training_cells().begin(), area->training_cells().end());
  const Shape shape = {int(training_.size()) * first.windows(), first.rows(), first.columns(), 1};
  sampler_.emplace(shape, options_.patch, cells, least_training_share);
}

std::vector<std::shared_ptr<TrainingArea>> FootprintProtocol::sampled(int draw) {
  if (next_.valid() && next_draw_ == draw) return next_.get();
  return sample_->read(sample_->training_places(draw), statistics_, &stop_);
}

void FootprintProtocol::read_ahead(int draw) {
  if (!samples()) return;
  next_draw_ = draw;
  const auto read = [this, places = sample_->training_places(draw)] {
    const ThreadScope one(1);
    return sample_->read(places, statistics_, &stop_);
  };
  try {
    next_ = std::async(std::launch::async, read);
  } catch (const std::system_error&) {
    next_ = {};  // no thread is to be had: the draw reads for itself
  }
}

nn::Images FootprintProtocol::draw_halves(int draw, bool with_images) {
  if (samples()) {
    training_ = sampled(draw);
    if (training_.empty()) throw UsageError("no soundings near training cells: hold out less, or take a larger region");
    set_sampler();
  }
  const TrainingArea& first = *training_.front();
  const Shape one = {first.images(), first.rows(), first.columns(), channels()};
  Shape all = one;
  all.n *= int(training_.size());
  nn::Images images{{}, all, scaling().blanking(all), {}};
  if (with_images) images.inputs.resize(size_t(all.size()));
  const uint64_t seed = Random(options_.seed, halves_stream + uint64_t(draw)).bits();
  for (size_t a = 0; a < training_.size(); ++a)
    training_[a]->draw_halves(seed, with_images
                                        ? std::span(images.inputs).subspan(a * size_t(one.size()), size_t(one.size()))
                                        : std::span<float>());
  return images;
}

void FootprintProtocol::learn_errors(const MapMaker& make_map, bool of_coarse_sif) {
  Areas areas;
  for (const auto& area : training_) areas.push_back(&area->comparison());
  AreaMaps maps(training_.size());
  data::MapError error;  // the same for both halves
  for (uint8_t half = 0; half < 2; ++half) {
    AreaChoices trains;
    for (const auto& area : training_) trains.push_back(area->training_half(half));
    if (half == 0 || of_coarse_sif)
      for (size_t a = 0; a < training_.size(); ++a)
        maps[a] = stored(make_map(*training_[a], soundings_of_half(training_[a]->halves(), half)));
    if (half == 0) error = map_error_of(areas, maps, trains, of_coarse_sif);
    std::vector<TrainingArea::LikelyError> likely(training_.size());
    parallel_for(int64_t(likely.size()), [&](int64_t a) {
      likely[size_t(a)] = training_[size_t(a)]->likely_error(half, maps[size_t(a)].span(), error);
    });
    const std::vector<double> levels = levels_of(likely);
    for (size_t a = 0; a < training_.size(); ++a) training_[a]->set_likely_error(half, likely[a], levels);
  }
}

// Rows and targets are divided by the sounding's error, in units of the mean one, and by the network's own unit.
void FootprintProtocol::add_soundings(const kernels::Crop& crop, int image, int half, Batch& batch) const {
  const TrainingArea& area = *training_[size_t(crop.image / training_.front()->windows())];
  const int patch = options_.patch, columns = area.columns(), window = crop.image % area.windows();
  const data::SoundingCells& soundings = area.comparison().soundings();
  const size_t cells = size_t(area.rows()) * size_t(columns);
  const std::span<const float> guess = area.expected(half).subspan(size_t(window) * cells, cells),
                               share = area.likely_share(half).subspan(size_t(window) * cells, cells);
  const std::vector<size_t>& training = area.training_soundings(window);
  const auto first = std::lower_bound(training.begin(), training.end(), crop.row,
                                      [&](size_t i, int row) { return soundings[i].row < row; });
  for (auto it = first; it != training.end() && soundings[*it].row < crop.row + patch; ++it) {
    const auto& s = soundings[*it];
    if (area.halves()[*it] == half || s.last_row >= crop.row + patch || s.column < crop.column ||
        s.last_column >= crop.column + patch)
      continue;
    const double expected = soundings.mean(*it, guess);  // missing where an input is
    if (std::isnan(expected)) continue;
    double present = 0;
    soundings.for_cells(*it, [&](int32_t cell, float weight) {
      if (!std::isnan(guess[size_t(cell)])) present += double(weight);
    });
    const double clear = soundings.clear_share(*it, cloud_shielding());
    const double unit = statistics_.error_unit * clear / double(s.error), weight = unit / present;
    soundings.for_cells(*it, [&](int32_t cell, float own) {
      if (std::isnan(guess[size_t(cell)])) return;
      batch.footprints.add_entry(
          image * patch * patch +
              place_in_patch(cell / columns - crop.row, cell % columns - crop.column, crop.orientation, patch),
          float(weight * double(own) * double(share[size_t(cell)])));
    });
    batch.footprints.end_footprint();
    batch.targets.push_back(float(unit * (double(s.sif) / clear - expected) / target_spread()));
  }
}

void FootprintProtocol::draw_batch(int64_t step, int count, Batch& batch) const {
  const TrainingArea& first = *training_.front();
  Random random(options_.seed, patches_stream + uint64_t(step));
  batch.crops = sampler_->draw(count, random);
  batch.footprints.clear();
  batch.targets.clear();
  for (int k = 0; k < count; ++k) {
    const int half = int(random.below(2));
    kernels::Crop& crop = batch.crops[size_t(k)];
    add_soundings(crop, k, half, batch);
    if (first.images() > first.windows())
      crop.image += crop.image / first.windows() * first.windows() + half * first.windows();
  }
  // A batch without soundings: one empty footprint, so that the step changes nothing.
  if (batch.targets.empty()) {
    batch.footprints.end_footprint();
    batch.targets.push_back(std::numeric_limits<float>::quiet_NaN());
  }
}

}  // namespace unetsr::pipeline
