#pragma once
#include <filesystem>

namespace unetsr::test {

// The checkout that the tests were built from. Compiled apart: all other objects of tests are the same in any folder.
std::filesystem::path source_directory();

}  // namespace unetsr::test
