#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset/dataset_file.hpp"
#include "data/dataset/mask.hpp"
#include "data/dataset/stored_array.hpp"
#include "data/scores/metrics.hpp"
#include "pipeline/maps/mapper.hpp"
#include "pipeline/report/evaluate_report.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/scored_split.hpp"

namespace unetsr::pipeline {

// Maps (rows, columns) of one window that are scored together.
using Maps = std::vector<std::vector<float>>;

// Scores of several variants of maps, which are added window by window, in the order of the windows.
class VariantScores {
 public:
  virtual ~VariantScores() = default;
  // One map, or one for each half of the days, on these cells of the window.
  virtual void add(size_t variant, int window, const data::Mask& cells, const Maps&) = 0;
  virtual data::Metrics metrics(size_t variant) const = 0;
};

// A finished run of the honest protocol, ready to make maps from changed inputs, window by window, and to score them on
// its test cells.
struct HeldOutMaps {
  Mapper mapper;
  data::Grid grid;                  // of the maps
  std::vector<std::string> labels;  // of all windows
  // What the maps of a window are made of: against soundings, where the coarse SIF is among the inputs, one for each
  // half of the days; else one.
  std::function<std::vector<MapInputs>(int window)> inputs;
  std::function<MapInputs(int window)> inputs_of_all_days;
  data::StoredArray<uint8_t> cells;  // (windows, rows, columns): held out, with all inputs, in the windows asked for
  std::vector<int> windows;          // that hold such cells
  std::vector<data::Part> parts;     // that hold all such cells of any window
  double correlation_length = 0;     // of the coarse SIF, in cells
  report::ScoredAgainst scored_against = report::ScoredAgainst::target;
  std::string held_out;  // in words
  std::function<std::unique_ptr<VariantScores>(size_t variants)> scores;

  data::Mask cells_of(int window) const;
  // One for each of `inputs`, which may differ from those above; NaN away from `parts`.
  Maps maps(int window, const std::vector<MapInputs>& inputs) const;
};

// `truth`: rasters of the true SIF of the fine cells, to score against it (pipeline/train/supervision.hpp); empty:
// against what the run itself is scored on, soundings or its own target. `window`: its label; empty: all. Against
// soundings or the truth one window's inputs are held at a time, and what is made of all windows and soundings lies in
// the store; against a target the dataset is held. Throws UsageError where the run held out nothing in the window. The
// file has to outlive the result.
HeldOutMaps held_out_maps(const FinishedRun&, const ScoredSplit&, const data::DatasetFile&, const std::string& truth,
                          const std::string& window, const data::ArrayStore&);

// Throws UsageError where that cannot be, by what is known without reading maps: an unknown window, one of which the
// run held out nothing, a truth of tables.
void require_held_out(const FinishedRun&, const ScoredSplit&, const data::DatasetFile&, const std::string& truth,
                      const std::string& window);

// Whether it scores on the fine cells of the file, window by window.
bool scored_by_window(const FinishedRun&, const std::string& truth);

// Fills in `cells`, `windows` and `parts`: those cells of a window that `held_out` marks, and that have all inputs and
// a target (no target: any).
void find_cells(const std::vector<int>& asked, const std::function<data::Mask(int window)>& held_out,
                const std::function<std::vector<float>(int window)>& target, const data::ArrayStore&, HeldOutMaps&);

// Scores against values of the cells themselves.
std::unique_ptr<VariantScores> scores_on_cells(std::function<std::vector<float>(int window)> target, size_t variants);

}  // namespace unetsr::pipeline
