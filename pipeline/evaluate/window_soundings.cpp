#include "pipeline/evaluate/window_soundings.hpp"

#include "data/dataset/dated_windows.hpp"

namespace unetsr::pipeline {
namespace {

data::Dataset header_of(const data::Dataset& dataset) {
  data::Dataset header;
  header.grid = dataset.grid, header.windows = dataset.windows, header.window_days = dataset.window_days;
  header.coarse_factor = dataset.coarse_factor;
  return header;
}

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
    : header_(header_of(file.description())), any_(file.soundings() > 0) {
  read_ = [&file](data::WindowRange windows) {
    return file.read_soundings(windows, data::whole(file.description().grid));
  };
}

WindowSoundings::WindowSoundings(const data::Dataset& dataset)
    : header_(header_of(dataset)), any_(dataset.soundings.size() > 0) {
  read_ = [&dataset](data::WindowRange) { return dataset.soundings; };
}

std::optional<data::SoundingCells> WindowSoundings::of(int window, const data::FootprintEstimate& footprints) const {
  data::Dataset own = header_;
  own.windows = {header_.windows.at(size_t(window))};
  own.soundings = belonging_to(window, header_, read_({window, 1}));
  if (own.soundings.size() == 0) return std::nullopt;
  return data::SoundingCells(own, footprints);
}

data::SoundingCells WindowSoundings::all(const data::FootprintEstimate& footprints) const {
  data::Dataset own = header_;
  own.soundings = read_({0, int(header_.windows.size())});
  return data::SoundingCells(own, footprints);
}

}  // namespace unetsr::pipeline
