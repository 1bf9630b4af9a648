#pragma once
#include <algorithm>
#include <utility>

#include "data/correction/map_error.hpp"
#include "pipeline/console/interrupt.hpp"

namespace unetsr::pipeline {

// Counts the steps of a wait, maps that are made and scored, and reports the share that is done. Throws Interrupted
// between them.
class Steps {
 public:
  explicit Steps(data::ShareReached reached = [](double) {}) : reached_(std::move(reached)) {}

  // So many more are to come.
  void expect(size_t steps) { expected_ += double(steps); }
  void done() {
    ++done_;
    report(0);
  }
  // The share of the step that is under way.
  void reached(double share) const { report(share); }

 private:
  void report(double share) const {
    stop_if_interrupted();
    if (expected_ > 0) reached_(std::min(1.0, (done_ + share) / expected_));
  }

  data::ShareReached reached_;
  double expected_ = 0, done_ = 0;
};

}  // namespace unetsr::pipeline
