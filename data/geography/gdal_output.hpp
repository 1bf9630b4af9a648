#pragma once
#include <filesystem>
#include <string>

// Failed writes of GDAL. Some of its drivers ignore a failed write, others repeat it forever. So a failed write is
// remembered and reported to GDAL as done; the writer of the file checks at the end.
namespace unetsr::data {

// The name by which GDAL's drivers write a file, and those that begin like it, so that failures are remembered. Drivers
// do not remove files by such names.
std::string remembering_name(const std::filesystem::path&);

// Throws Error naming the file if a write to it, or to a file whose name begins like it, failed since the last call.
void require_written(const std::filesystem::path&);

// A message of GDAL with the files' own names.
std::string with_own_names(std::string text);

}  // namespace unetsr::data
