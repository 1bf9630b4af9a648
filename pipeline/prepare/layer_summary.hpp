#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "data/dataset/mask.hpp"
#include "pipeline/console/layer_table.hpp"

namespace unetsr::pipeline {

// What a table of layers prints of one layer, computed part by part in memory that does not grow with it.
class LayerSummary {
 public:
  explicit LayerSummary(size_t windows) : present_(windows, 0) {}

  void add(int window, std::span<const float> values);
  bool empty() const { return range_.present == 0; }
  int64_t present(int window) const { return present_[size_t(window)]; }
  // `cells`: of a window, that were asked for. The median is that of the values' first 15 binary digits: its error is
  // below 2e-5 of it.
  LayerRow row(const std::string& name, const std::string& units, int64_t cells) const;

 private:
  using Counts = std::array<uint32_t, 256>;
  float median() const;

  std::vector<int64_t> present_;
  ValueRange range_;
  std::vector<std::unique_ptr<Counts>> counts_;  // by the values' order, 256 each
};

}  // namespace unetsr::pipeline
