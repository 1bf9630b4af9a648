#include "source_directory.hpp"

std::filesystem::path unetsr::test::source_directory() {
  return UNETSR_SOURCE_DIR;
}
