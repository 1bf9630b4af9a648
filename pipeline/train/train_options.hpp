#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "kernels/enum_names.hpp"
#include "kernels/masked_loss.hpp"
#include "nn/schedule.hpp"
#include "pipeline/console/compute.hpp"

namespace unetsr::pipeline {

// honest: test cells are not used in training, in scaling or in features; missing cells are not scored.
// paper: random crops of whole windows, split after cropping, empty cells scored as zeros. Its scores are leaky.
enum class Protocol { honest, paper };

// The kind of target; see supervision.hpp.
enum class Supervision { footprints, wald, gridded, truth };

// Where the footprints of soundings lie: at the corners of the file, or as estimated (data/footprints/
// estimate_footprints.hpp).
enum class FootprintPlaces { as_delivered, estimated };

enum class Optimizer { adam, adamw };

// The options of a training, listed once. `Maybe<T>` is std::optional<T> for options as given by a user (TrainOptions),
// and T itself once a dataset is known and the rest is filled in (ResolvedOptions, by resolve() of train_defaults.hpp).
template <template <class> class Maybe>
struct RunOptions {
  std::filesystem::path dataset, run_directory;
  Maybe<std::string> model{};
  Maybe<int> members{};             // networks with different initial weights, whose mean is the run's
  std::optional<std::string> from;  // run whose weights, network, features and scaling a training starts from
  Protocol protocol = Protocol::honest;
  Maybe<Supervision> supervision{};
  std::string truth;               // supervision truth: its rasters, a pattern of data/formats/window_pattern.hpp
  std::optional<int> wald_factor;  // supervision wald alone
  FootprintPlaces footprints = FootprintPlaces::estimated;  // supervision footprints alone
  Maybe<std::string> first_guess{};                         // honest: the feature to which the output is added
  Maybe<std::vector<std::string>> features{};
  std::string test = "blocks:auto:0/4";       // honest: the test cells, see held_out.hpp
  Maybe<int> buffer{};                        // honest: cells between test cells and others
  std::optional<std::string> start{}, end{};  // honest: days between which windows that train and test begin
  double validation = 0.1;                    // honest: share of the cells that do not test; 0: the last epoch counts
  Maybe<int> epochs{}, batch{}, patch{};      // patch: cells on a side
  std::optional<int> shards{};                // of a batch, see nn/shards.hpp; of runs before there were any: none
  Maybe<double> learning_rate{};              // its peak
  Maybe<Optimizer> optimizer{};
  Maybe<double> weight_decay{};
  Maybe<nn::ScheduleKind> schedule{};
  kernels::LossKind loss = kernels::LossKind::mse;
  double huber_delta = 0.3;  // mW m-2 sr-1 nm-1
  int patience = 0;          // epochs without a better validation score before stopping; 0: never
  uint64_t seed = 1;
  std::optional<std::string> memory{};  // that a footprint training may take, as in 2GB (training_data.hpp)
  bool exact = false;                   // convolutions keep to direct sums: Queue::exact()
  Compute<Maybe> compute;
  bool resume = false, overwrite = false;
};
using TrainOptions = RunOptions<std::optional>;
using ResolvedOptions = RunOptions<std::type_identity_t>;

}  // namespace unetsr::pipeline

template <>
struct unetsr::EnumNames<unetsr::pipeline::Protocol> {
  using Protocol = unetsr::pipeline::Protocol;
  static constexpr const char* what = "protocol";
  static constexpr std::pair<Protocol, const char*> names[] = {{Protocol::honest, "honest"},
                                                               {Protocol::paper, "paper"}};
};

template <>
struct unetsr::EnumNames<unetsr::pipeline::Supervision> {
  using Supervision = unetsr::pipeline::Supervision;
  static constexpr const char* what = "supervision";
  static constexpr std::pair<Supervision, const char*> names[] = {{Supervision::footprints, "footprints"},
                                                                  {Supervision::wald, "wald"},
                                                                  {Supervision::gridded, "gridded"},
                                                                  {Supervision::truth, "truth"}};
};

template <>
struct unetsr::EnumNames<unetsr::pipeline::FootprintPlaces> {
  using FootprintPlaces = unetsr::pipeline::FootprintPlaces;
  static constexpr const char* what = "footprints";
  static constexpr std::pair<FootprintPlaces, const char*> names[] = {{FootprintPlaces::as_delivered, "as-delivered"},
                                                                      {FootprintPlaces::estimated, "estimated"}};
};

template <>
struct unetsr::EnumNames<unetsr::pipeline::Optimizer> {
  using Optimizer = unetsr::pipeline::Optimizer;
  static constexpr const char* what = "optimizer";
  static constexpr std::pair<Optimizer, const char*> names[] = {{Optimizer::adam, "adam"}, {Optimizer::adamw, "adamw"}};
};
