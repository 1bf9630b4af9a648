#include "pipeline/prepare/sounding_stream.hpp"

#include <cmath>

#include "data/formats/sounding_name.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/inputs/isolated_readers.hpp"

namespace unetsr::pipeline {

void SoundingStream::read(const std::filesystem::path& file, int32_t index) {
  constexpr size_t part = 200000;
  data::Screens screens = screens_;
  if (const data::SoundingName name = data::sounding_name(file); name.dated())
    screens.first_time = name.first, screens.last_time = name.last;
  isolated::read_soundings(file, part, [&](const data::Soundings& s) {
    stop_if_interrupted();
    const std::vector<std::vector<size_t>> chosen = choose(s, screens);
    for (size_t w = 0; w < windows_.size(); ++w)
      for (const size_t i : gridders_[w].add(s, chosen[w], counts.placement)) {
        kept_.append(s, i);
        kept_.file.resize(kept_.size());
        kept_.file.back() = index;
        seen_.add(kept_.size() - 1);
      }
  });
}

// The soundings of each window that pass and have not come before.
std::vector<std::vector<size_t>> SoundingStream::choose(const data::Soundings& s, const data::Screens& screens) {
  std::vector<std::vector<size_t>> chosen(windows_.size());
  data::SeenSoundings of_part(s);
  for (size_t i = 0; i < s.size(); ++i) {
    if (!data::passes(screens, s, i, counts.screens)) continue;
    const int day = int(std::floor(s.time[i] / 86400));
    const auto window = data::window_of(windows_, day);
    if (!window) {
      ++counts.other_days[day];
    } else if (seen_.has(s, i) || of_part.has(s, i)) {
      ++counts.duplicates;
    } else {
      of_part.add(i);
      chosen[*window].push_back(i);
    }
  }
  return chosen;
}

}  // namespace unetsr::pipeline
