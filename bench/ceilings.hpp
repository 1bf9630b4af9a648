#pragma once

// What the machine can do at most, for the figures of the kernels to be held against: measured on as many threads as
// the kernels use.
namespace unetsr::bench {

// Floating point operations a second of independent multiply-adds in registers.
double peak_flops();

// Bytes a second, read and written, of copying arrays far larger than the caches.
double copy_bandwidth();

// The same of the GPU's memory, by its copy op.
double copy_bandwidth_of_gpu();

}  // namespace unetsr::bench
