#pragma once
#include <span>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/dataset/file_blocks.hpp"
#include "data/dataset/scratch_file.hpp"

namespace unetsr::pipeline {

// Layers of a grid, held in a scratch file by blocks. What was never written is missing.
class ScratchLayers {
 public:
  ScratchLayers(data::ScratchFile& scratch, const data::FileBlocks& blocks, size_t windows)
      : scratch_(scratch), blocks_(blocks), windows_(windows) {}

  // The layer's number; a new one is added under a new name.
  size_t layer(const std::string& name, const std::string& units, const std::string& long_name);
  // Without values, in the order in which they were added.
  const std::vector<data::Layer>& layers() const { return layers_; }
  const data::FileBlocks& blocks() const { return blocks_; }
  bool has(const std::string& name) const;
  size_t index_of(const std::string& name) const;
  bool empty(const std::string& name) const;  // no layer of this name has a value

  std::vector<float> read(size_t layer, int window, int64_t block) const;
  void write(size_t layer, int window, int64_t block, const std::vector<float>& values);
  // The whole grid.
  void write(size_t layer, int window, const data::Grid&, std::span<const float> values);
  // Any part of the grid, to `values`, row by row.
  void read(size_t layer, int window, const data::Part& part, float* values) const;

 private:
  static constexpr int64_t nowhere = -1;
  size_t slot(size_t layer, int window, int64_t block) const {
    return (layer * windows_ + size_t(window)) * size_t(blocks_.count()) + size_t(block);
  }

  data::ScratchFile& scratch_;
  data::FileBlocks blocks_;
  size_t windows_;
  std::vector<data::Layer> layers_;
  std::vector<int64_t> places_;  // by slot
};

}  // namespace unetsr::pipeline
