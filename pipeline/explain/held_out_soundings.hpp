#pragma once
#include <array>
#include <memory>
#include <vector>

#include "data/dataset/dataset_file.hpp"
#include "pipeline/explain/held_out_maps.hpp"
#include "pipeline/train/sounding_comparison.hpp"

namespace unetsr::pipeline {

// The soundings that a run held out, with halves of the days: maps of one half are scored on the soundings of the
// other, as SoundingComparison::scored has it. What is made of all soundings lies in the store.
class HeldOutSoundings : public std::enable_shared_from_this<HeldOutSoundings> {
 public:
  HeldOutSoundings(const data::DatasetFile&, const data::Split&, const FinishedRun&, const data::ArrayStore&);

  // Of a half of the days.
  const data::CoarseSif& coarse_sif(int half) const { return coarse_sif_[size_t(half)]; }
  // A map of one window is that of both halves.
  std::unique_ptr<VariantScores> scores(size_t variants) const;

  // Compared soundings: those of maps of the first half, then those of the second, in the order of the soundings.
  size_t size() const { return compared_.size(); }
  const std::vector<float>& measured() const { return measured_; }
  // The predictions of those in a window.
  void predict(int window, const Maps&, data::StoredArray<float>& predicted, size_t first) const;
  const data::ArrayStore& store() const { return store_; }

 private:
  data::ArrayStore store_;
  SoundingComparison comparison_;
  std::array<data::CoarseSif, 2> coarse_sif_;
  std::vector<uint32_t> compared_;
  std::vector<float> measured_;
  size_t of_first_half_ = 0;
  std::vector<std::vector<uint32_t>> of_window_;  // places among the compared
};

}  // namespace unetsr::pipeline
