#include "pipeline/evaluate/evaluation_pools.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "pipeline/evaluate/pool_figures.hpp"
#include "pipeline/maps/conservation.hpp"
#include "pipeline/report/numbers.hpp"

namespace unetsr::pipeline {
namespace {

using Runs = std::vector<const ScoredRun*>;

// Runs that differ in fold and seed alone; by seed.
using Group = std::map<uint64_t, Runs>;

bool alike(const ScoredRun& a, const ScoredRun& b) {
  return a.model == b.model && a.features == b.features && a.settings == b.settings && a.leaky == b.leaky &&
         a.fold.scheme == b.fold.scheme && a.fold.folds == b.fold.folds;
}

bool takes(const Group& group, const ScoredRun& run) {
  if (!alike(*group.begin()->second.front(), run)) return false;
  const auto seed = group.find(run.seed);
  // Twice the same fold and seed: another entry.
  return seed == group.end() || std::none_of(seed->second.begin(), seed->second.end(), [&](const ScoredRun* other) {
           return other->fold.index == run.fold.index;
         });
}

std::vector<Group> groups_of(const std::vector<ScoredRun>& runs) {
  std::vector<Group> groups;
  for (const ScoredRun& run : runs) {
    auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& g) { return takes(g, run); });
    if (group == groups.end()) group = groups.insert(groups.end(), Group());
    (*group)[run.seed].push_back(&run);
  }
  return groups;
}

// A part of the scene: all of it, or what some folds held out.
struct Part {
  std::string scheme;
  int folds = 0;
  bool leaky = false, complete = false;
  std::set<std::string> held_out;  // empty where complete: other seeds may deal the cells out in other ways

  bool operator==(const Part&) const = default;
};

Part part_of(const Runs& runs) {
  const ScoredRun& first = *runs.front();
  Part part{first.fold.scheme, first.fold.folds, first.leaky, int(runs.size()) == first.fold.folds, {}};
  if (!part.complete)
    for (const ScoredRun* run : runs) part.held_out.insert(run->held_out);
  return part;
}

// Of the runs of one seed those that held out this part; none where they did not hold out all of it.
Runs covering(const Part& part, const Runs& runs) {
  const Part own = part_of(runs);
  if (own.scheme != part.scheme || own.folds != part.folds || own.leaky != part.leaky) return {};
  if (part.complete) return own.complete ? runs : Runs();
  Runs chosen;
  for (const ScoredRun* run : runs)
    if (part.held_out.contains(run->held_out)) chosen.push_back(run);
  return chosen.size() == part.held_out.size() ? chosen : Runs();
}

Group covering(const Part& part, const Group& group) {
  Group chosen;
  for (const auto& [seed, runs] : group)
    if (Runs covered = covering(part, runs); !covered.empty()) chosen[seed] = std::move(covered);
  return chosen;
}

std::string in_words(const Part& part, const Runs& runs) {
  if (part.folds == 1) return part.scheme;
  if (part.held_out.size() == 1) return runs.front()->held_out;
  if (part.complete) return fmt::format("{}, all {} folds", part.scheme, part.folds);
  return fmt::format("{}, {} of {} folds", part.scheme, part.held_out.size(), part.folds);
}

const ScoredMap* map_named(const std::vector<NamedMap>& maps, const std::string& name) {
  for (const NamedMap& map : maps)
    if (map.name == name) return &map.scored;
  return nullptr;
}

const ScoredMap* map_of(const std::vector<ScoredBaseline>& baselines, const report::MapVariant& variant) {
  for (const ScoredBaseline& baseline : baselines)
    if (baseline.variant == variant) return &baseline.scored;
  return nullptr;
}

// An entry as it is put together.
struct Draft {
  report::PooledEntry entry;
  ScoredSeeds seeds;
};

// `of(run)`: a run's map; null where it has none, and then there is no entry.
template <class Of>
bool pool_seeds(const Group& group, Of of, ScoredSeeds& seeds) {
  for (const auto& [seed, runs] : group) {
    seeds.emplace_back();
    for (const ScoredRun* run : runs) {
      const ScoredMap* map = of(*run);
      if (!map) return false;
      add(*map, seeds.back());
    }
  }
  return true;
}

// The standard deviation over the folds of the figures that are the means over the seeds; none of one fold. The paper's
// R2 is not one of sums.
template <class Of>
std::optional<data::Metrics> spread_over_folds(const Group& group, Of of) {
  std::map<int, std::vector<data::Metrics>> folds;
  for (const auto& [seed, runs] : group)
    for (const ScoredRun* run : runs) folds[run->fold.index].push_back(data::metrics_of(of(*run)->sum()));
  if (folds.size() < 2) return {};
  data::Metrics spread;
  for (const data::MetricFigure& figure : data::metric_figures) {
    std::vector<double> means;
    for (const auto& [fold, seeds] : folds) {
      double sum = 0;
      for (const data::Metrics& m : seeds) sum += m.*figure.value;
      means.push_back(sum / double(seeds.size()));
    }
    spread.*figure.value = report::standard_deviation(means);
  }
  return spread;
}

void add_networks(const std::string& name, const Group& group, std::vector<Draft>& drafts) {
  const ScoredRun& first = *group.begin()->second.front();
  const auto add_entry = [&](const std::string& full_name, bool own, bool corrected, auto of) {
    Draft draft;
    draft.entry.name = full_name;
    draft.entry.variant = {name, false, corrected};
    draft.entry.supervision = setting(first, "supervision");
    draft.entry.seeds = int(group.size());
    draft.entry.folds = int(group.begin()->second.size());
    if (own)
      for (const auto& [seed, runs] : group)
        for (const ScoredRun* run : runs) draft.entry.runs.push_back(run->name);
    if (!pool_seeds(group, of, draft.seeds)) return;
    draft.entry.fold_spread = spread_over_folds(group, of);
    drafts.push_back(std::move(draft));
  };
  add_entry(name, true, first.corrected, [](const ScoredRun& run) { return &run.own; });
  for (const NamedMap& kind : first.conserved)
    add_entry(name + ", " + conserved_in_words(parse<Conservation>(kind.name)), false,
              parse<Conservation>(kind.name) == Conservation::footprints,
              [&](const ScoredRun& run) { return map_named(run.conserved, kind.name); });
}

// Baselines are the same for all seeds, but where seeds deal the cells out in different ways: then their mean.
void add_baselines(const std::vector<Group>& members, std::vector<Draft>& drafts) {
  std::map<std::set<std::string>, Runs> divisions;
  for (const Group& group : members)
    for (const auto& [seed, runs] : group) {
      std::set<std::string> held_out;
      for (const ScoredRun* run : runs) held_out.insert(run->held_out);
      divisions.try_emplace(held_out, runs);
    }
  Group one_each;
  for (const auto& [held_out, runs] : divisions) one_each[one_each.size()] = runs;
  for (const ScoredBaseline& baseline : *divisions.begin()->second.front()->baselines) {
    Draft draft;
    draft.entry.name = baseline.variant.name();
    draft.entry.variant = baseline.variant;
    draft.entry.baseline = true;
    draft.entry.folds = int(divisions.begin()->second.size());
    draft.seeds.emplace_back();
    bool everywhere = true;
    for (const auto& [held_out, runs] : divisions)
      for (const ScoredRun* run : runs) {
        const ScoredMap* map = map_of(*run->baselines, baseline.variant);
        everywhere = everywhere && map;
        if (map) add(*map, draft.seeds.front(), 1 / double(divisions.size()));
      }
    if (!everywhere) continue;
    draft.entry.fold_spread =
        spread_over_folds(one_each, [&](const ScoredRun& run) { return map_of(*run.baselines, baseline.variant); });
    drafts.push_back(std::move(draft));
  }
}

// Which baseline skill is against.
std::string reference_of(const std::vector<Draft>& drafts) {
  std::string first;
  for (const Draft& draft : drafts) {
    if (!draft.entry.baseline) continue;
    if (draft.entry.name == "bicubic") return draft.entry.name;
    if (first.empty()) first = draft.entry.name;
  }
  return first;
}

void sort_by_error(std::vector<Draft>& drafts) {
  std::stable_sort(drafts.begin(), drafts.end(), [](const Draft& a, const Draft& b) {
    const auto rmse = [](const Draft& d) {
      double sum = 0;
      for (const ScoredMap& seed : d.seeds) sum += data::metrics_of(seed.sum()).rmse;
      return sum / double(d.seeds.size());
    };
    return a.entry.baseline != b.entry.baseline ? b.entry.baseline : rmse(a) < rmse(b);
  });
}

report::Pool pool_of(const Part& part, const std::vector<Group>& members, const MapScorer& scorer,
                     const std::string& compared_run) {
  Runs first_runs;
  for (const Group& group : members) first_runs.push_back(group.begin()->second.front());
  const std::vector<std::string> names = entry_names(first_runs);
  std::vector<Draft> drafts;
  for (size_t i = 0; i < members.size(); ++i) add_networks(names[i], members[i], drafts);
  add_baselines(members, drafts);
  const std::string reference = reference_of(drafts);
  sort_by_error(drafts);

  report::Pool pool;
  pool.held_out = in_words(part, members.front().begin()->second);
  pool.leaky = part.leaky;
  pool.complete = part.complete;
  pool.skill_reference = reference;
  std::vector<ScoredSeeds> scores;
  for (Draft& draft : drafts) {
    pool.entries.push_back(std::move(draft.entry));
    scores.push_back(std::move(draft.seeds));
  }
  const auto found = std::find_if(pool.entries.begin(), pool.entries.end(),
                                  [&](const auto& e) { return e.baseline && e.name == reference; });
  const auto compared = std::find_if(pool.entries.begin(), pool.entries.end(), [&](const auto& e) {
    return std::find(e.runs.begin(), e.runs.end(), compared_run) != e.runs.end();
  });
  fill_figures(pool, scores, size_t(found - pool.entries.begin()), size_t(compared - pool.entries.begin()),
               scorer.blocks());
  pool.strata = strata_of(scores, scorer);
  pool.spectra = spectra_of(pool, scores, scorer);
  return pool;
}

}  // namespace

std::vector<report::Pool> pools_of(const std::vector<ScoredRun>& runs, const MapScorer& scorer,
                                   const std::string& compared_run) {
  const std::vector<Group> groups = groups_of(runs);
  std::vector<Part> parts;
  for (const Group& group : groups)
    for (const auto& [seed, own] : group)
      if (const Part part = part_of(own); std::find(parts.begin(), parts.end(), part) == parts.end())
        parts.push_back(part);
  // What holds most first, and what is leaky last.
  std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    const auto rank = [](const Part& p) { return std::tuple(p.leaky, !p.complete, -int(p.held_out.size())); };
    return rank(a) < rank(b);
  });
  std::vector<report::Pool> pools;
  for (const Part& part : parts) {
    std::vector<Group> members;
    for (const Group& group : groups)
      if (Group covered = covering(part, group); !covered.empty()) members.push_back(std::move(covered));
    pools.push_back(pool_of(part, members, scorer, compared_run));
  }
  return pools;
}

}  // namespace unetsr::pipeline
