#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "nn/model_spec.hpp"
#include "pipeline/console/output.hpp"
#include "pipeline/train/train_options.hpp"

// What `train` prints before its first epoch.
namespace unetsr::pipeline {

// Numbers of cells with SIF and inputs.
struct CellCounts {
  int64_t training = 0, validation = 0, test = 0;
};
void print_cells(const CellCounts&, const Output&);

// The RMSE (mW m-2 sr-1 nm-1) of the first guess on what validates, and of the soundings' noise alone, which no map can
// be below by more than chance.
std::string reference_text(int64_t count, const std::string& what, const std::string& first_guess, double guess_rmse,
                           std::optional<double> noise = {});

// The network, the length of the training and its steps.
std::string plan_text(const ResolvedOptions&, const nn::ModelSpec&, int64_t steps_per_epoch);

// The commands that make and score maps of a run.
void print_next(const ResolvedOptions&, const Output&);

}  // namespace unetsr::pipeline
