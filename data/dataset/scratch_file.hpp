#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

namespace unetsr::data {

// A file for what does not fit into memory. It has no name, so that nothing is left of it when the process ends, by a
// signal too. Making, reading and writing it throw Error naming the folder, `what` it is and the cause.
class ScratchFile {
 public:
  // In the folder of a file that is being made.
  explicit ScratchFile(const std::filesystem::path& beside);
  ScratchFile(std::filesystem::path folder, std::string what);
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  // At the end; returns the place. Beyond `count` bytes nothing is reserved.
  int64_t append(const void* bytes, size_t count);
  void write(int64_t place, const void* bytes, size_t count);
  void read(int64_t place, void* bytes, size_t count) const;
  // As many of these bytes as there are before the end of the file; returns their number.
  size_t read_up_to(int64_t place, void* bytes, size_t count) const;
  int64_t size() const { return size_; }
  // Makes the file so long, with its disk space reserved, and maps all of it. `before`: the last mapping, of `held`
  // bytes, which ends; or null.
  void* map(void* before, size_t held, size_t bytes);

 private:
  [[noreturn]] void fail(const char* verb, const std::string& cause) const;

  std::filesystem::path folder_;
  std::string what_;
  int id_ = -1;
  int64_t size_ = 0;
};

}  // namespace unetsr::data
