#pragma once
#include <filesystem>
#include <functional>
#include <string>

// Files appear whole or not at all: written beside the final name, synced to the disk, then renamed. Of processes that
// share a command (pipeline/processes/) the first writes; in the others these functions do nothing.
namespace unetsr::pipeline {

// Calls write(temporary path), then moves the file to `path`. The temporary path is hidden and this process's own,
// `.NAME.PID-N.partial` beside `path`; `write` may make others that begin with it. If `write` throws or the disk is
// full, they are removed, whatever stood at `path` stays as it was, and the Error names `path`. What killed processes
// left of earlier writes to `path` is removed. A symbolic link at `path` stays a link; anything else there but a file
// (a directory, a device) is an Error.
void write_atomically(const std::filesystem::path& path,
                      const std::function<void(const std::filesystem::path&)>& write);
void write_text_atomically(const std::filesystem::path& path, const std::string& text);

// Makes a rename or removal in the directory of `path` last. Not every file system can.
void sync_directory_of(const std::filesystem::path& path);

// Adds the text at the end of a file, or nothing: an Error that names it.
void append_text(const std::filesystem::path& path, const std::string& text);

}  // namespace unetsr::pipeline
