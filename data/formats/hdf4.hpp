#pragma once
#include <filesystem>
#include <string>

// What a build with or without HDF4 gives: data/formats/hdf4/ and its twin data/formats/no_hdf4/, which refuses all.
namespace unetsr::data {

// "4.2.15"; empty: this build has no HDF4.
std::string hdf4_version();

// Throws Error naming the file where this build reads no HDF4.
void require_hdf4(const std::filesystem::path& file);

// A global attribute of a granule; empty where it has none of that name, or not as a short text.
std::string hdf4_text_attribute(const std::filesystem::path& file, const char* name);

}  // namespace unetsr::data
