#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace unetsr::pipeline {

// The places of files in a run directory.
struct RunFiles {
  std::filesystem::path directory;
  std::filesystem::path history() const { return directory / "history.jsonl"; }
  std::filesystem::path best() const { return directory / "best.h5"; }
  std::filesystem::path last() const { return directory / "last.h5"; }
  std::filesystem::path configuration() const { return directory / "run.toml"; }
  std::filesystem::path split() const { return directory / "split.json"; }
  std::filesystem::path audit() const { return directory / "audit.json"; }
  std::filesystem::path uncertainty() const { return directory / "uncertainty.json"; }
  std::filesystem::path footprints() const { return directory / "footprints.json"; }
  std::filesystem::path end_mark() const { return directory / "finished.json"; }
  // Of several networks the first one's history and checkpoints lie in the run directory, the others' below this one.
  std::filesystem::path members() const { return directory / "members"; }
  RunFiles of_member(int k) const { return k == 0 ? *this : RunFiles{members() / std::to_string(k + 1)}; }

  // Those that belong to a run of so many networks and that exist, but for the end mark.
  std::vector<std::filesystem::path> of_run(int members) const;
  // All that a training may write or replace, those of further networks of an earlier run too, there or not.
  std::vector<std::filesystem::path> all() const;
  // Removes what an earlier run left, of any number of networks: the end mark first, then what holds its weights. Other
  // files in the directory stay.
  void remove_run() const;
};

}  // namespace unetsr::pipeline
