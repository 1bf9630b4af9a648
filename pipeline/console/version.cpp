#include "pipeline/console/version.hpp"

#include <ctime>

#include "data/formats/library_versions.hpp"
#include "kernels/devices.hpp"
#include "unetsr_commit.hpp"

namespace unetsr::pipeline {
namespace {

#ifdef __clang__
constexpr const char* compiler = "Clang " __clang_version__;
#else
constexpr const char* compiler = "GCC " __VERSION__;
#endif

}  // namespace

std::string version() {
  const std::string commit = UNETSR_COMMIT, cuda = UNETSR_CUDA_VERSION;
  return std::string(UNETSR_VERSION) + " (" + (commit.empty() ? "" : commit + ", ") + compiler + ", " +
         data::library_versions() + ", " + (built_with_cuda() ? "CUDA " + cuda : "no CUDA") + ")";
}

std::string now_utc() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

}  // namespace unetsr::pipeline
