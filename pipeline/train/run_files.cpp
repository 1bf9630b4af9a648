#include "pipeline/train/run_files.hpp"

#include "pipeline/console/atomic_file.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> of_network(const RunFiles& files) {
  return {files.history(), files.best(), files.last()};
}

}  // namespace

std::vector<fs::path> RunFiles::of_run(int members) const {
  std::vector<fs::path> all = {configuration(), split(), audit(), uncertainty()}, there;
  for (int k = 0; k < members; ++k)
    for (const fs::path& file : of_network(of_member(k))) all.push_back(file);
  for (const fs::path& file : all)
    if (fs::exists(file)) there.push_back(file);
  return there;
}

void RunFiles::remove_run() const {
  if (fs::remove(end_mark())) sync_directory_of(end_mark());
  for (const fs::path& file : of_network(*this)) fs::remove(file);
  fs::remove(uncertainty());
  for (int k = 1; fs::is_directory(of_member(k).directory); ++k) {
    for (const fs::path& file : of_network(of_member(k))) fs::remove(file);
    std::error_code holds_others;
    fs::remove(of_member(k).directory, holds_others);
  }
  std::error_code holds_others;
  fs::remove(members(), holds_others);
}

}  // namespace unetsr::pipeline
