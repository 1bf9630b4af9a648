#include "pipeline/explain/held_out_soundings.hpp"

#include <utility>

#include "data/dataset/missing.hpp"
#include "data/footprints/each_sounding.hpp"

namespace unetsr::pipeline {
namespace {

class SoundingScores : public VariantScores {
 public:
  SoundingScores(std::shared_ptr<const HeldOutSoundings> soundings, size_t variants)
      : soundings_(std::move(soundings)), predicted_(soundings_->store()) {
    const std::vector<float> none(soundings_->size(), data::missing);
    predicted_.reserve(variants * none.size());
    for (size_t v = 0; v < variants; ++v) {
      predicted_.append(none);
      predicted_.release(v * none.size(), none.size());
    }
  }

  void add(size_t variant, int window, const data::Mask&, const Maps& maps) override {
    soundings_->predict(window, maps, predicted_, variant * soundings_->size());
  }
  data::Metrics metrics(size_t variant) const override {
    const size_t count = soundings_->size();
    const data::Metrics m = data::score(predicted_.span().subspan(variant * count, count), soundings_->measured());
    predicted_.release(variant * count, count);
    return m;
  }

 private:
  std::shared_ptr<const HeldOutSoundings> soundings_;
  data::StoredArray<float> predicted_;  // (variants, compared soundings)
};

}  // namespace

HeldOutSoundings::HeldOutSoundings(const data::DatasetFile& file, const data::Split& split, const FinishedRun& run,
                                   const data::ArrayStore& store)
    : store_(store),
      comparison_(file, split, run.cloud_shielding, run.footprints, store),
      of_window_(file.description().windows.size()) {
  const std::vector<uint8_t> halves = comparison_.halves(0);
  for (uint8_t half = 0; half < 2; ++half) {
    coarse_sif_[half] =
        data::coarse_sif(comparison_.soundings(), comparison_.dataset(), soundings_of_half(halves, half));
    data::for_each_sounding(comparison_.soundings(), [&](size_t i) {
      if (!comparison_.is_compared(i, halves, half, {data::Role::test})) return;
      of_window_[size_t(comparison_.soundings()[i].window)].push_back(uint32_t(compared_.size()));
      compared_.push_back(uint32_t(i));
      measured_.push_back(comparison_.soundings()[i].sif);
    });
    if (half == 0) of_first_half_ = compared_.size();
  }
}

std::unique_ptr<VariantScores> HeldOutSoundings::scores(size_t variants) const {
  return std::make_unique<SoundingScores>(shared_from_this(), variants);
}

void HeldOutSoundings::predict(int window, const Maps& maps, data::StoredArray<float>& predicted, size_t first) const {
  const data::SoundingCells& soundings = comparison_.soundings();
  size_t least = soundings.size(), last = 0;
  for (const uint32_t place : of_window_[size_t(window)]) {
    const size_t i = compared_[place];
    const std::vector<float>& map = place < of_first_half_ ? maps.front() : maps.back();
    predicted[first + place] =
        float(soundings.clear_share(i, comparison_.cloud_shielding()) * comparison_.mean_of(i, map));
    least = std::min(least, i), last = std::max(last, i + 1);
  }
  soundings.release(least, last);
  predicted.release(first, size());
}

}  // namespace unetsr::pipeline
