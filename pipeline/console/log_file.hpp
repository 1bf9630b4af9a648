#pragma once
#include <filesystem>
#include <string>

// The file of --log: all that this process prints from then on, and what -q hides, as plain text. Each line begins with
// its time in UTC. Of several processes (pipeline/processes/) the first has one.
namespace unetsr::pipeline {

// Throws UsageError where something is there that is no log of unetsr, or a log without `overwrite`; Error where the
// file cannot be written. `command` stands in its first line.
void start_log(const std::filesystem::path&, const std::string& command, bool overwrite);

// Appends lines. Nothing without a log. False, once, where they cannot be written; the log then ends.
bool write_to_log(const std::string& text);

// Whether this is the file of the log.
bool is_log(const std::filesystem::path&);

}  // namespace unetsr::pipeline
