#include "pipeline/prepare/sounding_stream.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "data/formats/sounding_name.hpp"
#include "kernels/parallel.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/inputs/isolated_readers.hpp"

namespace unetsr::pipeline {

void SoundingStream::read(const std::filesystem::path& file, int32_t index, double forget_before) {
  constexpr size_t part = 200000;
  data::Screens screens = screens_;
  if (const data::SoundingName name = data::sounding_name(file); name.dated())
    screens.first_time = name.first, screens.last_time = name.last;
  const auto take = [&](data::Soundings s) {
    stop_if_interrupted();
    s.file.assign(s.size(), index);
    put(s, choose(s, screens));
  };
  isolated::read_soundings(file, part, take, source_);
  forget(forget_before);
}

// Those that pass and have not come before.
std::vector<SoundingStream::Chosen> SoundingStream::choose(const data::Soundings& s, const data::Screens& screens) {
  std::vector<Chosen> chosen;
  data::SeenSoundings of_part(s);
  for (size_t i = 0; i < s.size(); ++i) {
    if (!data::passes(screens, s, i, counts.screens)) continue;
    const int day = int(std::floor(s.time[i] / 86400));
    std::vector<size_t> windows = data::windows_of(windows_, day);
    if (windows.empty()) {
      ++counts.other_days[day];
    } else if (!days_.holds(day)) {
      ++counts.not_asked_for;
    } else if (seen_->has(s, i) || of_part.has(s, i)) {
      ++counts.duplicates;
    } else {
      of_part.add(i);
      chosen.push_back({i, std::move(windows)});
    }
  }
  return chosen;
}

std::vector<data::FootprintCover> SoundingStream::covers_of(const data::Soundings& s,
                                                            const std::vector<Chosen>& chosen) const {
  std::vector<data::FootprintCover> covers(chosen.size());
  parallel_ranges(int64_t(chosen.size()), 256, [&](int64_t begin, int64_t end) {
    for (int64_t k = begin; k < end; ++k)
      covers[size_t(k)] = data::cover_of(placer_, method_, blocks_, s, chosen[size_t(k)].sounding);
  });
  return covers;
}

void SoundingStream::bin(const data::Soundings& s, const Chosen& own, const data::FootprintCover& cover) {
  for (const size_t window : own.windows)
    for (const int64_t block : cover.blocks)
      bins_.add(int64_t(window) * blocks_.count() + block, s, own.sounding, cover.cells, block == cover.blocks.front());
}

void SoundingStream::put(const data::Soundings& s, const std::vector<Chosen>& chosen) {
  const std::vector<data::FootprintCover> covers = covers_of(s, chosen);
  for (size_t k = 0; k < chosen.size(); ++k) {
    const data::FootprintCover& cover = covers[k];
    ++(cover.placement == data::Placement::inside      ? counts.placement.placed
       : cover.placement == data::Placement::over_pole ? counts.placement.over_pole
       : cover.placement == data::Placement::off_map   ? counts.placement.off_map
                                                       : counts.placement.outside);
    if (cover.placement != data::Placement::inside) continue;
    bin(s, chosen[k], cover);
    counts.shared += chosen[k].windows.size() > 1;
    for (const size_t window : chosen[k].windows) ++placed_in_[window];
    remember(s, chosen[k].sounding);
  }
  note_columns(s);
}

void SoundingStream::add_stored(const data::Soundings& s, size_t window, const data::Mask& stored, int64_t block,
                                const TimeRange& near) {
  std::vector<Chosen> all;
  for (size_t i = 0; i < s.size(); ++i) {
    all.push_back({i, {window}});
    const std::vector<size_t> holding = data::windows_of(windows_, int(std::floor(s.time[i] / 86400)));
    const auto first = std::find_if(holding.begin(), holding.end(), [&](size_t w) { return stored[w]; });
    if (first == holding.end() || *first != window) continue;
    for (const size_t w : holding)
      if (!stored[w]) all.back().windows.push_back(w);
  }
  const std::vector<data::FootprintCover> covers = covers_of(s, all);
  for (size_t i = 0; i < s.size(); ++i) {
    if (covers[i].blocks.empty() || covers[i].blocks.front() != block) continue;
    bin(s, all[i], covers[i]);
    if (s.time[i] >= near.first && s.time[i] <= near.last) remember(s, i);
  }
  note_columns(s);
}

void SoundingStream::note_columns(const data::Soundings& s) {
  has_[0] |= !s.orbit.empty(), has_[1] |= !s.scanline.empty(), has_[2] |= !s.pixel.empty();
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
