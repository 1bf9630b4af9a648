#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/evaluate/map_scorer.hpp"
#include "pipeline/report/map_variant.hpp"
#include "pipeline/train/train.hpp"

// A run as pools see it: what it was, which part of the scene it held out, and its scores in parts.
namespace unetsr::pipeline {

// Which part of how many was held out; the parts of one scheme divide the scene.
struct Fold {
  std::string scheme;  // "columns", "blocks of 24 cells", "whole windows"
  int index = 0, folds = 1;
};
// Of `--test` (HonestOptions::test).
Fold fold_of(const std::string& test, int windows);

struct NamedMap {
  std::string name;
  ScoredMap scored;
};

struct ScoredBaseline {
  report::MapVariant variant;
  ScoredMap scored;
};

struct ScoredRun {
  std::string name, model;
  uint64_t seed = 0;
  bool leaky = false;
  std::vector<std::string> features;
  std::vector<std::pair<std::string, std::string>> settings;  // all that two runs of one entry share
  Fold fold;
  std::string held_out;  // in words; of equal text are the same cells
  ScoredMap own;
  bool corrected = false;           // `own` is of a map that soundings corrected
  std::vector<NamedMap> conserved;  // after which conservation
  std::shared_ptr<const std::vector<ScoredBaseline>> baselines;
};

// The options that make a run what it is, but for model, features, fold and seed.
std::vector<std::pair<std::string, std::string>> settings_of(const ResolvedOptions&);

// One of them; empty where it is not among them.
std::string setting(const ScoredRun&, const std::string& name);

// Names for the entries that these runs stand for: the model, and where several are of one model what parts them: the
// supervision; else features that not all of them have, and settings. Equal names get the run's own.
std::vector<std::string> entry_names(const std::vector<const ScoredRun*>&);

}  // namespace unetsr::pipeline
