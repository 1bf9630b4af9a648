#pragma once
#include <filesystem>
#include <string>

// Files that GDAL writes, whose failures it never sees: some of its drivers take a write that failed for done, others
// try it forever. A write that fails is remembered and taken for done; whoever writes the file asks at the end.
namespace unetsr::data {

// The name by which GDAL's drivers write a file, and those that begin like it, so that failures are remembered. Drivers
// do not remove files by such names.
std::string remembering_name(const std::filesystem::path&);

// Throws Error naming the file if a write to it, or to a file whose name begins like it, failed since the last call.
void require_written(const std::filesystem::path&);

// A text of GDAL's with the files' own names.
std::string with_own_names(std::string text);

}  // namespace unetsr::data
