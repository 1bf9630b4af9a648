#include "pipeline/console/peak_memory.hpp"

#include <sys/resource.h>

#include <fstream>
#include <string>

namespace unetsr::pipeline {

double peak_memory_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (double kib; word == "VmHWM:" && status >> kib) return kib / 1024;
  // Where there is none; what started this process counts here too.
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return double(usage.ru_maxrss) / 1024;
}

}  // namespace unetsr::pipeline
