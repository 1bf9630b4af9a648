#include "pipeline/console/outputs.hpp"

#include <algorithm>

#include "data/formats/window_pattern.hpp"
#include "kernels/error.hpp"
#include "kernels/system_error.hpp"
#include "pipeline/console/folder_entries.hpp"
#include "pipeline/console/log_file.hpp"
#include "pipeline/console/own_files.hpp"
#include "pipeline/processes/processes.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

bool same_file(const fs::path& a, const fs::path& b) {
  std::error_code missing;
  return fs::equivalent(a, b, missing);
}

fs::path real_path(const fs::path& path) {
  std::error_code failed;
  const fs::path whole = fs::absolute(path, failed), real = fs::weakly_canonical(whole, failed);
  return failed ? whole.lexically_normal() : real;
}

bool lies_in(const fs::path& path, const fs::path& folder) {
  for (fs::path p = real_path(path).parent_path();; p = p.parent_path()) {
    if (same_file(p, folder)) return true;
    if (p == p.parent_path()) return false;
  }
}

// A file in a folder, or in those below, under another name.
bool is_held_by(const fs::path& folder, const fs::path& out) {
  constexpr int deepest = 3;
  std::error_code failed;
  for (fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, failed), end;
       !failed && entry != end; entry.increment(failed)) {
    if (entry.depth() >= deepest) entry.disable_recursion_pending();
    if (same_file(entry->path(), out)) return true;
  }
  return false;
}

void require_own(const fs::path& path) {
  std::error_code unknown;
  if (fs::file_size(path, unknown) == 0 && !unknown) return;
  if (!written_by_unetsr(path))
    throw UsageError(path.string() + " exists and was not written by unetsr; move it away or choose another name");
}

bool is_there(const fs::path& path) {
  std::error_code failed;
  const fs::file_status status = fs::status(path, failed);
  if (status.type() == fs::file_type::none) throw Error(path.string() + ": " + system_message(failed.value()));
  return fs::exists(status);
}

}  // namespace

void refuse_to_overwrite(const fs::path& path, bool overwrite) {
  if (!processes().is_first()) return;
  if (!is_there(path)) return;
  if (is_log(path)) throw UsageError(path.string() + " is the file of --log; choose another name");
  if (fs::is_directory(path)) throw UsageError(path.string() + " is a folder; name a file to write");
  if (!fs::is_regular_file(path)) throw UsageError(path.string() + " exists and is not a file; choose another name");
  require_own(path);
  if (!overwrite) throw UsageError(path.string() + " exists; --overwrite replaces it");
}

void remove_own_file(const fs::path& path) {
  if (!processes().is_first() || !is_there(path)) return;
  refuse_to_overwrite(path, true);
  std::error_code failed;
  fs::remove(path, failed);
  if (failed) throw Error(path.string() + ": cannot be removed: " + system_message(failed.value()));
}

void refuse_input_as_output(const fs::path& out, const std::vector<fs::path>& inputs) {
  if (out.empty()) return;
  for (const fs::path& input : inputs) {
    if (input.empty()) continue;
    if (same_file(out, input))
      throw UsageError(out.string() + " is one of the inputs" + (out == input ? "" : ", as " + input.string()) +
                       "; choose another name");
    std::error_code unknown;
    if (!fs::is_directory(input, unknown)) continue;
    if (lies_in(out, input))
      throw UsageError(out.string() + " lies in " + input.string() + ", which is an input; choose another place");
    if (fs::is_regular_file(out, unknown) && is_held_by(input, out))
      throw UsageError(out.string() + " is a file of " + input.string() + ", which is an input; choose another name");
  }
}

void refuse_outputs(const std::vector<fs::path>& files, const std::vector<fs::path>& inputs, bool overwrite) {
  for (const fs::path& file : files) {
    refuse_input_as_output(file, inputs);
    refuse_to_overwrite(file, overwrite);
  }
}

std::vector<fs::path> files_of_pattern(const std::string& pattern) {
  std::vector<fs::path> found = {""};
  for (const fs::path& part : fs::path(pattern)) {
    const std::string name = part.string();
    const auto places = data::placeholders_in(name);
    std::vector<fs::path> next;
    for (const fs::path& before : found) {
      if (places.empty()) {
        next.push_back(before / part);
        continue;
      }
      // A name that has several is looked for by what stands before the first and behind the last.
      const std::string start = name.substr(0, places.front().first), end = name.substr(places.back().second);
      for (const fs::path& path : entries_like(before, start, end)) next.push_back(path);
    }
    found = std::move(next);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace unetsr::pipeline
