#include "data/dataset/readable_file.hpp"

#include <unistd.h>

#include <cerrno>

#include "kernels/error.hpp"

namespace unetsr::data {

void require_readable(const std::filesystem::path& file) {
  if (access(file.c_str(), R_OK) != 0)
    throw Error(file.string() + (errno == EACCES ? ": permission denied: you may not read it" : ": no such file"));
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) throw Error(file.string() + ": is a folder, not a file");
}

}  // namespace unetsr::data
