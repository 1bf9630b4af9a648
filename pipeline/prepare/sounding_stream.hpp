#pragma once
#include <filesystem>
#include <optional>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/dataset/screens.hpp"
#include "data/dataset/soundings.hpp"
#include "data/footprints/gridding.hpp"

namespace unetsr::pipeline {

struct SoundingCounts {
  data::ScreenCounts screens;
  data::WindowGridder::Counts placement;
  int64_t other_days = 0;  // passed the screens on a day of no window
};

// Reads file after file, part by part, and hands each sounding that passes the screens to its window's gridder; those
// on the grid are also kept. What it is given outlives it.
class SoundingStream {
 public:
  SoundingStream(const std::vector<data::Window>& windows, const data::Screens& screens,
                 std::vector<data::WindowGridder>& gridders, data::Soundings& kept)
      : windows_(windows), screens_(screens), gridders_(gridders), kept_(kept) {}

  void read(const std::filesystem::path& file);

  SoundingCounts counts;

 private:
  std::optional<size_t> window_of(int day) const;

  const std::vector<data::Window>& windows_;
  data::Screens screens_;
  std::vector<data::WindowGridder>& gridders_;
  data::Soundings& kept_;
};

}  // namespace unetsr::pipeline
