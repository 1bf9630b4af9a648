#include "pipeline/prepare/sounding_stream.hpp"

#include <cereal/types/map.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "data/formats/sounding_name.hpp"
#include "kernels/parallel.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/inputs/archives.hpp"
#include "pipeline/inputs/isolated_readers.hpp"

namespace unetsr::pipeline {

namespace {

using data::ScreenCounts;
using PlacementCounts = data::WindowGridder::Counts;

constexpr int64_t ScreenCounts::*screen_counts[] = {&ScreenCounts::read,
                                                    &ScreenCounts::missing,
                                                    &ScreenCounts::cloud,
                                                    &ScreenCounts::vza,
                                                    &ScreenCounts::sza,
                                                    &ScreenCounts::error,
                                                    &ScreenCounts::rejected,
                                                    &ScreenCounts::impossible_place,
                                                    &ScreenCounts::impossible_time,
                                                    &ScreenCounts::impossible_sif,
                                                    &ScreenCounts::impossible_angle,
                                                    &ScreenCounts::impossible_cloud};
static_assert(sizeof screen_counts / sizeof *screen_counts * sizeof(int64_t) == sizeof(ScreenCounts));

constexpr int64_t PlacementCounts::*placement_counts[] = {&PlacementCounts::placed, &PlacementCounts::outside,
                                                          &PlacementCounts::over_pole, &PlacementCounts::off_map};
static_assert(sizeof placement_counts / sizeof *placement_counts * sizeof(int64_t) == sizeof(PlacementCounts));

template <class Archive>
void serialize_counts(Archive& archive, SoundingCounts& c) {
  for (const auto member : screen_counts) archive(c.screens.*member);
  for (const auto member : placement_counts) archive(c.placement.*member);
  archive(c.not_asked_for, c.duplicates, c.other_days, c.shared);
}

}  // namespace

SoundingCounts& SoundingCounts::operator+=(const SoundingCounts& other) {
  for (const auto member : screen_counts) screens.*member += other.screens.*member;
  for (const auto member : placement_counts) placement.*member += other.placement.*member;
  not_asked_for += other.not_asked_for, duplicates += other.duplicates, shared += other.shared;
  for (const auto& [day, count] : other.other_days) other_days[day] += count;
  return *this;
}

// A sounding and the windows in which it counts.
struct SoundingStream::Chosen {
  size_t sounding;
  std::vector<size_t> windows;
};

// Soundings on the grid of one part of a file, as one process found them, that may have come before; with what the
// others were. Or the end of a file.
struct SoundingStream::Selected {
  data::Soundings soundings;
  std::vector<std::vector<size_t>> windows;
  std::vector<data::Part> cells;
  std::vector<std::vector<int64_t>> blocks;
  SoundingCounts counts;  // without those here
  std::array<bool, 3> has = {};
  bool is_end = false;
  double seconds = 0;  // at the end

  template <class Archive>
  void serialize(Archive& archive) {
    archive(soundings, windows);
    size_t count = cells.size();
    archive(count);
    cells.resize(count);
    for (data::Part& part : cells) archive(part.row, part.column, part.rows, part.columns);
    archive(blocks, has, is_end, seconds);
    serialize_counts(archive, counts);
  }
};

void SoundingStream::read(const std::vector<File>& files, Turns& turns,
                          const std::function<void(size_t file, double seconds)>& done) {
  constexpr size_t part = 200000;
  const auto make = [&](int64_t number, const auto& emit) {
    const File& file = files[size_t(number)];
    const auto start = std::chrono::steady_clock::now();
    data::Screens screens = screens_;
    if (const data::SoundingName name = data::sounding_name(file.path); name.dated())
      screens.first_time = name.first, screens.last_time = name.last;
    isolated::read_soundings(
        file.path, part,
        [&](data::Soundings s) {
          stop_if_interrupted();
          s.file.assign(s.size(), file.index);
          emit(select(s, screens));
        },
        source_);
    Selected end;
    end.is_end = true, end.seconds = seconds_since(start);
    emit(std::move(end));
  };
  turns.for_all<Selected>(int64_t(files.size()), make, [&](int64_t number, const Selected& selected) {
    if (!selected.is_end) return take(selected);
    forget(files[size_t(number)].forget_before);
    done(size_t(number), selected.seconds);
  });
}

// Those that pass and lie on the grid.
SoundingStream::Selected SoundingStream::select(const data::Soundings& s, const data::Screens& screens) const {
  Selected selected;
  std::vector<Chosen> chosen;
  for (size_t i = 0; i < s.size(); ++i) {
    if (!data::passes(screens, s, i, selected.counts.screens)) continue;
    const int day = int(std::floor(s.time[i] / 86400));
    std::vector<size_t> windows = data::windows_of(windows_, day);
    if (windows.empty())
      ++selected.counts.other_days[day];
    else if (!days_.holds(day))
      ++selected.counts.not_asked_for;
    else
      chosen.push_back({i, std::move(windows)});
  }
  place(s, std::move(chosen), selected);
  return selected;
}

SoundingStream::Selected SoundingStream::select_stored(const data::Soundings& s, size_t window,
                                                       const data::Mask& stored, int64_t block) const {
  std::vector<Chosen> all;
  for (size_t i = 0; i < s.size(); ++i) {
    all.push_back({i, {window}});
    const std::vector<size_t> holding = data::windows_of(windows_, int(std::floor(s.time[i] / 86400)));
    const auto first = std::find_if(holding.begin(), holding.end(), [&](size_t w) { return stored[w]; });
    if (first == holding.end() || *first != window) continue;
    for (const size_t w : holding)
      if (!stored[w]) all.back().windows.push_back(w);
  }
  Selected placed, selected;
  place(s, std::move(all), placed);
  selected.has = placed.has;
  for (size_t i = 0; i < placed.blocks.size(); ++i) {
    if (placed.blocks[i].front() != block) continue;
    selected.soundings.append(placed.soundings, i);
    selected.windows.push_back(std::move(placed.windows[i])), selected.cells.push_back(placed.cells[i]);
    selected.blocks.push_back(std::move(placed.blocks[i]));
  }
  return selected;
}

void SoundingStream::place(const data::Soundings& s, std::vector<Chosen> chosen, Selected& selected) const {
  std::vector<data::FootprintCover> covers(chosen.size());
  parallel_ranges(int64_t(chosen.size()), 256, [&](int64_t begin, int64_t end) {
    for (int64_t k = begin; k < end; ++k)
      covers[size_t(k)] = data::cover_of(placer_, method_, blocks_, s, chosen[size_t(k)].sounding);
  });
  for (size_t k = 0; k < chosen.size(); ++k) {
    if (covers[k].placement != data::Placement::inside) {
      ++selected.counts.placement.of(covers[k].placement);
      continue;
    }
    selected.soundings.append(s, chosen[k].sounding);
    selected.windows.push_back(std::move(chosen[k].windows));
    selected.cells.push_back(covers[k].cells), selected.blocks.push_back(std::move(covers[k].blocks));
  }
  selected.has = {!s.orbit.empty(), !s.scanline.empty(), !s.pixel.empty()};
}

void SoundingStream::take(const Selected& selected) {
  counts += selected.counts;
  for (size_t i = 0; i < selected.soundings.size(); ++i) {
    if (seen_->has(selected.soundings, i)) {
      ++counts.duplicates;
      continue;
    }
    ++counts.placement.placed;
    counts.shared += selected.windows[i].size() > 1;
    for (const size_t window : selected.windows[i]) ++placed_in_[window];
    bin(selected, i);
    remember(selected.soundings, i);
  }
  note_columns(selected);
}

void SoundingStream::add_stored(const data::Mask& windows, const Stored& stored, const TimeRange& near, Turns& turns,
                                const std::function<void(double share)>& reached) {
  std::vector<size_t> own;
  for (size_t w = 0; w < windows.size(); ++w)
    if (windows[w]) own.push_back(w);
  const int64_t blocks = blocks_.count(), all = int64_t(own.size()) * blocks;
  const auto make = [&](int64_t number, const auto& emit) {
    stop_if_interrupted();
    const size_t window = own[size_t(number / blocks)];
    emit(select_stored(stored(window, number % blocks), window, windows, number % blocks));
  };
  turns.for_all<Selected>(all, make, [&](int64_t number, const Selected& selected) {
    take_stored(selected, near);
    reached(double(number + 1) / double(all));
  });
}

void SoundingStream::take_stored(const Selected& selected, const TimeRange& near) {
  const data::Soundings& s = selected.soundings;
  for (size_t i = 0; i < s.size(); ++i) {
    bin(selected, i);
    if (s.time[i] >= near.first && s.time[i] <= near.last) remember(s, i);
  }
  note_columns(selected);
}

void SoundingStream::note_columns(const Selected& selected) {
  for (size_t c = 0; c < has_.size(); ++c) has_[c] |= selected.has[c];
}

void SoundingStream::bin(const Selected& selected, size_t i) {
  const std::vector<int64_t>& blocks = selected.blocks[i];
  for (const size_t window : selected.windows[i])
    for (const int64_t block : blocks)
      if (processes().is_first() || Turns::is_own(block))
        bins_.add(int64_t(window) * blocks_.count() + block, selected.soundings, i, selected.cells[i],
                  block == blocks.front());
}

void SoundingStream::remember(const data::Soundings& s, size_t i) {
  known_.longitude.push_back(s.longitude[i]), known_.latitude.push_back(s.latitude[i]);
  known_.time.push_back(s.time[i]), known_.sif.push_back(s.sif[i]), known_.error.push_back(s.error[i]);
  const auto index = [&](const std::vector<int32_t>& column) { return column.empty() ? -1 : column[i]; };
  known_.orbit.push_back(index(s.orbit)), known_.scanline.push_back(index(s.scanline));
  known_.pixel.push_back(index(s.pixel));
  seen_->add(known_.size() - 1);
}

// Twice as many as are needed at most, so that sorting them out costs little.
void SoundingStream::forget(double before) {
  const auto old = [&](double time) { return time < before; };
  if (2 * std::count_if(known_.time.begin(), known_.time.end(), old) <= int64_t(known_.size())) return;
  data::Soundings all;
  std::swap(all, known_);
  seen_.emplace(known_);
  for (size_t i = 0; i < all.size(); ++i)
    if (!old(all.time[i])) remember(all, i);
}

std::vector<std::string> SoundingStream::known_columns() const {
  std::vector<std::string> names = {"file"};
  const char* columns[] = {"orbit", "scanline", "pixel"};
  for (size_t i = 0; i < has_.size(); ++i)
    if (has_[i]) names.emplace_back(columns[i]);
  if (data::any_overlap(windows_)) names.emplace_back("window");
  return names;
}

}  // namespace unetsr::pipeline
