#pragma once
#include <optional>
#include <string>
#include <vector>

#include "data/dataset/dataset_file.hpp"
#include "pipeline/console/output.hpp"
#include "pipeline/train/finished_run.hpp"

namespace unetsr::pipeline {

// Bytes that scores on a file's fine cells take at most: those of one window with all its layers, the coarse layers of
// all windows, and what the correction by soundings holds.
double memory_to_evaluate(const data::DatasetFile&, const std::vector<FinishedRun>&);

// Tells what is needed. Throws UsageError where it is more than --memory (`asked`; none: what the machine has left).
void require_memory(double needed, const std::optional<std::string>& asked, const std::string& what, const Output&);

}  // namespace unetsr::pipeline
