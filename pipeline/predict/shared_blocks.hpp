#pragma once
#include <functional>
#include <vector>

#include "data/dataset/dataset_file.hpp"
#include "pipeline/maps/mapper.hpp"

// Maps made block by block, by all processes in turn. The first one has them in order, as if it had made all.
namespace unetsr::pipeline {

class SharedBlocks {
 public:
  // Of these windows, in the order that the first process names; the others have the windows from it. File and mapper
  // outlive it.
  SharedBlocks(const data::DatasetFile&, const Mapper&, std::vector<data::Part> blocks, std::vector<int> windows);

  // The first process: SIF of the next block.
  struct Made {
    data::Part block;
    std::vector<float> sif;
  };
  Made next();
  // Another process: makes its blocks.
  void make_own();

  size_t count() const { return windows_.size() * blocks_.size(); }
  size_t of_a_window() const { return blocks_.size(); }

 private:
  int window_of(size_t turn) const { return windows_[turn / blocks_.size()]; }
  const data::Part& block_of(size_t turn) const { return blocks_[turn % blocks_.size()]; }
  std::vector<float> make(size_t turn) const { return mapper_.map(file_, window_of(turn), block_of(turn)); }

  const data::DatasetFile& file_;
  const Mapper& mapper_;
  std::vector<data::Part> blocks_;
  std::vector<int> windows_;
  size_t turn_ = 0;
};

}  // namespace unetsr::pipeline
