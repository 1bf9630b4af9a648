#pragma once
#include <array>
#include <filesystem>
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

namespace unetsr::pipeline {

// read = removed by the screens + on days of no window + not asked for + duplicates + placement: each sounding is
// counted once, in however many windows it is.
struct SoundingCounts {
  data::ScreenCounts screens;
  data::WindowGridder::Counts placement;
  int64_t not_asked_for = 0;          // passed the screens on a day that is none of `days`
  int64_t duplicates = 0;             // on the map already, from another file or the same one
  std::map<int, int64_t> other_days;  // passed the screens on a day (since 1970-01-01) of no window
  int64_t shared = 0;                 // of those placed: on a day of several windows, and in each of them
};

// Reads file after file, part by part, and puts each sounding that passes the screens and lies on the grid into the
// bins of its blocks, in every window that holds its day, the first time that it comes: bin = window x blocks + block.
// Windows are in the order of time. What it is given outlives it.
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

  // `index`: the file's among the inputs of the dataset's provenance. No later file has a sounding from before
  // `forget_before` (seconds since 1970-01-01), so that those need not be known any more.
  void read(const std::filesystem::path& file, int32_t index, double forget_before);

  // Soundings of a dataset that is added to, of one window of it: those of `s` whose first block is this one go into
  // the bins of the window, and, from the first of that dataset's windows with their day, into those of the windows
  // that are new (not in `stored`). Times that lie in `near` are known from here on.
  struct TimeRange {
    double first, last;
  };
  void add_stored(const data::Soundings& s, size_t window, const data::Mask& stored, int64_t block,
                  const TimeRange& near);

  SoundingCounts counts;
  // How many soundings of files went into the bins of a window.
  int64_t placed_in(size_t window) const { return placed_in_[window]; }
  // The optional columns of the soundings that were read.
  std::vector<std::string> known_columns() const;

 private:
  // A sounding and the windows, neighbours of each other, in which it counts.
  struct Chosen {
    size_t sounding;
    std::vector<size_t> windows;
  };
  std::vector<Chosen> choose(const data::Soundings&, const data::Screens&);
  std::vector<data::FootprintCover> covers_of(const data::Soundings&, const std::vector<Chosen>&) const;
  void bin(const data::Soundings&, const Chosen&, const data::FootprintCover&);
  void put(const data::Soundings&, const std::vector<Chosen>&);
  void note_columns(const data::Soundings&);
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
