#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/formats/granule_name.hpp"
#include "kernels/enum_names.hpp"

namespace unetsr::data {

// Which composites make windows, and which days these have. Composites of 16 days begin on the days 1, 17, ... of a
// year (MOD13A2), on 9, 25, ... (MYD13A2), or on both (VIIRS); a year's last ones run on into the next.
enum class WindowChoice {
  terra,     // the composites of days 1, 17, ...: their 16 days
  aqua,      // the composites of days 9, 25, ...: their 16 days
  viirs_16,  // all: their 16 days, of which neighbours share 8
  eight_day  // all: the 8 days in the middle of each, which neighbours do not share but at a year's end
};

// The 8 days in the middle of the composite that begins on a day.
Window middle_of_composite(Date first);

// The index granules of one dataset, window by window.
struct GranuleSet {
  std::string product, version;                           // of the first; "MOD13A2 and VJ113A2" of several
  std::vector<Window> windows;                            // by date
  std::vector<std::vector<std::filesystem::path>> files;  // of each window, by tile
  size_t omitted = 0;                                     // granules of composites that are not chosen
};

struct GroupingOptions {
  std::optional<WindowChoice> windows;  // none: all composites with their 16 days where these begin 16 days apart, but
                                        // at a year's end; else eight_day
  bool mix_sensors = false;             // granules of several products may be in one window
};

// Throws Error naming two files that do not belong together: other products unless asked for, pixels of another size,
// other versions of a product, a tile of a product twice in a window; UsageError where no composite is chosen.
GranuleSet group_granules(const std::vector<std::filesystem::path>& files, const GroupingOptions& = {});

}  // namespace unetsr::data

template <>
struct unetsr::EnumNames<unetsr::data::WindowChoice> {
  static constexpr const char* what = "choice of windows";
  static constexpr std::pair<unetsr::data::WindowChoice, const char*> names[] = {
      {unetsr::data::WindowChoice::terra, "terra"},
      {unetsr::data::WindowChoice::aqua, "aqua"},
      {unetsr::data::WindowChoice::viirs_16, "viirs-16"},
      {unetsr::data::WindowChoice::eight_day, "8-day"}};
};
