#pragma once
#include <optional>
#include <string>
#include <vector>

#include "data/scores/map_metrics.hpp"
#include "data/scores/metrics.hpp"
#include "data/splits/split.hpp"
#include "kernels/enum_names.hpp"
#include "pipeline/report/content.hpp"
#include "pipeline/report/coverage.hpp"
#include "pipeline/report/importance.hpp"
#include "pipeline/report/map_variant.hpp"
#include "pipeline/train/held_out.hpp"

namespace unetsr::pipeline::report {

struct EvaluatedBaseline {
  MapVariant variant;
  data::Metrics metrics;
};

struct NamedMetrics {
  std::string name;
  data::Metrics metrics;
};

inline const std::string filling_network = "dense network";  // the name of a run's own filled cells

// One finished run, scored on the cells it held out.
struct EvaluatedRun {
  std::string name, model;  // the run directory's name; unet, sifnet, ...
  uint64_t seed = 0;
  bool leaky = false;      // trained with the paper's protocol
  bool elsewhere = false;  // trained on another dataset: all cells of this one are held out
  std::string held_out;    // "columns 0..43"; runs of equal text held out the same cells
  std::vector<std::string> features;
  int64_t parameters = 0;
  int epochs = 0;
  double seconds = 0;
  data::Metrics metrics;
  std::optional<int64_t> shared_cells;        // cells that both train and test use, of the overlap audit: must be 0
  int64_t shared_inputs = 0;                  // training cells whose inputs maps of test cells depend on
  int buffer = 0;                             // cells between training and test, on the grid of `split.json`
  std::optional<CorrelationLengths> lengths;  // of what it learnt from, in the cells of `buffer`
  std::string footprints;                     // where those of its soundings lie, in words; empty: no estimate
  std::vector<FeatureImportance> importance;  // the most important first; empty: not asked for
  std::vector<Coverage> coverage;             // of the map's intervals, where the run has an uncertainty
  std::vector<NamedMetrics>
      conserved;  // the run's map after a correction (none, footprints, blocks), on the same cells
  std::vector<EvaluatedBaseline> baselines;   // on the same cells
  std::vector<NamedMetrics> filled;           // gaps of its map, by each way to fill them; empty: not asked for
  std::vector<std::vector<Epoch>> histories;  // one a network
  std::optional<data::Split> split;
  std::vector<float> prediction;  // (windows, rows, columns) as scored, NaN off the scored cells; none of soundings
  // Scored against soundings: those that were held out, and the means over their footprints of maps made without them.
  // Else, where picture_cells is more than 1, a sample of the scored cells: target and map. NaN: not scored.
  std::vector<float> measured, remeasured;
  // Of the whole region on EvaluateReport::map_grid, as `predict` makes it: corrected by all soundings, those that were
  // held out too. Empty: not shown, or of the paper's protocol. Its standard deviation; empty where it is not known.
  std::vector<float> map, deviation;
};

// Runs that differ in fold and seed alone, put together over what each held out; or a baseline on the same cells.
struct PooledEntry {
  std::string name;  // "unet", "unet, features sif,ndvi" where runs of one model differ; of a baseline its name
  bool baseline = false;
  std::vector<std::string> runs;        // their names; of a baseline none
  int folds = 0, seeds = 0;             // seeds: of a baseline 0, where nothing is random
  data::Metrics metrics;                // pooled over the folds, the mean over the seeds
  std::optional<data::Metrics> spread;  // standard deviation (of n - 1) over the seeds; none for a single seed
  data::MetricIntervals intervals;      // of `metrics`
  data::MapMetrics map;                 // likewise
  // Differences of the RMSE on the same cells; NaN for the entry that is compared with.
  data::Estimate less_best_baseline = {};         // from the best baseline
  data::Estimate less_first = {};                 // from the first model
  data::Estimate less_reference = {};             // from a run that was named to compare with
  std::optional<data::Metrics> fold_spread = {};  // as spread, over the folds of the means over the seeds
  // From the best baseline of those that are uncorrected, and of those that soundings corrected.
  data::Estimate less_best_uncorrected = {}, less_best_corrected = {};
  MapVariant variant = {};       // method: of a baseline its name, of a network that of its own entry
  std::string supervision = {};  // of a network
};

// What one step of the method changes: the difference of the RMSE of two entries, on the same cells.
struct Contribution {
  std::string what;      // "Correction by soundings, of the best uncorrected baseline"
  std::string from, to;  // names of entries
  data::Estimate difference;
};

// A part of the scored cells: family "window", stratum "2019-06-10"; families: window, land cover, coarse SIF (its
// quarters), distance to coarse cell's edge (in fine cells).
struct Stratum {
  std::string family, name;
  std::vector<data::Metrics> metrics;  // in the order of Pool::entries; cells may be 0
};

// Mean power against wavelength of the target (or truth) and of the entries, over the same windows of cells.
struct Spectra {
  struct Line {
    std::string name;           // "target", or as in Pool::entries
    std::vector<double> power;  // in the order of the wavelengths, (mW m-2 sr-1 nm-1)^2 a cell of the plane
  };
  std::vector<double> wavelength_km;  // falling
  double coarse_wavelength_km = 0;    // two coarse cells: shorter ones are not in coarse SIF
  std::vector<Line> lines;            // the target first
};

// One headline table: the models whose runs held out the same cells in the same way.
struct Pool {
  std::string held_out;  // "columns, all 4 folds", "columns 0..43", ...
  bool leaky = false;
  bool complete = false;        // every fold is there, for every seed
  std::string skill_reference;  // the baseline that map.skill is against
  std::string best_baseline;    // the one with the least RMSE
  // Likewise of those that are uncorrected, and of those that soundings corrected; empty where there are none.
  std::string best_uncorrected_baseline, best_corrected_baseline;
  int window_cells = 0;              // side of the windows that variances are estimated over, in cells
  double freedom = 0;                // degrees of freedom that they leave
  std::vector<PooledEntry> entries;  // models, the best first, then baselines
  std::vector<Stratum> strata;       // by family
  std::vector<Contribution> contributions;
  std::optional<Spectra> spectra;  // where enough neighbouring cells are scored
};

// What the scores are against: the dataset's fine SIF, soundings, or the known truth of a simulated scene.
enum class ScoredAgainst { target, soundings, truth };

struct EvaluateReport {
  std::string dataset;    // file name
  data::SifQuantity sif;  // of its maps
  ScoredAgainst scored_against = ScoredAgainst::target;
  std::vector<std::string> windows;  // labels
  data::Grid grid;
  std::vector<float> coarse, target;  // (windows, rows, columns)
  data::Grid map_grid;                // of the fine cells; that of `grid`, or finer by a whole factor
  int picture_cells = 1;  // more: both grids, and all values on them, are of blocks of so many fine cells a side
  std::vector<float> coarse_cells;         // (windows, map_grid): of each cell the SIF of its coarse cell
  std::vector<float> best_baseline_map;    // likewise, of first_honest_pool()'s best baseline; empty: not made
  std::optional<double> noise_ceiling_r2;  // pooled
  std::vector<EvaluatedRun> runs;
  std::vector<Pool> pools;
  RunProvenance provenance;
};

// The runs whose maps the page shows: of each entry that is not leaky those of one seed, the first; in rising order.
std::vector<size_t> runs_on_map(const EvaluateReport&);

// The first table whose scores are no leaks; null: there is none.
const Pool* first_honest_pool(const EvaluateReport&);

// The entry of that table's best baseline; null: there is none.
const PooledEntry* best_baseline(const EvaluateReport&);

// The whole page: one HTML text that needs nothing else.
std::string evaluate_page(const EvaluateReport&);

}  // namespace unetsr::pipeline::report

template <>
struct unetsr::EnumNames<unetsr::pipeline::report::ScoredAgainst> {
  using ScoredAgainst = unetsr::pipeline::report::ScoredAgainst;
  static constexpr const char* what = "score";
  static constexpr std::pair<ScoredAgainst, const char*> names[] = {
      {ScoredAgainst::target, "target"}, {ScoredAgainst::soundings, "soundings"}, {ScoredAgainst::truth, "truth"}};
};
