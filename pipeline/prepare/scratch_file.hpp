#pragma once
#include <cstdint>
#include <filesystem>

namespace unetsr::pipeline {

// A file for what does not fit into memory, beside a file that is being made. It has no name, so that nothing is left
// of it when the process ends, by a signal too. Reading and writing throw Error naming the folder and the cause.
class ScratchFile {
 public:
  explicit ScratchFile(const std::filesystem::path& beside);
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  // At the end; returns the place. Beyond `count` bytes nothing is reserved.
  int64_t append(const void* bytes, size_t count);
  void write(int64_t place, const void* bytes, size_t count);
  void read(int64_t place, void* bytes, size_t count) const;
  int64_t size() const { return size_; }

 private:
  std::filesystem::path folder_;
  int id_ = -1;
  int64_t size_ = 0;
};

}  // namespace unetsr::pipeline
