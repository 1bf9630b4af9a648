#include "pipeline/prepare/windows_in.hpp"

#include "kernels/error.hpp"

namespace unetsr::pipeline {

data::GranuleSet windows_in(const data::GranuleSet& all, const DayRange& days) {
  data::GranuleSet chosen{all.product, all.version, {}, {}, all.omitted};
  for (size_t w = 0; w < all.windows.size(); ++w) {
    const int first = data::day_number(all.windows[w].first), last = first + all.windows[w].days - 1;
    if (last < days.first || first > days.last) continue;
    chosen.windows.push_back(all.windows[w]), chosen.files.push_back(all.files[w]);
  }
  if (chosen.windows.empty())
    throw UsageError("no window of the index granules has a day between --start and --end: they begin " +
                     data::to_string(all.windows.front().first) + " to " + data::to_string(all.windows.back().first));
  return chosen;
}

}  // namespace unetsr::pipeline
