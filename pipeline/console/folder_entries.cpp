#include "pipeline/console/folder_entries.hpp"

namespace unetsr::pipeline {

std::vector<std::filesystem::path> entries_like(const std::filesystem::path& folder, const std::string& begin,
                                                const std::string& end) {
  std::vector<std::filesystem::path> found;
  std::error_code failed;
  for (std::filesystem::directory_iterator entry(folder.empty() ? "." : folder, failed), last; !failed && entry != last;
       entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    if (name.size() >= begin.size() + end.size() && name.starts_with(begin) && name.ends_with(end))
      found.push_back(folder / name);
  }
  return found;
}

}  // namespace unetsr::pipeline
