#pragma once
#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/dataset/file_blocks.hpp"
#include "data/dataset/mask.hpp"
#include "data/dataset/screens.hpp"
#include "data/dataset/seen_soundings.hpp"
#include "data/dataset/soundings.hpp"
#include "data/footprints/footprint_cover.hpp"
#include "data/footprints/gridding.hpp"
#include "data/formats/sounding_reader.hpp"
#include "pipeline/console/day_range.hpp"
#include "pipeline/prepare/sounding_bins.hpp"
#include "pipeline/processes/turns.hpp"

namespace unetsr::pipeline {

// read = removed by the screens + on days of no window + not asked for + duplicates + placement: each sounding is
// counted once, in however many windows it is.
struct SoundingCounts {
  data::ScreenCounts screens;
  data::WindowGridder::Counts placement;
  int64_t not_asked_for = 0;          // passed the screens on a day that is none of `days`
  int64_t duplicates = 0;             // on the map already, from another file or the same one; not in `placement`
  std::map<int, int64_t> other_days;  // passed the screens on a day (since 1970-01-01) of no window
  int64_t shared = 0;                 // of those placed: on a day of several windows, and in each of them

  SoundingCounts& operator+=(const SoundingCounts&);
};

// Reads files, part by part, and puts each sounding that passes the screens and lies on the grid into the bins of its
// blocks, in every window that holds its day, the first time that it comes: bin = window x blocks + block. Windows are
// in the order of time. Processes read files in turn; all know what is in the bins, but only the first has all
// soundings, the others those of the blocks that they make (Turns::is_own). What it is given outlives it.
class SoundingStream {
 public:
  SoundingStream(const std::vector<data::Window>& windows, const DayRange& days, const data::Screens& screens,
                 const data::SoundingSource& source, const data::Grid& grid, data::GriddingMethod method,
                 const data::FileBlocks& blocks, SoundingBins& bins)
      : windows_(windows),
        days_(days),
        screens_(screens),
        source_(source),
        placer_(grid),
        method_(method),
        blocks_(blocks),
        bins_(bins),
        seen_(std::in_place, known_),
        placed_in_(windows.size(), 0) {}
  SoundingStream(const SoundingStream&) = delete;

  struct File {
    std::filesystem::path path;
    int32_t index;         // among the inputs of the dataset's provenance
    double forget_before;  // no later file has a sounding from before (seconds since 1970-01-01)
  };
  // In the files' order; `done(file, seconds)` after each one.
  void read(const std::vector<File>& files, Turns&, const std::function<void(size_t file, double seconds)>& done);

  // Soundings of a dataset that is added to. Of those that stored(window, block) returns the ones whose first block is
  // this one go into the bins of the window, and, from the first of that dataset's windows with their day, into those
  // of the windows that are new (not in `windows`). Times that lie in `near` are known from here on.
  struct TimeRange {
    double first, last;
  };
  using Stored = std::function<data::Soundings(size_t window, int64_t block)>;
  void add_stored(const data::Mask& windows, const Stored& stored, const TimeRange& near, Turns&,
                  const std::function<void(double share)>& reached);

  SoundingCounts counts;
  // How many soundings of files went into the bins of a window.
  int64_t placed_in(size_t window) const { return placed_in_[window]; }
  // The optional columns of the soundings that were read.
  std::vector<std::string> known_columns() const;

 private:
  struct Chosen;
  struct Selected;
  Selected select(const data::Soundings&, const data::Screens&) const;
  Selected select_stored(const data::Soundings&, size_t window, const data::Mask& stored, int64_t block) const;
  void place(const data::Soundings&, std::vector<Chosen>, Selected&) const;
  void take(const Selected&);
  void take_stored(const Selected&, const TimeRange& near);
  void note_columns(const Selected&);
  void bin(const Selected&, size_t i);
  void remember(const data::Soundings&, size_t i);
  void forget(double before);

  const std::vector<data::Window>& windows_;
  DayRange days_;
  data::Screens screens_;
  data::SoundingSource source_;
  data::FootprintPlacer placer_;
  data::GriddingMethod method_;
  const data::FileBlocks& blocks_;
  SoundingBins& bins_;
  data::Soundings known_;  // those in the bins, without the columns that SeenSoundings does not read
  std::optional<data::SeenSoundings> seen_;
  std::vector<int64_t> placed_in_;
  std::array<bool, 3> has_ = {};  // orbit, scanline, pixel
};

}  // namespace unetsr::pipeline
