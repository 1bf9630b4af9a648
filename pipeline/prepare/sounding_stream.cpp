#include "pipeline/prepare/sounding_stream.hpp"

#include <cmath>

#include "data/formats/sounding_reader.hpp"
#include "pipeline/console/interrupt.hpp"

namespace unetsr::pipeline {

void SoundingStream::read(const std::filesystem::path& file) {
  constexpr size_t part = 200000;
  data::read_soundings(file, part, [&](const data::Soundings& s) {
    stop_if_interrupted();
    std::vector<std::vector<size_t>> chosen(windows_.size());
    for (size_t i = 0; i < s.size(); ++i) {
      if (!data::passes(screens_, s, i, counts.screens)) continue;
      const auto window = window_of(int(std::floor(s.time[i] / 86400)));
      if (window)
        chosen[*window].push_back(i);
      else
        ++counts.other_days;
    }
    for (size_t w = 0; w < windows_.size(); ++w)
      for (const size_t i : gridders_[w].add(s, chosen[w], counts.placement)) kept_.append(s, i);
  });
}

std::optional<size_t> SoundingStream::window_of(int day) const {
  for (size_t w = 0; w < windows_.size(); ++w)
    if (windows_[w].holds(day)) return w;
  return std::nullopt;
}

}  // namespace unetsr::pipeline
