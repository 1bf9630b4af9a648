#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "kernels/view.hpp"

// Cells of a scene, sorted window by window into strata that are scored one by one.
namespace unetsr::data {

struct StratumFamily {
  std::string name;
  std::vector<std::string> strata;
  // Which stratum each cell of a window is in, by the window's number and a layer's values there; -1: none.
  std::function<std::vector<int16_t>(int window, std::span<const float> layer)> of_window;
};

StratumFamily by_window(std::span<const std::string> windows);
// Three months each; no strata where a window's label is not a date (YYYY-MM-DD).
StratumFamily by_season(std::span<const std::string> windows);

// How many cells each class of a layer has, by its values rounded.
class ClassCounts {
 public:
  void add(std::span<const float> layer);
  // Beyond the 12 most frequent: "other". `names`: of class 0, 1, ...; a class without a name is called by its number.
  StratumFamily family(const std::string& name, std::span<const std::string> names) const;
  // One value of each class.
  std::vector<float> classes() const;

 private:
  std::map<long, int64_t> count_;
};

// The quarters of values that are seen twice, part by part: the least of each but the first. 2 MB, however many they
// are.
class QuarterBounds {
 public:
  QuarterBounds();
  void count(std::span<const float> values);   // all parts, then
  void refine(std::span<const float> values);  // all parts again, then
  // As many cells each; no strata where no value is present.
  StratumFamily family(const std::string& name) const;

 private:
  static constexpr size_t halves = 3;
  int64_t rank(size_t quarter) const { return present_ * int64_t(quarter + 1) / 4; }
  void find_upper();

  int64_t present_ = 0;
  bool found_ = false;
  std::vector<int64_t> upper_;                      // how many values have these upper 16 bits
  std::array<uint32_t, halves> bits_ = {};          // of each bound
  std::array<int64_t, halves> below_ = {};          // how many values have lower ones
  std::array<std::vector<int64_t>, halves> lower_;  // of those with the bound's upper bits: by the lower 16
};

// How many cells lie between a cell and the nearest edge of its block of factor x factor cells.
StratumFamily by_edge_distance(int rows, int columns, int factor);

}  // namespace unetsr::data
