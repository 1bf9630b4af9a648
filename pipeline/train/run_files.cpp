#include "pipeline/train/run_files.hpp"

#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/processes/processes.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> of_network(const RunFiles& files) {
  return {files.history(), files.best(), files.last()};
}

// Those below members/ that are there.
std::vector<RunFiles> further_members(const RunFiles& files) {
  std::vector<RunFiles> found;
  std::error_code none;
  for (fs::directory_iterator entry(files.members(), none), end; !none && entry != end; entry.increment(none))
    if (entry->path().filename().string().find_first_not_of("0123456789") == std::string::npos)
      found.push_back({entry->path()});
  return found;
}

}  // namespace

std::vector<fs::path> RunFiles::of_run(int members) const {
  std::vector<fs::path> all = {configuration(), split(), audit(), footprints(), uncertainty()}, there;
  for (int k = 0; k < members; ++k)
    for (const fs::path& file : of_network(of_member(k))) all.push_back(file);
  for (const fs::path& file : all)
    if (fs::exists(file)) there.push_back(file);
  return there;
}

std::vector<fs::path> RunFiles::all() const {
  std::vector<fs::path> files = {configuration(), split(), audit(), footprints(), uncertainty(), end_mark()};
  std::vector<RunFiles> networks = further_members(*this);
  networks.push_back(*this);
  for (const RunFiles& network : networks)
    for (const fs::path& file : of_network(network)) files.push_back(file);
  return files;
}

void RunFiles::remove_run() const {
  if (!processes().is_first()) return;
  remove_own_file(end_mark());
  if (fs::is_directory(directory)) sync_directory_of(end_mark());
  for (const fs::path& file : all()) remove_own_file(file);
  std::error_code holds_others;
  for (const RunFiles& network : further_members(*this)) fs::remove(network.directory, holds_others);
  fs::remove(members(), holds_others);
}

}  // namespace unetsr::pipeline
