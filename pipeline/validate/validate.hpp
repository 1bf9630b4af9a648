#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/console/output.hpp"
#include "pipeline/report/validate_report.hpp"
#include "pipeline/validate/validation_soundings.hpp"

// Compares maps with footprints of OCO-2, OCO-3 and FLEX, which no map of ours was made from, and writes
// OUT_DIR/metrics.json, OUT_DIR/metrics.csv and OUT_DIR/report.html.
namespace unetsr::pipeline {

struct ValidateOptions {
  std::vector<std::filesystem::path> inputs;  // maps of unetsr predict; SIF Lite files, folders of them, FLEX L2
  std::filesystem::path out_directory;
  std::filesystem::path dataset;       // empty: no baselines
  std::filesystem::path run;           // how the dataset's soundings were measured (SoundingsAsMeasured); may be empty
  std::vector<std::string> baselines;  // of the dataset; empty: all
  std::vector<std::string> compare;    // maps of others, see data/formats/compared_map.hpp
  std::string truth;                   // likewise, of a simulated scene; empty: unknown
  std::optional<data::SifKind> sif;    // what the maps show; empty: what they state, else instantaneous
  ValidationScreens screens;           // but for `kind`
  int threads = 0;
  bool overwrite = false;
};

// Returns what the page shows. Windows are those of the first map; a footprint on which a map has no value is scored
// for no map. Throws Error naming the file: no map of ours, one of another kind of SIF, SIF Lite of versions 10 and 11
// together or without corners, no footprint where or when the first map is.
report::ValidateReport validate(const ValidateOptions&, const Output&);

}  // namespace unetsr::pipeline
