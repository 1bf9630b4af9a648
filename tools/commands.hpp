#pragma once
#include <string>
#include <vector>

namespace unetsr::tools {

// Each binds its options, runs its stage and throws what goes wrong. argv[0] is the command's name.
void simulate_command(int argc, const char* const* argv);
void prepare_command(int argc, const char* const* argv);
void train_command(int argc, const char* const* argv);
void crossvalidate_command(int argc, const char* const* argv);
void predict_command(int argc, const char* const* argv);
void plot_command(int argc, const char* const* argv);
void evaluate_command(int argc, const char* const* argv);
void validate_command(int argc, const char* const* argv);
void explain_command(int argc, const char* const* argv);
void ablate_command(int argc, const char* const* argv);
void reproduce_command(int argc, const char* const* argv);
void demo_command(int argc, const char* const* argv);
void info_command(int argc, const char* const* argv);

}  // namespace unetsr::tools
