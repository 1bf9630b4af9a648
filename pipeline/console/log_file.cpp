#include "pipeline/console/log_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>

#include "kernels/error.hpp"
#include "kernels/system_error.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/processes/processes.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

const std::string first_words = "unetsr log of ";

struct Log {
  fs::path path;
  int descriptor = -1;
};

// Of the process, as standard error is.
Log& log() {
  static Log only;
  return only;
}

void refuse_to_replace(const fs::path& path, bool overwrite) {
  std::error_code unknown;
  if (!fs::exists(path, unknown)) return;
  std::ifstream in(path);
  std::string begin;
  std::getline(in, begin);
  const bool empty = fs::is_regular_file(path, unknown) && fs::file_size(path, unknown) == 0;
  if (!empty && !begin.starts_with(first_words))
    throw UsageError("--log " + path.string() + ": is no log of unetsr; choose another name");
  if (!empty && !overwrite) throw UsageError("--log " + path.string() + " exists; --overwrite replaces it");
}

bool append(const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    const ssize_t written = write(log().descriptor, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    done += size_t(written);
  }
  return true;
}

}  // namespace

void start_log(const fs::path& path, const std::string& command, bool overwrite) {
  if (rank_in_program() > 0) return;
  refuse_to_replace(path, overwrite);
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) throw Error("--log " + path.string() + ": cannot be written: " + system_message(errno));
  log() = {path, descriptor};
  if (!append(first_words + command + "\n"))
    throw Error("--log " + path.string() + ": cannot be written: " + system_message(errno));
}

bool write_to_log(const std::string& text) {
  if (log().descriptor < 0) return true;
  const std::string time = now_utc() + "  ";
  std::istringstream lines(text);
  std::string stamped;
  for (std::string line; std::getline(lines, line);) stamped += line.empty() ? "" : time + line + "\n";
  if (append(stamped)) return true;
  log().descriptor = -1;
  return false;
}

bool is_log(const fs::path& path) {
  std::error_code unknown;
  return log().descriptor >= 0 && fs::equivalent(path, log().path, unknown);
}

}  // namespace unetsr::pipeline
