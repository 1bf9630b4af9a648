#pragma once
#include <cstdint>
#include <string>

namespace emulator {

// "file.cu:12" for a place in this program, counted from its start in memory; asks addr2line (binutils).
std::string source_line(uintptr_t offset);

}  // namespace emulator
