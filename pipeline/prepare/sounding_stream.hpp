#pragma once
#include <filesystem>
#include <map>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/dataset/screens.hpp"
#include "data/dataset/seen_soundings.hpp"
#include "data/dataset/soundings.hpp"
#include "data/footprints/gridding.hpp"

namespace unetsr::pipeline {

// read = removed by the screens + on days of no window + duplicates + placement: each sounding is counted once.
struct SoundingCounts {
  data::ScreenCounts screens;
  data::WindowGridder::Counts placement;
  int64_t duplicates = 0;             // on the map already, from another file or the same one
  std::map<int, int64_t> other_days;  // passed the screens on a day (since 1970-01-01) of no window
};

// Reads file after file, part by part, and hands each sounding that passes the screens to its window's gridder, the
// first time that it comes; those on the grid are also kept. What it is given outlives it.
class SoundingStream {
 public:
  SoundingStream(const std::vector<data::Window>& windows, const data::Screens& screens,
                 std::vector<data::WindowGridder>& gridders, data::Soundings& kept)
      : windows_(windows), screens_(screens), gridders_(gridders), kept_(kept), seen_(kept) {}
  SoundingStream(const SoundingStream&) = delete;

  // `index`: the file's among the inputs of the dataset's provenance.
  void read(const std::filesystem::path& file, int32_t index);

  SoundingCounts counts;

 private:
  std::vector<std::vector<size_t>> choose(const data::Soundings&, const data::Screens&);

  const std::vector<data::Window>& windows_;
  data::Screens screens_;
  std::vector<data::WindowGridder>& gridders_;
  data::Soundings& kept_;
  data::SeenSoundings seen_;  // of those kept
};

}  // namespace unetsr::pipeline
