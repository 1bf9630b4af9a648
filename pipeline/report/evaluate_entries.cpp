#include <algorithm>

#include "pipeline/report/evaluate_sections.hpp"

namespace unetsr::pipeline::report {

const Pool* first_honest_pool(const EvaluateReport& r) {
  const auto pool = std::find_if(r.pools.begin(), r.pools.end(), [](const Pool& p) { return !p.leaky; });
  return pool == r.pools.end() ? nullptr : &*pool;
}

const PooledEntry* best_baseline(const EvaluateReport& r) {
  const Pool* pool = first_honest_pool(r);
  if (!pool) return nullptr;
  const auto best = std::find_if(pool->entries.begin(), pool->entries.end(),
                                 [&](const PooledEntry& e) { return e.baseline && e.name == pool->best_baseline; });
  return best == pool->entries.end() ? nullptr : &*best;
}

std::string entry_name(const PooledEntry& e) {
  return entry_name(e.name);
}

std::string entry_name(const std::string& name) {
  const size_t end = std::min(name.find_first_of(":,"), name.size());
  return display_name(name.substr(0, end)) + name.substr(end);
}

std::string entry_colour(const Pool& pool, size_t entry) {
  if (pool.entries[entry].baseline) return "grey";
  size_t networks = 0;
  for (size_t i = 0; i < entry; ++i) networks += pool.entries[i].baseline ? 0 : 1;
  return palette_colour(networks);
}

Series entry_series(const Pool& pool, size_t entry) {
  static const char* const colours[] = {"olive", "purple", "sky", "orange", "green", "vermillion"};
  const PooledEntry& e = pool.entries[entry];
  Series series{entry_name(e), entry_colour(pool, entry), {}, {}};
  const auto of_kind = [&](const PooledEntry& other) { return other.baseline == e.baseline; };
  const auto rank = size_t(std::count_if(pool.entries.begin(), pool.entries.begin() + std::ptrdiff_t(entry), of_kind));
  if (!e.baseline) {
    series.shown = rank == 0;
    series.dashes = int(rank / 8);
    return series;
  }
  const bool coarse = e.name == "coarse", best = e.name == pool.best_baseline;
  series.shown = coarse || best;
  series.dashes = 1 + int(rank % 4);
  series.colour = coarse ? "grey" : best ? "brown" : colours[rank % std::size(colours)];
  return series;
}

}  // namespace unetsr::pipeline::report
