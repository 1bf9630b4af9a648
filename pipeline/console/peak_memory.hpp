#pragma once

namespace unetsr::pipeline {

// The most memory that this process has held so far, in MiB: `VmHWM` of /proc/self/status.
double peak_memory_mib();

}  // namespace unetsr::pipeline
