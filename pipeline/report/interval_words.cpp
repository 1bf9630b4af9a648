#include "pipeline/report/interval_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/report/numbers.hpp"

namespace unetsr::pipeline::report {
namespace {

bool too_narrow(const PooledEntry& e) {
  const auto is = [](const std::optional<data::Interval>& interval) { return interval && interval->too_narrow; };
  return is(e.intervals.rmse) || is(e.intervals.bias);
}

}  // namespace

std::string area_of_intervals(const Pool& pool) {
  const bool whole = pool.complete && !pool.entries.empty() && pool.entries.front().folds > 1;
  return whole ? "the whole scene, each cell of which was held out once"
               : "the held-out cells alone; other parts of the scene can differ by more";
}

std::vector<std::string> entries_too_narrow(const Pool& pool) {
  std::vector<std::string> names;
  for (const PooledEntry& e : pool.entries)
    if (too_narrow(e)) names.push_back(e.name);
  return names;
}

std::string too_narrow_in_words(const Pool& pool) {
  constexpr size_t most = 3;
  std::vector<std::string> names = entries_too_narrow(pool);
  if (names.empty()) return {};
  const size_t others = names.size() - std::min(names.size(), most);
  names.resize(names.size() - others);
  return fmt::format(
      "The intervals of {}{} are too narrow: errors are correlated over more than about a sixteenth of the side of the "
      "held-out area. Hold out more cells, or score all folds (crossvalidate).",
      joined(names), others ? fmt::format(" and {} more", others) : "");
}

}  // namespace unetsr::pipeline::report
