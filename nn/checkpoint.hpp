#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace unetsr::nn {

// A network and its training's state, as one HDF5 file whose bytes depend on nothing else.
//
//   /                    attributes format, model, metadata (text), step, epoch
//   /parameters, /m, /v  float, one value a parameter; m and v are Adam's moments
struct Checkpoint {
  std::string model;     // as to_text(ModelSpec) prints it
  std::string metadata;  // the caller's, opaque
  std::vector<float> parameters, m, v;
  int64_t step = 0, epoch = 0;

  // Writes the file in place; the caller makes that atomic. Throws Error naming the file.
  void save(const std::filesystem::path&) const;
  // Throws Error naming the file and the place in it if it is torn, is no checkpoint, does not fit its own model, or
  // holds a value that is not finite.
  static Checkpoint load(const std::filesystem::path&);
};

}  // namespace unetsr::nn
