#pragma once

namespace unetsr::pipeline {

// Throws Error where a process that shares the command is of another version, or has other kernels for its processor
// (kernels/cpu/conv_tile.hpp): vectors of another length add in another order, and results would depend on which
// process made what.
void require_same_programs();

}  // namespace unetsr::pipeline
