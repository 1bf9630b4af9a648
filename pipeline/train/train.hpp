#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "pipeline/console/compute.hpp"
#include "pipeline/console/progress.hpp"

// Trains one network, or several whose mean counts, on one Dataset and leaves a run directory:
//   run.toml        the effective configuration
//   history.jsonl   one line an epoch
//   best.h5         checkpoint of the best validation score
//   last.h5         checkpoint of the last epoch, from which --resume goes on, bit for bit
//   split.json      which cells trained, validated and tested
//   audit.json      what training and test share, and how closely least squares on the inputs gives the target
//   members/K       history and checkpoints of the K-th network, from 2 on, where the run is the mean of several
namespace unetsr::pipeline {

// honest: what is scored was never seen, in cells, in scaling and in features; missing cells are not scored.
// paper: random crops of whole windows, split after cropping, empty cells scored as zeros. Its scores are leaky.
enum class Protocol { honest, paper };

struct TrainOptions {
  std::filesystem::path dataset, run_directory;
  std::string model;  // empty: the supervision's own
  int members = 0;    // networks that begin differently and whose mean is the run's; 0: the supervision's own
  Protocol protocol = Protocol::honest;
  std::string supervision;            // footprints, wald, gridded, truth; empty: footprints where soundings are kept
  std::string truth;                  // supervision truth: its rasters, {window} stands for a window's label
  int wald_factor = 0;                // 0: the dataset's coarse factor
  std::string first_guess;            // honest: the feature whose deviation is learnt; empty: the supervision's own
  std::vector<std::string> features;  // empty: the protocol's own
  std::string test = "columns:0/4";   // honest: what is held out: see held_out.hpp
  int buffer = 0;            // honest: cells between test cells and others; 0: what the run needs, see Separation
  double validation = 0.1;   // honest: share of the training side that validates; 0: none, the last epoch counts
  int epochs = 0;            // 0: the protocol's own
  int batch = 0;             // 0: the protocol's own
  int patch = 0;             // cells on a side; 0: 40, less where the grid is small
  double learning_rate = 0;  // 0: the protocol's own
  std::string optimizer;     // adam, adamw; empty: the protocol's own
  double weight_decay = -1;  // negative: the protocol's own
  std::string schedule;      // constant, cosine, one-cycle; empty: the protocol's own
  std::string loss = "mse";  // mse, mae, huber
  double huber_delta = 0.3;  // mW m-2 sr-1 nm-1
  int patience = 0;          // epochs without a better validation score before stopping; 0: never
  uint64_t seed = 1;
  bool exact = false;  // convolutions keep to direct sums: see kernels/exact.hpp
  ComputeOptions compute;
  bool resume = false, overwrite = false;
};

void train(const TrainOptions&, const Output&);

// The options that a training on this dataset would have: what is not said, and what follows from it, filled in.
TrainOptions effective_options(const TrainOptions&, const data::Dataset&);

// Throws UsageError where a training that holds out one of `tests` instead of its own could not begin: options that are
// wrong, or no cells left.
void check_held_out(const TrainOptions&, const data::Dataset&, const std::vector<std::string>& tests);

}  // namespace unetsr::pipeline
