// One target for libFuzzer. With UNETSR_FUZZ_VALID, mutations of an HDF5 file go through its library, so that it stays
// one; without, they are of bytes, as that library may end on what it should open again.
#include <cstring>

#include "input.hpp"
#include "mutator.hpp"

extern "C" int UNETSR_TARGET(const uint8_t* data, size_t size);
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t most);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return UNETSR_TARGET(data, size);
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t most, unsigned seed) {
  const bool hdf5 = size > 8 && std::memcmp(data, "\x89HDF", 4) == 0;
  if (!hdf5 || !std::getenv("UNETSR_FUZZ_VALID")) return LLVMFuzzerMutate(data, size, most);
  const std::string other = unetsr::fuzz::mutated_hdf5(unetsr::fuzz::text_of(data, size), seed);
  if (other.size() > most) return size;
  std::memcpy(data, other.data(), other.size());
  return other.size();
}
