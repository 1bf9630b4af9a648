#pragma once
#include <filesystem>
#include <string>
#include <vector>

// What a command may write to: nothing that it reads, and nothing of others. Of processes that share a command
// (pipeline/processes/) the first asks, and removes, for all.
namespace unetsr::pipeline {

// Throws a UsageError that names `path` if something is there that must stay: a file of ours without `overwrite`, a
// file that unetsr did not write (see written_by_unetsr; an empty file may go), a folder, a device.
void refuse_to_overwrite(const std::filesystem::path& path, bool overwrite);

// Throws UsageError if `out`, a file or a folder, is one of `inputs`, by whatever link or way, or lies in one that is a
// folder. Inputs that are empty or not there are skipped.
void refuse_input_as_output(const std::filesystem::path& out, const std::vector<std::filesystem::path>& inputs);

// Both, for each of the files that a command writes.
void refuse_outputs(const std::vector<std::filesystem::path>& files, const std::vector<std::filesystem::path>& inputs,
                    bool overwrite);

// Removes a file that unetsr wrote, if it is there. Throws as refuse_to_overwrite for one that it did not write, and
// Error where it cannot be removed.
void remove_own_file(const std::filesystem::path& path);

// The files that a pattern of data/formats/window_pattern.hpp stands for, whatever the window.
std::vector<std::filesystem::path> files_of_pattern(const std::string& pattern);

}  // namespace unetsr::pipeline
