#pragma once
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <typeinfo>

#include "kernels/error.hpp"

// What all fuzz targets have in common. A target is a function LLVMFuzzerTestOneInput (libFuzzer's name for it) that
// reads an input as the program would. The promise that it checks: an input is refused by one of our errors, or what
// was read keeps the reader's contract.
namespace unetsr::fuzz {

// Ends the process, as a fuzzer wants it, where a promise is broken.
[[noreturn]] inline void broken(const std::string& what) {
  std::fprintf(stderr, "broken promise: %s\n", what.c_str());
  std::abort();
}

inline void require(bool kept, const char* what) {
  if (!kept) broken(what);
}

// Calls read(); an error of ours refuses the input, in one line. Any other exception is a find: so are std::bad_alloc
// and std::length_error, of sizes that nobody checked.
template <class Read>
void refused_or_read(const Read& read) {
  try {
    read();
  } catch (const Error& e) {
    if (std::string(e.what()).empty()) broken("an error without a message");
  } catch (const std::exception& e) {
    broken(std::string(typeid(e).name()) + ": " + e.what());
  }
}

// A folder of this process that it removes at its end.
inline const std::filesystem::path& folder() {
  struct Folder {
    std::filesystem::path path = std::filesystem::temp_directory_path() / ("unetsr-fuzz-" + std::to_string(::getpid()));
    Folder() { std::filesystem::create_directories(path); }
    ~Folder() {
      std::error_code ignored;
      std::filesystem::remove_all(path, ignored);
    }
  };
  static const Folder own;
  return own.path;
}

// The input as a file of this name.
inline std::filesystem::path file_of(const uint8_t* data, size_t size, const std::string& name) {
  const std::filesystem::path path = folder() / name;
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(data), std::streamsize(size));
  return path;
}

inline std::string text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline std::string contents_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace unetsr::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
