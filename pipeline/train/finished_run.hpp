#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "data/correction/map_uncertainty.hpp"
#include "data/footprints/footprint_estimate.hpp"
#include "nn/ensemble.hpp"
#include "nn/execution.hpp"
#include "nn/model_spec.hpp"
#include "pipeline/maps/mapper.hpp"
#include "pipeline/train/history.hpp"
#include "pipeline/train/honest_protocol.hpp"
#include "pipeline/train/paper_protocol.hpp"
#include "pipeline/train/run_audit.hpp"
#include "pipeline/train/split_file.hpp"
#include "pipeline/train/train_options.hpp"

namespace unetsr::pipeline {

// A run directory whose training has come to its end (end_mark.hpp), with the networks of the checkpoints that count:
// the best one where there was validation, else the last one.
struct FinishedRun {
  std::filesystem::path directory;
  std::string name;  // the directory's, see names_of_runs
  ResolvedOptions options;
  std::string dataset;                        // identity of the one that it was trained on
  data::SifQuantity sif;                      // that it learnt
  std::optional<SplitPlaces> places;          // honest: which of its cells trained
  std::vector<std::vector<Epoch>> histories;  // one a network
  double seconds = 0;                         // of training, of all networks
  int64_t parameters = 0;                     // of all networks
  std::shared_ptr<nn::Ensemble> network;
  Mapper mapper;                       // of the network, as trained; the paper's protocol has no first guess
  double cloud_shielding = 0;          // of the soundings that it learnt from: its maps are those of a clear sky
  data::FootprintEstimate footprints;  // of the soundings of orbits that it learnt from
  std::optional<data::ConservedUncertainty> uncertainty;
  std::optional<WrittenAudit> audit;  // of training and test, before the training
};

// Computes with `execution`, except that --exact is that of the run. Where there is no such directory, the name may be
// that of a shipped model. Throws Error naming the file that is missing,
// torn, changed or of another run, or the training that has not ended.
FinishedRun open_run(const std::filesystem::path& run_directory, nn::Execution = {});

// A shipped model (pipeline/models/shipped_models.hpp) as a run: without history and standard deviation. Of the
// datasets that it was trained on nothing is known but their identities. Throws UsageError where there is none of this
// name.
FinishedRun shipped_run(const std::string& name, const nn::Execution& = {});

// The names of runs by their directories: the last part of the path, or, where several have the same, as many of the
// last parts as distinguish them ("unet/fold-0", "sifnet/fold-0"); the whole path where no part does.
std::vector<std::string> names_of_runs(const std::vector<std::filesystem::path>& directories);

// The same. Throws UsageError for a run of the paper's protocol.
FinishedRun open_honest_run(const std::filesystem::path& run_directory, const nn::Execution&);

// Bytes to map a block of `side` cells on a side: the network sees it with its receptive field at once, with the layers
// that its features are made of.
double memory_of_block(const FinishedRun&, const data::Grid&, double side);

// The windows with this label, by their numbers; all where it is empty. Throws UsageError where there is none.
std::vector<int> windows_asked_for(const std::vector<std::string>& labels, const std::string& label);

}  // namespace unetsr::pipeline
