#pragma once
#include <string>
#include <vector>

#include "data/dataset/dataset_file.hpp"
#include "pipeline/prepare/scratch_layers.hpp"

namespace unetsr::pipeline {

// A dataset of granules to which `prepare --append` adds windows or days, read block by block. `windows` are those of
// the dataset that will be written.
class StoredDataset {
 public:
  // The file outlives this. Throws UsageError for a dataset of tables.
  StoredDataset(const data::DatasetFile& file, const std::vector<std::string>& windows);

  // The window here of a window of the new dataset; -1: none.
  int window(int of_new) const { return windows_[size_t(of_new)]; }

  // Lays the granules' bands; the bands of --aux.
  void lay_bands(ScratchLayers& laid) const { lay(bands_, laid); }
  void lay_auxiliary(ScratchLayers& laid) const { lay(auxiliary_, laid); }

  // The gridded soundings of a part of a window of the new dataset: SIF on the fine cells, and all coarse layers.
  struct Gridded {
    std::vector<data::Layer> fine, coarse;
  };
  Gridded gridded(int window, const data::Part&) const;

  // Soundings of the window that may cover a cell of the part, and others.
  data::Soundings soundings(int window, const data::Part&) const;

 private:
  void lay(const std::vector<data::Layer>& layers, ScratchLayers& laid) const;

  const data::DatasetFile& file_;
  std::vector<int> windows_;
  std::vector<data::Layer> bands_, auxiliary_;
};

// The windows of both, by date, each once. Throws UsageError naming one that both have, or one that is no date.
std::vector<std::string> windows_of_both(const std::vector<std::string>& stored, const std::vector<std::string>& added,
                                         const std::string& name);

}  // namespace unetsr::pipeline
