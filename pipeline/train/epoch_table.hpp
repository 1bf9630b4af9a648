#pragma once
#include <string>

#include "pipeline/console/output.hpp"
#include "pipeline/train/history.hpp"

namespace unetsr::pipeline {

// The table of epochs that a training prints while it runs, eight rows or a few more.
class EpochTable {
 public:
  // Prints the heading. `scored`: what the scores are of, "validation" or "test".
  EpochTable(const Output&, const std::string& scored, int epochs);
  // Prints the epoch's row if it is its turn. `best`: no epoch before had a lower RMSE.
  void add(const Epoch&, bool best, double seconds_left) const;

 private:
  const Output& output_;
  int epochs_, every_;
};

}  // namespace unetsr::pipeline
