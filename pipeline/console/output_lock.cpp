#include "pipeline/console/output_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include "kernels/error.hpp"
#include "kernels/system_error.hpp"
#include "pipeline/processes/processes.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

std::string holder_of(int descriptor) {
  std::array<char, 24> text = {};
  const ssize_t length = pread(descriptor, text.data(), text.size() - 1, 0);
  const std::string pid = length > 0 ? std::string(text.data(), size_t(length)) : "";
  const bool number = !pid.empty() && pid.find_first_not_of("0123456789") == std::string::npos;
  return number ? "process " + pid : "another process";
}

// The holder removes the file at its end: what was opened may be gone, or another by now.
bool is_still_at(int descriptor, const fs::path& path) {
  struct stat opened = {}, there = {};
  return fstat(descriptor, &opened) == 0 && stat(path.c_str(), &there) == 0 && opened.st_dev == there.st_dev &&
         opened.st_ino == there.st_ino;
}

void leave_number(int descriptor) {
  const std::string pid = std::to_string(getpid());
  if (ftruncate(descriptor, 0) != 0 || pwrite(descriptor, pid.data(), pid.size(), 0) < 0) return;  // for messages alone
}

int locked(const fs::path& asked, const fs::path& file) {
  for (;;) {
    const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor < 0) throw Error(asked.string() + ": cannot be written: " + system_message(errno));
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      const std::string holder = holder_of(descriptor);
      close(descriptor);
      throw Error(asked.string() + " is being written by " + holder + "; wait for its end, or choose another name");
    }
    if (is_still_at(descriptor, file)) {
      leave_number(descriptor);
      return descriptor;
    }
    close(descriptor);
  }
}

std::vector<fs::path> make_folders(const fs::path& folder) {
  std::vector<fs::path> missing;
  std::error_code failed;
  for (fs::path f = folder; !f.empty() && !fs::exists(f, failed); f = f.parent_path()) {
    if (f.has_filename()) missing.push_back(f);
  }
  fs::create_directories(folder, failed);
  if (!fs::is_directory(folder))
    throw Error(folder.string() + ": no folder can be made here" +
                (failed ? ": " + system_message(failed.value()) : ""));
  return missing;
}

fs::path target_of(const fs::path& path) {
  std::error_code failed;
  const fs::path real = fs::weakly_canonical(fs::absolute(path, failed), failed);
  return failed ? path : real;
}

}  // namespace

OutputLock OutputLock::of_file(const fs::path& path) {
  const fs::path target = target_of(path);
  std::error_code ignored;
  if (!fs::is_directory(target.parent_path(), ignored))
    throw Error(path.string() + ": cannot be written: there is no folder " + target.parent_path().string());
  constexpr size_t longest = 200;  // of the 255 bytes of a name
  return {path, target.parent_path() / ("." + target.filename().string().substr(0, longest) + ".unetsr-lock"), {}};
}

OutputLock OutputLock::of_folder(const fs::path& path) {
  std::vector<fs::path> made = processes().is_first() ? make_folders(path) : std::vector<fs::path>();
  return {path, path / ".unetsr-lock", std::move(made)};
}

OutputLock::OutputLock(const fs::path& asked, fs::path lock_file, std::vector<fs::path> made)
    : lock_file_(std::move(lock_file)),
      made_(std::move(made)),
      descriptor_(processes().is_first() ? locked(asked, lock_file_) : -1) {}

OutputLock::OutputLock(OutputLock&& other) noexcept
    : lock_file_(std::move(other.lock_file_)),
      made_(std::move(other.made_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

OutputLock::~OutputLock() {
  if (descriptor_ < 0) return;
  unlink(lock_file_.c_str());
  close(descriptor_);
  for (const fs::path& folder : made_)
    if (rmdir(folder.c_str()) != 0) break;
}

}  // namespace unetsr::pipeline
