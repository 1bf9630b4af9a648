#pragma once
#include <unistd.h>

#include <cstdio>
#include <string>

#include "files.hpp"

namespace unetsr::test {

// What f() writes to standard error.
template <class Function>
std::string captured_stderr(const Function& f) {
  const TemporaryDirectory directory;
  const std::string path = directory / "stderr";
  std::fflush(stderr);
  const int before = dup(STDERR_FILENO);
  std::FILE* file = std::fopen(path.c_str(), "w");
  dup2(fileno(file), STDERR_FILENO);
  f();
  std::fflush(stderr);
  dup2(before, STDERR_FILENO);
  close(before);
  std::fclose(file);
  return read_file(path);
}

}  // namespace unetsr::test
