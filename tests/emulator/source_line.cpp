#include "emulator/source_line.hpp"

#include <unistd.h>

#include <cstdio>
#include <memory>

namespace emulator {

std::string source_line(uintptr_t offset) {
  char program[4096], command[4300], line[4096] = "";
  const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  if (length <= 0) return "?";
  program[length] = 0;
  std::snprintf(command, sizeof command, "addr2line -s -e '%s' 0x%zx 2>/dev/null", program, size_t(offset));
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command, "r"), pclose);
  if (!pipe || !std::fgets(line, sizeof line, pipe.get())) return "?";
  std::string found = line;
  return found.substr(0, found.find_first_of(" \n"));
}

}  // namespace emulator
