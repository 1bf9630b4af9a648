#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/dataset/dataset.hpp"

namespace unetsr::data {

bool are_dates(std::span<const std::string> labels);

// The windows with these labels, of so many days each. Throws Error naming one that is no date: soundings of its days
// are not known.
std::vector<Window> dated_windows(std::span<const std::string> labels, int days);

// The windows of a dataset and those of its soundings.
class SoundingWindows {
 public:
  SoundingWindows(std::span<const std::string> labels, int days) : windows_(dated_windows(labels, days)) {}
  explicit SoundingWindows(const Dataset& d) : SoundingWindows(d.windows, d.window_days) {}

  const std::vector<Window>& all() const { return windows_; }
  // The window in which entry i counts: that which the entry names, or the one that holds its day. None where that is
  // none of the dataset's, or the time is no time.
  std::optional<size_t> of(const Soundings&, size_t i) const;

 private:
  std::vector<Window> windows_;
};

}  // namespace unetsr::data
