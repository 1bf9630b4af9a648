#include "pipeline/evaluate/window_soundings.hpp"

#include "data/dataset/dataset_header.hpp"
#include "data/dataset/dated_windows.hpp"

namespace unetsr::pipeline {
namespace {

// A day at the turn of the year lies in two windows by itself, and belongs to one of all.
data::Soundings belonging_to(int window, const data::Dataset& header, const data::Soundings& soundings) {
  const data::SoundingWindows windows(header);
  data::Soundings own;
  for (size_t i = 0; i < soundings.size(); ++i) {
    const auto of = windows.of(soundings, i);
    if (of && int(*of) == window) own.append(soundings, i);
  }
  return own;
}

}  // namespace

WindowSoundings::WindowSoundings(const data::DatasetFile& file)
    : header_(header_of(file.description())), any_(file.soundings() > 0), file_(&file) {}

WindowSoundings::WindowSoundings(const data::Dataset& dataset)
    : header_(header_of(dataset)), any_(dataset.soundings.size() > 0), held_(&dataset) {}

std::optional<data::SoundingCells> WindowSoundings::of(int window, const data::FootprintEstimate& footprints) const {
  data::Dataset own = data::header_of(header_, window);
  own.soundings = belonging_to(
      window, header_, file_ ? file_->read_soundings({window, 1}, data::whole(header_.grid)) : held_->soundings);
  if (own.soundings.size() == 0) return std::nullopt;
  return data::SoundingCells(own, footprints);
}

data::SoundingCells WindowSoundings::clear(const SoundingsAsMeasured& measured, const data::ArrayStore& store) const {
  if (file_)
    return data::SoundingCells(*file_, {0, int(header_.windows.size())}, measured.footprints, measured.cloud_shielding,
                               store);
  data::SoundingCells clear(*held_, measured.footprints);
  clear.clear_clouds(measured.cloud_shielding);
  return clear;
}

}  // namespace unetsr::pipeline
