#pragma once
#include <span>
#include <vector>

#include "data/dataset/mask.hpp"
#include "pipeline/evaluate/file_scene.hpp"
#include "pipeline/report/evaluate_report.hpp"

namespace unetsr::pipeline {

// Where the pictures of a page are means of blocks, its charts of single cells need a sample of these: every so many of
// the scored ones, some million at most.
class PairSample {
 public:
  explicit PairSample(const FileScene&);

  // Of one window, to the pairs of measured and remeasured values.
  void add(std::span<const float> map, std::span<const float> target, const data::Mask& cells, report::EvaluatedRun&);

 private:
  size_t every_ = 0;  // 0: the pictures are of single cells themselves
  size_t seen_ = 0;
};

}  // namespace unetsr::pipeline
