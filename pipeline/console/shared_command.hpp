#pragma once
#include <functional>
#include <string>

namespace unetsr::pipeline {

// Runs a command in the processes of the program: in all, where they share its work, else in the first, with a warning,
// while the others wait. Throws Error where one that shares is of another version, or has other kernels for its
// processor (kernels/cpu/conv_tile.hpp): vectors of another length add in another order, and results would depend on
// which process made what.
void run_command(const std::string& name, bool is_shared, const std::function<void()>& run);

// In the first process, with a warning where there are others, which do not run it.
void run_in_first(const std::string& name, const std::function<void()>& run);

}  // namespace unetsr::pipeline
