#include "pipeline/evaluation_pools.hpp"

#include <algorithm>
#include <cmath>

namespace unetsr::pipeline {
namespace {

report::Pool& pool_for(const report::EvaluatedRun& run, std::vector<report::Pool>& pools) {
  for (report::Pool& pool : pools)
    if (pool.held_out == run.held_out && pool.leaky == run.leaky) return pool;
  report::Pool pool;
  pool.held_out = run.held_out;
  pool.leaky = run.leaky;
  pool.complete = run.held_out.starts_with("window");  // else one fold of several
  if (!run.baselines.empty()) pool.skill_reference = run.baselines.front().name;
  pools.push_back(std::move(pool));
  return pools.back();
}

report::PooledEntry entry(const std::string& name, const data::Metrics& metrics, const data::Metrics* reference) {
  report::PooledEntry e;
  e.name = name;
  e.metrics = metrics;
  if (reference && reference->rmse > 0) e.map.skill.value = 1 - std::pow(metrics.rmse / reference->rmse, 2);
  return e;
}

void sort_by_error(std::vector<report::PooledEntry>& entries) {
  std::stable_sort(entries.begin(), entries.end(), [](const report::PooledEntry& a, const report::PooledEntry& b) {
    return a.baseline != b.baseline ? b.baseline : a.metrics.rmse < b.metrics.rmse;
  });
}

}  // namespace

std::vector<report::Pool> pools_of(const std::vector<report::EvaluatedRun>& runs) {
  std::vector<report::Pool> pools;
  for (const report::EvaluatedRun& run : runs) {
    report::Pool& pool = pool_for(run, pools);
    const data::Metrics* reference = run.baselines.empty() ? nullptr : &run.baselines.front().metrics;
    const bool first = pool.entries.empty();
    const std::string name = run.model + ", " + run.name;
    report::PooledEntry own = entry(name, run.metrics, reference);
    own.runs = {run.name};
    own.folds = own.seeds = 1;
    pool.entries.push_back(std::move(own));
    for (const report::EvaluatedBaseline& kind : run.conserved) {
      pool.entries.push_back(entry(name + ", conserved " + kind.name, kind.metrics, reference));
      pool.entries.back().folds = pool.entries.back().seeds = 1;
    }
    if (!first) continue;
    for (const report::EvaluatedBaseline& b : run.baselines) {
      pool.entries.push_back(entry(b.name, b.metrics, reference));
      pool.entries.back().baseline = true;
      pool.entries.back().folds = 1;
    }
  }
  for (report::Pool& pool : pools) sort_by_error(pool.entries);
  return pools;
}

}  // namespace unetsr::pipeline
