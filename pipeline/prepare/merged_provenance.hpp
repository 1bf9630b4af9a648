#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/dataset/soundings.hpp"

namespace unetsr::pipeline {

// The provenance of a dataset and of what is added to it. Inputs are in the order of a dataset that is made of all at
// once: indices (*.hdf, granules *.h5), soundings (*.nc), then others, each once and by their paths.
class MergedProvenance {
 public:
  // Throws UsageError where one is of a simulated scene and the other of another one or of none, or a file that was
  // added before is among those that are added.
  // `both`: there is a stored one; else the added one stays as it is.
  MergedProvenance(const data::Provenance& stored, const std::string& name, const data::Provenance& added, bool both);

  const data::Provenance& merged() const { return merged_; }
  // The index of an input of the stored one, of the added one.
  int32_t of_stored(int32_t file) const { return index(stored_, file); }
  int32_t of_added(int32_t file) const { return index(added_, file); }
  // The column `file` of soundings of the stored one.
  void renumber(data::Soundings&) const;

 private:
  static int32_t index(const std::vector<int32_t>& numbers, int32_t file) {
    return file >= 0 && size_t(file) < numbers.size() ? numbers[size_t(file)] : -1;
  }
  data::Provenance merged_;
  std::vector<int32_t> stored_, added_;
};

}  // namespace unetsr::pipeline
