#include "pipeline/prepare/sounding_bins.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "data/dataset/sounding_columns.hpp"

namespace unetsr::pipeline {

struct SoundingBins::Record {
  int64_t bin;
  double longitude, latitude, time;
  std::array<double, 4> longitudes, latitudes;
  float sif, error, sza, vza, cloud_fraction;
  int32_t file, orbit, scanline, pixel;
  data::Part cells;
  int32_t first;
};

SoundingBins::SoundingBins(data::ScratchFile& scratch, int64_t bins, size_t held)
    : scratch_(scratch), most_(std::max<size_t>(1000, held / sizeof(Record))), firsts_(size_t(bins), 0) {}

SoundingBins::~SoundingBins() = default;

void SoundingBins::add(int64_t bin, const data::Soundings& s, size_t i, const data::Part& cells, bool first) {
  if (held_.capacity() < most_) held_.reserve(most_);  // growing would hold twice as many for a while
  const auto known = [&](const std::vector<int32_t>& column) { return column.empty() ? -1 : column[i]; };
  held_.push_back({bin, s.longitude[i], s.latitude[i], s.time[i], s.longitudes[i], s.latitudes[i], s.sif[i], s.error[i],
                   s.sza[i], s.vza[i], s.cloud_fraction[i], known(s.file), known(s.orbit), known(s.scanline),
                   known(s.pixel), cells, first});
  firsts_[size_t(bin)] += first;
  if (held_.size() == most_) write_run();
}

void SoundingBins::finish() {
  write_run();
  held_.shrink_to_fit();
}

// Records are sorted by their numbers: a copy of them all would take as much memory again.
void SoundingBins::write_run() {
  if (held_.empty()) return;
  std::vector<uint32_t> order(held_.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return std::pair(held_[a].bin, a) < std::pair(held_[b].bin, b); });
  constexpr size_t at_once = 4096;
  Run run{scratch_.size(), {}};
  std::vector<Record> sorted;
  for (size_t i = 0; i < order.size(); ++i) {
    sorted.push_back(held_[order[i]]);
    const bool last = i + 1 == order.size();
    if (last || held_[order[i + 1]].bin != sorted.back().bin) run.ends.emplace_back(sorted.back().bin, int64_t(i + 1));
    if (!last && sorted.size() < at_once) continue;
    scratch_.append(sorted.data(), sorted.size() * sizeof(Record));
    sorted.clear();
  }
  runs_.push_back(std::move(run));
  held_.clear();
}

SoundingBins::Binned SoundingBins::read(int64_t bin) const {
  std::vector<Record> records;
  for (const Run& run : runs_) {
    const auto at = std::lower_bound(run.ends.begin(), run.ends.end(), std::pair(bin, int64_t(0)));
    if (at == run.ends.end() || at->first != bin) continue;
    const int64_t begin = at == run.ends.begin() ? 0 : std::prev(at)->second, count = at->second - begin;
    records.resize(records.size() + size_t(count));
    scratch_.read(run.place + begin * int64_t(sizeof(Record)), records.data() + records.size() - size_t(count),
                  size_t(count) * sizeof(Record));
  }
  Binned binned;
  data::Soundings& s = binned.soundings;
  for (const Record& r : records) {
    s.sif.push_back(r.sif), s.error.push_back(r.error), s.time.push_back(r.time);
    s.longitude.push_back(r.longitude), s.latitude.push_back(r.latitude);
    s.longitudes.push_back(r.longitudes), s.latitudes.push_back(r.latitudes);
    s.sza.push_back(r.sza), s.vza.push_back(r.vza), s.cloud_fraction.push_back(r.cloud_fraction);
    s.file.push_back(r.file), s.orbit.push_back(r.orbit), s.scanline.push_back(r.scanline), s.pixel.push_back(r.pixel);
    binned.cells.push_back(r.cells), binned.first.push_back(uint8_t(r.first));
  }
  return binned;
}

}  // namespace unetsr::pipeline
