#pragma once
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include "source_directory.hpp"

namespace unetsr::test {

// A directory of its own that disappears with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "unetsr-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// A folder of real data for tests, or nothing (with a line that says so) where it is absent.
inline std::optional<std::filesystem::path> shared_data(const std::string& folder) {
  const char* root = std::getenv("UNETSR_SHARED_DATA");
  const std::filesystem::path path =
      (root ? std::filesystem::path(root) : source_directory() / "../shared/data") / folder;
  if (std::filesystem::exists(path)) return path;
  std::printf("skipped: %s is not there (set UNETSR_SHARED_DATA to the folder that holds %s)\n", path.c_str(),
              folder.c_str());
  return std::nullopt;
}

}  // namespace unetsr::test
