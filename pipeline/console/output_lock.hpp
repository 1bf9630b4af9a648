#pragma once
#include <filesystem>
#include <vector>

// One writer at a time: another process that wants to write the same file, or into the same folder, is refused. Of
// processes that share a command (pipeline/processes/) the first locks for all.
namespace unetsr::pipeline {

// Held while it lives. The lock is the kernel's, on a hidden file that has the holder's number in it (.NAME.unetsr-lock
// beside a file, .unetsr-lock in a folder): a process that dies in any way holds none, and what it left of the hidden
// file is taken over and removed by the next. Throws Error naming path and holder where another process has it.
// A file system without locks has no protection.
class OutputLock {
 public:
  static OutputLock of_file(const std::filesystem::path&);
  // Makes the folder, and those above it, where they are not there; those still empty at the end go again.
  static OutputLock of_folder(const std::filesystem::path&);
  ~OutputLock();
  OutputLock(OutputLock&&) noexcept;
  OutputLock(const OutputLock&) = delete;
  OutputLock& operator=(const OutputLock&) = delete;

 private:
  OutputLock(const std::filesystem::path& asked, std::filesystem::path lock_file,
             std::vector<std::filesystem::path> made);

  std::filesystem::path lock_file_;
  std::vector<std::filesystem::path> made_;  // folders, the innermost first
  int descriptor_ = -1;
};

}  // namespace unetsr::pipeline
