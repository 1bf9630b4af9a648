#pragma once
#include <filesystem>
#include <functional>
#include <string>

// Files appear whole or not at all: written beside the final name, synced to the disk, then renamed.
namespace unetsr::pipeline {

// Calls write(temporary path), then moves the file to `path`. The temporary path is `path` + ".partial"; one that a
// killed program left is replaced. If `write` throws or the disk is full, the temporary file is removed, whatever stood
// at `path` stays as it was, and the Error names `path`. A symbolic link at `path` stays a link; anything else there
// but a file (a directory, a device) is an Error.
void write_atomically(const std::filesystem::path& path,
                      const std::function<void(const std::filesystem::path&)>& write);
void write_text_atomically(const std::filesystem::path& path, const std::string& text);

// Makes a rename or removal in the directory of `path` last. Not every file system can.
void sync_directory_of(const std::filesystem::path& path);

// Throws a UsageError that names `path` and --overwrite if it exists and `overwrite` is not set.
void refuse_to_overwrite(const std::filesystem::path& path, bool overwrite);

}  // namespace unetsr::pipeline
