#pragma once
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/train/sounding_source.hpp"
#include "pipeline/train/train_options.hpp"

// Trains one network, or several whose mean counts, on one Dataset and leaves a run directory:
//   run.toml        the resolved options
//   history.jsonl   one line an epoch
//   best.h5         checkpoint of the best validation score
//   last.h5         checkpoint of the last epoch, from which --resume goes on, bit for bit
//   split.json      which cells trained, validated and tested
//   audit.json      what training and test share, and how closely least squares on the inputs gives the target
//   members/K       history and checkpoints of the K-th network, from 2 on, where the run is the mean of several
namespace unetsr::pipeline {

void train(const TrainOptions&, const Output&);

// Throws UsageError where a training that holds out one of `tests` instead of its own could not begin: options that are
// wrong, or no cells left. `soundings`: of a dataset that is read in parts (training_data.hpp).
void check_held_out(const TrainOptions&, const data::Dataset&, const std::vector<std::string>& tests,
                    const SoundingSource* soundings = nullptr);

}  // namespace unetsr::pipeline
