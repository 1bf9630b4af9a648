#include "pipeline/evaluate/baseline_maps.hpp"

#include <algorithm>
#include <utility>

#include "data/correction/footprint_conservation.hpp"
#include "pipeline/maps/conservation.hpp"
#include "pipeline/processes/processes.hpp"

namespace unetsr::pipeline {
namespace {

bool is_fitted(const BaselineOfBands& b) {
  return b.baseline.fitted_to != FittedTo::nothing;
}

}  // namespace

void correct_map(data::StoredSpan<float> maps, const data::Dataset& dataset, const data::SoundingCells& soundings,
                 std::span<const uint8_t> chosen, bool of_coarse_sif, const data::ShareReached& reached,
                 const data::ArrayStore& store) {
  constexpr double estimate = 0.5;  // of the time
  const data::MapError error = data::estimate_map_error(
      maps, dataset.grid, soundings, chosen, map_error_model(dataset.coarse_factor, of_coarse_sif),
      [&](double share) { reached(estimate * share); }, store);
  data::add_posterior_error(
      maps, dataset.grid, soundings, chosen, error, [&](double share) { reached(estimate + (1 - estimate) * share); },
      store);
}

BaselineMaps::BaselineMaps(data::GranuleWindows granules, const WindowSoundings& soundings,
                           SoundingsAsMeasured measured, std::filesystem::path folder, Steps& steps,
                           const std::vector<std::string>& methods, data::ArrayStore store)
    : source_(std::move(granules), soundings.any(), methods),
      soundings_(soundings),
      measured_(std::move(measured)),
      folder_(std::move(folder)),
      store_(std::move(store)),
      steps_(steps) {}

size_t BaselineMaps::unfitted_count() const {
  const auto& all = source_.baselines();
  return size_t(std::count_if(all.begin(), all.end(), [](const auto& b) { return !is_fitted(b); }));
}

std::optional<SoundingsToFit> BaselineMaps::to_fit(int window, const data::Mask& training) const {
  std::optional<data::SoundingCells> cells = soundings_.of(window, measured_.footprints);
  if (!cells) return std::nullopt;
  data::Dataset own;
  own.grid = source_.grid(), own.coarse_factor = source_.coarse().coarse_factor;
  const std::ptrdiff_t size = std::ptrdiff_t(own.coarse_grid().cells()), first = window * size;
  std::vector<uint8_t> chosen = soundings_on(*cells, own, {training.begin() + first, training.begin() + first + size});
  cells->clear_clouds(measured_.cloud_shielding);
  return SoundingsToFit{std::make_shared<data::SoundingCells>(std::move(*cells)), std::move(chosen)};
}

std::vector<BaselineMaps::Made> BaselineMaps::make(std::span<const BaselineOfBands> baselines,
                                                   const data::Mask& training) {
  std::vector<Made> made;
  const auto all = make_baselines(
      source_, baselines, training, [&](int window) { return to_fit(window, training); }, folder_,
      [&](double share) { steps_.reached(share * double(baselines.size())); });
  for (const BaselineMap& map : all)
    made.push_back({map.baseline.variant(), map.maps, map.baseline.baseline.of_coarse_sif(), is_fitted(map.baseline)});
  for (size_t k = 0; k < baselines.size(); ++k) steps_.done();
  return made;
}

std::vector<BaselineMaps::Made> BaselineMaps::unfitted() {
  if (unfitted_.empty()) {
    std::vector<BaselineOfBands> baselines = source_.baselines();
    std::erase_if(baselines, is_fitted);
    unfitted_ = make(baselines, {});
  }
  return unfitted_;
}

std::vector<BaselineMaps::Made> BaselineMaps::of(const data::Mask& training) {
  std::vector<Made> made = unfitted();
  std::vector<BaselineOfBands> baselines = source_.baselines();
  std::erase_if(baselines, [](const BaselineOfBands& b) { return !is_fitted(b); });
  if (!enough_to_fit(source_.coarse(), training)) {
    for (size_t k = 0; k < baselines.size(); ++k) steps_.done();
    return made;
  }
  for (Made& fitted : make(baselines, training)) made.push_back(std::move(fitted));
  return made;
}

std::optional<BaselineMaps::Made> BaselineMaps::map_of(const report::MapVariant& variant, const data::Mask& training) {
  if (variant.corrected && !can_correct()) return std::nullopt;
  for (const BaselineOfBands& b : source_.baselines()) {
    if (b.variant(variant.corrected) != variant) continue;
    if (is_fitted(b) && !enough_to_fit(source_.coarse(), training)) continue;
    const std::vector<Made> made = make(std::span(&b, 1), training);
    if (made.empty()) continue;
    return variant.corrected ? corrected(made).front() : made.front();
  }
  return std::nullopt;
}

std::vector<BaselineMaps::Made> BaselineMaps::corrected(const std::vector<Made>& made) {
  const data::SoundingCells clear = soundings_.clear(measured_, store_);
  std::vector<Made> result = made;
  std::vector<Made*> to_correct;
  for (Made& m : result) {
    m.variant.corrected = true;
    const auto known = std::find_if(corrected_unfitted_.begin(), corrected_unfitted_.end(),
                                    [&](const Made& other) { return other.variant == m.variant; });
    if (known == corrected_unfitted_.end())
      to_correct.push_back(&m);
    else
      m.maps = known->maps;
  }
  const size_t at_once = size_t(processes().size());
  for (size_t first = 0; first < to_correct.size(); first += at_once)
    correct_together(std::span(to_correct).subspan(first, std::min(at_once, to_correct.size() - first)), clear);
  for (const Made* m : to_correct)
    if (!m->fitted) corrected_unfitted_.push_back(*m);
  return result;
}

void BaselineMaps::correct_together(std::span<Made* const> round, const data::SoundingCells& clear) {
  const Processes& all = processes();
  data::StoredArray<float> own;
  if (const size_t rank = size_t(all.rank()); rank < round.size()) {
    own = round[rank]->maps->read_into(store_, 0, source_.windows());
    correct_map(
        own, source_.coarse(), clear, {}, round[rank]->of_coarse_sif, [&](double share) { steps_.reached(share); },
        store_);
  }
  for (size_t k = 0; k < round.size(); ++k) {
    const auto maps = std::make_shared<MapStore>(folder_, source_.windows(), source_.grid().cells());
    std::vector<float> window(maps->cells());
    for (int w = 0; w < source_.windows(); ++w) {
      if (int(k) == all.rank())
        std::ranges::copy(own.span().subspan(size_t(w) * window.size(), window.size()), window.begin());
      all.broadcast(window.data(), window.size() * sizeof(float), int(k));
      maps->write(w, window);
    }
    round[k]->maps = maps;
    steps_.done();
  }
}

}  // namespace unetsr::pipeline
