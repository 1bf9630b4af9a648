#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace unetsr::data {

// A running SHA-256 of bytes.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void add(const void* bytes, size_t count);
  std::array<uint8_t, 32> digest();  // ends the sum, as the next does
  std::string hexadecimal();         // in lower case

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// Of a file's bytes. Throws Error naming the file.
std::string sha256(const std::filesystem::path& file);

}  // namespace unetsr::data
