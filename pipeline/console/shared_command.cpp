#include "pipeline/console/shared_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "kernels/devices.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/output.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/processes/processes.hpp"

namespace unetsr::pipeline {
namespace {

// Texts of one length, as processes exchange them.
struct Program {
  std::array<char, 256> version{}, kernels{};
};

std::array<char, 256> fixed(const std::string& text) {
  std::array<char, 256> all{};
  std::copy_n(text.begin(), std::min(text.size(), all.size() - 1), all.begin());
  return all;
}

void require_same(const std::array<char, 256>& of_first, const std::array<char, 256>& other, int process,
                  const char* what) {
  if (of_first != other)
    throw Error(
        fmt::format("process {} has {} {}, the first {}: start all from one build, on processors of one kind "
                    "(or with UNETSR_CPU=avx2 or portable for all)",
                    process, what, other.data(), of_first.data()));
}

void require_same_programs() {
  const Processes& all = processes();
  if (all.size() == 1) return;
  std::vector<Program> programs(static_cast<size_t>(all.size()));
  programs[size_t(all.rank())] = {fixed(version()), fixed(devices().front().description)};
  all.gather(programs.data(), sizeof(Program), all.size());
  for (int r = 1; r < all.size(); ++r) {
    require_same(programs[0].version, programs[size_t(r)].version, r, "version");
    require_same(programs[0].kernels, programs[size_t(r)].kernels, r, "kernels for");
  }
}

}  // namespace

void run_command(const std::string& name, bool is_shared, const std::function<void()>& run) {
  if (!is_shared) return run_in_first(name, run);
  require_same_programs();
  run();
}

void run_in_first(const std::string& name, const std::function<void()>& run) {
  const int all = processes_of_program();
  if (all == 1) return run();
  if (rank_in_program() > 0) return;
  Output::for_standard_error(false).warning(
      fmt::format("{} runs in one of the {} processes; the others wait", name, all));
  const WorkAlone alone;
  run();
}

}  // namespace unetsr::pipeline
