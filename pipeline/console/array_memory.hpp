#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "data/dataset/available_memory.hpp"
#include "data/dataset/stored_array.hpp"
#include "pipeline/console/output.hpp"

namespace unetsr::pipeline {

// Bytes that a command takes at most; what is `stored` may lie in scratch files.
struct ArrayMemory {
  double held = 0, stored = 0;
};

// Of steps that come one after the other.
ArrayMemory larger(const ArrayMemory&, const ArrayMemory&);

// States what is needed, and where arrays lie: in memory where that is within `asked`, the command's --memory (without
// it: half of what the machine has left), else in scratch files beside a file of the output. `what` needs it;
// `scratch_files`: in words. Throws UsageError where the rest is more than --memory, or than there is.
data::ArrayStore place_arrays(const ArrayMemory&, const std::optional<std::string>& asked, const std::string& what,
                              const std::string& scratch_files, const std::filesystem::path& beside, const Output&,
                              uint64_t available = data::available_memory());

}  // namespace unetsr::pipeline
