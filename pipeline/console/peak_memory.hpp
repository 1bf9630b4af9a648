#pragma once

namespace unetsr::pipeline {

// The most memory that this process has held so far, in MiB: what `VmHWM` of /proc/self/status says.
double peak_memory_mib();

}  // namespace unetsr::pipeline
