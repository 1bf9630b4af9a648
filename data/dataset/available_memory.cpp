#include "data/dataset/available_memory.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>

#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

constexpr uint64_t kib = 1024;

// The number behind a word of a file of /proc.
std::optional<uint64_t> number_after(const std::string& word, const char* file) {
  std::ifstream in(file);
  for (std::string found; in >> found;)
    if (uint64_t value; found == word && in >> value) return value;
  return std::nullopt;
}

std::optional<uint64_t> number_in(const std::string& file) {
  std::ifstream in(file);
  if (uint64_t value; in >> value) return value;
  return std::nullopt;
}

uint64_t less(uint64_t limit, uint64_t used) {
  return limit > used ? limit - used : 0;
}

uint64_t free_in_machine() {
  if (const auto free = number_after("MemAvailable:", "/proc/meminfo")) return *free * kib;
  return uint64_t(sysconf(_SC_PHYS_PAGES)) * uint64_t(sysconf(_SC_PAGE_SIZE));
}

// A group's pages of files are given back where memory is short.
uint64_t free_in_group() {
  uint64_t least = std::numeric_limits<uint64_t>::max();
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const std::string path = line.substr(line.rfind(':') + 1);
    for (const std::string& folder : {"/sys/fs/cgroup" + path, std::string("/sys/fs/cgroup")})
      if (const auto limit = number_in(folder + "/memory.max")) {
        const uint64_t pages = number_after("inactive_file", (folder + "/memory.stat").c_str()).value_or(0);
        least = std::min(least, less(*limit, less(number_in(folder + "/memory.current").value_or(0), pages)));
      }
  }
  return least;
}

uint64_t free_in_address_space() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::numeric_limits<uint64_t>::max();
  return less(limit.rlim_cur, number_after("VmSize:", "/proc/self/status").value_or(0) * kib);
}

std::string in_words(double bytes) {
  return bytes < 1e9 ? fmt::format("{:.0f} MB", bytes / 1e6) : fmt::format("{:.3g} GB", bytes / 1e9);
}

}  // namespace

uint64_t available_memory() {
  return std::min({free_in_machine(), free_in_group(), free_in_address_space()});
}

void refuse_beyond_memory(double needed, const std::string& what, const std::string& advice, uint64_t available) {
  if (needed > double(available))
    throw UsageError(fmt::format("{} needs about {} of memory, {} are available; {}", what, in_words(needed),
                                 in_words(double(available)), advice));
}

}  // namespace unetsr::data
