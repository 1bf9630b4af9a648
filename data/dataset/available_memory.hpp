#pragma once
#include <cstdint>
#include <string>

// Memory is estimated before it is allocated: the system kills a process that allocates too much without a message.
namespace unetsr::data {

// Bytes that this process may still take: the least of what the machine has free (MemAvailable), what its control
// group leaves (memory.max) and what the address space does (ulimit -v).
uint64_t available_memory();

// Throws UsageError with figures where `needed` bytes are more than `available`: "WHAT needs about 41 GB of memory, 19
// GB are available; ADVICE".
void refuse_beyond_memory(double needed, const std::string& what, const std::string& advice,
                          uint64_t available = available_memory());

}  // namespace unetsr::data
