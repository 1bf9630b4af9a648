#pragma once
#include <cstdint>
#include <string>

namespace unetsr::fuzz {

// Another input made from this one, the same for the same seed: bits flipped, bytes changed, parts cut out, repeated or
// taken from `other`, the end cut off, numbers in texts replaced by extreme ones.
std::string mutated(const std::string& input, const std::string& other, uint64_t seed);

// The same of an HDF5 file (so of datasets, checkpoints, and NetCDF), which stays one: through the library, values
// become extreme ones, attributes other texts, numbers or nothing, arrays other shapes or types, and some vanish. The
// input again where it is no HDF5 file.
std::string mutated_hdf5(const std::string& input, uint64_t seed);

}  // namespace unetsr::fuzz
