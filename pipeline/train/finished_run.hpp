#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "data/correction/map_uncertainty.hpp"
#include "nn/ensemble.hpp"
#include "nn/execution.hpp"
#include "nn/model_spec.hpp"
#include "pipeline/maps/mapper.hpp"
#include "pipeline/train/history.hpp"
#include "pipeline/train/honest_protocol.hpp"
#include "pipeline/train/paper_protocol.hpp"
#include "pipeline/train/run_audit.hpp"
#include "pipeline/train/train.hpp"

namespace unetsr::pipeline {

// A run directory whose training has come to its end, with the networks of the checkpoints that count: the best one
// where there was validation, else the last one.
struct FinishedRun {
  std::filesystem::path directory;
  std::string name;                           // the directory's, see names_of_runs
  TrainOptions options;                       // effective
  std::vector<std::vector<Epoch>> histories;  // one a network
  double seconds = 0;                         // of training, of all networks
  int64_t parameters = 0;                     // of all networks
  Device device = Device::cpu;                // where it is opened: that features are made on
  std::shared_ptr<nn::Ensemble> network;
  Predictor predictor;  // of the network
  ImageSizes sizes;
  int reach = 0;                      // how many cells away from a cell an input may have a say in it
  std::vector<std::string> features;  // as trained
  data::Scaling scaling;
  double target_spread = 1;     // honest: what an output of 1 is in mW m-2 sr-1 nm-1
  double first_guess_unit = 1;  // what a first guess of 1 is in mW m-2 sr-1 nm-1
  double cloud_shielding = 0;   // of the soundings that it learnt from: its maps are those of a clear sky
  std::optional<data::ConservedUncertainty> uncertainty;
  std::optional<WrittenAudit> audit;  // of training and test, before the training
};

// Throws Error naming the file that is missing, torn or of another model, or the training that has not ended.
FinishedRun open_run(const std::filesystem::path& run_directory, const nn::Execution& = {});

// What directories are called: by their last part, or, where several have the same, by as many of the last parts as
// tell them apart ("unet/fold-0", "sifnet/fold-0"); all of it where nothing does.
std::vector<std::string> names_of_runs(const std::vector<std::filesystem::path>& directories);

// The same. Throws UsageError for a run of the paper's protocol.
FinishedRun open_honest_run(const std::filesystem::path& run_directory, const nn::Execution&);

// The windows with this label, by their numbers; all where it is empty. Throws UsageError where there is none.
std::vector<int> windows_asked_for(const std::vector<std::string>& labels, const std::string& label);

// Of a run of the honest protocol.
Mapper mapper_of(const FinishedRun&);

}  // namespace unetsr::pipeline
