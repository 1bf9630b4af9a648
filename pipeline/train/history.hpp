#pragma once
#include <filesystem>
#include <optional>
#include <vector>

#include "pipeline/train/scores.hpp"

namespace unetsr::pipeline {

// The record of one epoch. `monitored` is scored on the validation cells (honest) or on the test crops (paper).
struct Epoch {
  int epoch = 0;  // counted from 1
  double loss = 0, learning_rate = 0, seconds = 0;
  std::optional<Scores> monitored;
  double memory_mib = 0;  // the most that the program had held by then; 0 where it is not known
};

// history.jsonl: one JSON object a line and epoch.
class History {
 public:
  // Starts a new file, or goes on after `epochs` epochs of an existing one; later lines are dropped.
  History(std::filesystem::path path, int epochs);
  void add(const Epoch&);
  const std::vector<Epoch>& epochs() const { return epochs_; }

 private:
  std::filesystem::path path_;
  std::vector<Epoch> epochs_;
};

// Throws Error naming the file and the line that cannot be read.
std::vector<Epoch> read_history(const std::filesystem::path& path);

}  // namespace unetsr::pipeline
