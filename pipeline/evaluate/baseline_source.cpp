#include "pipeline/evaluate/baseline_source.hpp"

#include <algorithm>
#include <utility>

#include "data/baselines/baseline_bands.hpp"

namespace unetsr::pipeline {
namespace {

void append(std::vector<data::Layer>& layers, std::vector<data::Layer> window) {
  if (layers.empty()) {
    layers = std::move(window);
    return;
  }
  for (size_t k = 0; k < layers.size(); ++k)
    layers[k].values.insert(layers[k].values.end(), window[k].values.begin(), window[k].values.end());
}

// The coarse layers of all windows with denoised bands, and the names of the fine ones.
data::Dataset denoised_coarse(const data::GranuleWindows& granules) {
  data::BaselineBands all;
  for (int w = 0; w < int(granules.coarse.windows.size()); ++w) {
    data::BaselineBands own = data::denoised_bands(granules.read(w));
    if (own.fine.empty()) break;
    append(all.coarse, std::move(own.coarse));
    if (w > 0) continue;
    for (data::Layer& layer : own.fine) all.fine.push_back({layer.name, layer.units, layer.long_name, {}});
  }
  return data::with_bands(granules.coarse, all);
}

bool has_bands(const data::Dataset& granules, const MapBaseline& baseline) {
  return !baseline.bands.empty() && std::all_of(baseline.bands.begin(), baseline.bands.end(),
                                                [&](const std::string& band) { return granules.has(band); });
}

// Baselines that are fitted and made together.
class Making {
 public:
  Making(const BaselineSource& source, std::span<const BaselineOfBands> baselines, const data::Mask& training,
         const ReadSoundingsToFit& read, const data::ShareReached& reached)
      : source_(source), read_(read), reached_(reached) {
    for (const BaselineOfBands& b : baselines)
      tasks_.push_back({b, b.baseline.fit(source.coarse(b.denoised), training), nullptr});
  }

  std::vector<BaselineMap> make(const std::filesystem::path& folder) {
    if (std::any_of(tasks_.begin(), tasks_.end(), [](const Task& t) { return t.is_fitted(); })) look();
    for (Task& task : tasks_) task.maps = std::make_shared<MapStore>(folder, source_.windows(), source_.grid().cells());
    for (int w = 0; w < source_.windows(); ++w) {
      const BaselineSource::Window granules = source_.read(w);
      for (size_t k = 0; k < tasks_.size(); ++k) {
        tasks_[k].maps->write(w, tasks_[k].fit->map(of_window(tasks_[k], w, granules, nullptr)));
        reached_((double(w) + double(k + 1) / double(tasks_.size())) / source_.windows());
      }
    }
    std::vector<BaselineMap> made;
    for (Task& task : tasks_) made.push_back({task.baseline, std::move(task.maps)});
    return made;
  }

 private:
  struct Task {
    BaselineOfBands baseline;
    std::unique_ptr<data::FittedBaseline> fit;
    std::shared_ptr<MapStore> maps;

    bool is_fitted() const { return baseline.baseline.fitted_to != FittedTo::nothing; }
    bool takes_soundings() const { return baseline.baseline.fitted_to == FittedTo::soundings; }
  };

  static data::BaselineWindow of_window(const Task& task, int window, const BaselineSource::Window& granules,
                                        const SoundingsToFit* soundings) {
    data::BaselineWindow w{window, task.baseline.denoised ? granules.denoised : granules.granules};
    if (soundings) w.soundings = soundings->cells.get(), w.training = soundings->training;
    return w;
  }

  // Omits what is fitted to soundings where they are too few.
  void look() {
    int64_t count = 0;
    const bool reads = std::any_of(tasks_.begin(), tasks_.end(), [](const Task& t) { return t.takes_soundings(); });
    for (int w = 0; w < source_.windows(); ++w) {
      const BaselineSource::Window granules = source_.read(w);
      const std::optional<SoundingsToFit> soundings = reads ? read_(w) : std::nullopt;
      if (soundings) count += std::count(soundings->training.begin(), soundings->training.end(), 1);
      for (Task& task : tasks_)
        if (task.is_fitted() && (soundings || !task.takes_soundings()))
          task.fit->add(of_window(task, w, granules, soundings ? &*soundings : nullptr));
      reached_(0);
    }
    if (count < least_to_fit) std::erase_if(tasks_, [](const Task& task) { return task.takes_soundings(); });
  }

  const BaselineSource& source_;
  const ReadSoundingsToFit& read_;
  const data::ShareReached& reached_;
  std::vector<Task> tasks_;
};

}  // namespace

BaselineSource::BaselineSource(data::GranuleWindows granules, bool with_soundings,
                               const std::vector<std::string>& methods)
    : granules_(std::move(granules)), denoised_(denoised_coarse(granules_)) {
  for (const MapBaseline& baseline : map_baselines(granules_.coarse, with_soundings)) {
    if (!methods.empty() && std::find(methods.begin(), methods.end(), baseline.name) == methods.end()) continue;
    baselines_.push_back({baseline, false});
    if (has_bands(denoised_, baseline)) baselines_.push_back({baseline, true});
  }
}

void BaselineSource::set_coarse_sif(const std::vector<float>& sif, const std::vector<float>& error) {
  for (data::Dataset* dataset : {&granules_.coarse, &denoised_})
    for (data::Layer& layer : dataset->coarse_layers) {
      if (layer.name == data::coarse_layer) layer.values = sif;
      if (layer.name == data::coarse_error_layer) layer.values = error;
    }
}

BaselineSource::Window BaselineSource::read(int window) const {
  Window read{granules_.read(window), {}};
  for (data::Layer& layer : read.granules.coarse_layers) {
    const std::vector<float>& all =
        std::find_if(granules_.coarse.coarse_layers.begin(), granules_.coarse.coarse_layers.end(),
                     [&](const data::Layer& other) { return other.name == layer.name; })
            ->values;
    const auto first = all.begin() + std::ptrdiff_t(layer.values.size() * size_t(window));
    std::copy_n(first, layer.values.size(), layer.values.begin());
  }
  if (!denoised_.layers.empty()) read.denoised = data::with_bands(read.granules, data::denoised_bands(read.granules));
  return read;
}

std::vector<BaselineMap> make_baselines(const BaselineSource& source, std::span<const BaselineOfBands> baselines,
                                        const data::Mask& training, const ReadSoundingsToFit& read,
                                        const std::filesystem::path& folder, const data::ShareReached& reached) {
  if (baselines.empty()) return {};
  return Making(source, baselines, training, read, reached).make(folder);
}

}  // namespace unetsr::pipeline
