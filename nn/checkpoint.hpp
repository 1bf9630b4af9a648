#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace unetsr::nn {

// A network in the middle or at the end of its training, as HDF5: data sets format, software, model, metadata, epoch
// and step; parameters, m and v (Adam's moments), float32, all of one length. The same training gives the same bytes.
struct Checkpoint {
  std::string software;  // that wrote it; the caller's own, as metadata
  std::string model;     // text of the ModelSpec
  std::string metadata;  // the caller's own
  int64_t epoch = 0, step = 0;
  std::vector<float> parameters, m, v;

  // Writes straight to `file`, replacing it.
  void save(const std::filesystem::path& file) const;
  // Throws Error naming the file and the place in it: missing, not HDF5, cut short, damaged, not a checkpoint, lengths
  // that differ, values that are not finite.
  static Checkpoint load(const std::filesystem::path& file);
  // The same of a file's bytes, which errors call `name`.
  static Checkpoint read(std::string_view bytes, const std::string& name);
};

}  // namespace unetsr::nn
