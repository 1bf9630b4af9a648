#include "pipeline/console/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <new>
#include <system_error>
#include <utility>
#include <vector>

#include "kernels/error.hpp"
#include "kernels/system_error.hpp"
#include "pipeline/console/folder_entries.hpp"
#include "pipeline/processes/processes.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

Error cannot_write(const fs::path& path, int error) {
  return Error(path.string() + ": cannot be written: " + system_message(error));
}

class FileDescriptor {
 public:
  FileDescriptor(const fs::path& path, int flags) : id_(open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (id_ < 0) throw cannot_write(path, errno);
  }
  ~FileDescriptor() {
    if (id_ >= 0) ::close(id_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  operator int() const { return id_; }
  // Some file systems report a full disk only now.
  bool close() { return ::close(std::exchange(id_, -1)) == 0; }

 private:
  int id_;
};

void sync_file(const fs::path& path) {
  FileDescriptor file(path, O_RDONLY);
  if (fsync(file) != 0) throw cannot_write(path, errno);
}

// The file that a write to `path` has to replace.
fs::path target_of(const fs::path& path) try {
  const fs::path target = fs::is_symlink(path) ? fs::weakly_canonical(path) : path;
  if (fs::exists(target) && !fs::is_regular_file(target)) throw Error(path.string() + " exists and is not a file");
  const fs::path directory = target.parent_path();
  if (!directory.empty() && !fs::is_directory(directory))
    throw Error(path.string() + ": cannot be written: there is no directory " + directory.string());
  return target;
} catch (const fs::filesystem_error& e) {
  throw cannot_write(path, e.code().value());
}

// What all temporary names of a file begin with.
std::string stem_of(const fs::path& target) {
  constexpr size_t longest = 180;  // of the 255 bytes of a name
  return "." + target.filename().string().substr(0, longest) + ".";
}

// The process that a temporary name belongs to; 0: the name is no temporary one.
pid_t process_of(const std::string& name, const std::string& stem) {
  pid_t process = 0;
  int count = 0;
  const char *at = name.data() + stem.size(), *end = name.data() + name.size();
  const auto pid = std::from_chars(at, end, process);
  if (pid.ec != std::errc() || pid.ptr == end || *pid.ptr != '-') return 0;
  const auto number = std::from_chars(pid.ptr + 1, end, count);
  return number.ec == std::errc() && std::string_view(number.ptr, size_t(end - number.ptr)).starts_with(".partial")
             ? process
             : 0;
}

void remove_leftovers(const fs::path& target) {
  const std::string stem = stem_of(target);
  for (const fs::path& file : entries_like(target.parent_path(), stem)) {
    const pid_t process = process_of(file.filename().string(), stem);
    if (process <= 0 || kill(process, 0) == 0 || errno != ESRCH) continue;
    std::error_code ignored;
    fs::remove(file, ignored);
  }
}

// A new file of this process's own beside `target`, and what a writer makes with names that begin like it. They do not
// outlive the object.
class TemporaryFiles {
 public:
  explicit TemporaryFiles(const fs::path& target) : target_(target) {
    static std::atomic<int> count = 0;
    // Always of one length: one format keeps the name's length in its bytes.
    name_ = fmt::format("{}{:07}-{:04}.partial", stem_of(target), getpid(), ++count);
    path_ = target.parent_path() / name_;
    const int id = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (id < 0) throw cannot_write(target, errno);
    close(id);
  }
  ~TemporaryFiles() {
    try {
      for (const fs::path& file : entries_like(target_.parent_path(), name_)) unlink(file.c_str());
    } catch (const std::bad_alloc&) {
      unlink(path_.c_str());
    }
  }
  TemporaryFiles(const TemporaryFiles&) = delete;
  TemporaryFiles& operator=(const TemporaryFiles&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path target_, path_;
  std::string name_;
};

void write_all(int file, const fs::path& path, const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    const ssize_t written = ::write(file, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw cannot_write(path, errno);
    done += size_t(written);
  }
}

// The message of a failed write speaks of the file that the user asked for.
std::string naming(const fs::path& path, const fs::path& temporary, std::string message) {
  const std::string wrong = temporary.string();
  for (size_t at; !wrong.empty() && (at = message.find(wrong)) != std::string::npos;)
    message.replace(at, wrong.size(), path.string());
  return message.find(path.string()) == std::string::npos ? path.string() + ": " + message : message;
}

}  // namespace

void write_atomically(const fs::path& path, const std::function<void(const fs::path&)>& write) {
  if (!processes().is_first()) return;
  const fs::path target = target_of(path);
  remove_leftovers(target);
  fs::path temporary;
  try {
    const TemporaryFiles files(target);
    temporary = files.path();
    write(temporary);
    sync_file(temporary);
    if (rename(temporary.c_str(), target.c_str()) != 0) throw cannot_write(path, errno);
    sync_directory_of(target);
  } catch (const UsageError& e) {
    throw UsageError(naming(path, temporary, e.what()));
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& e) {
    throw Error(naming(path, temporary, e.what()));
  }
}

void write_text_atomically(const fs::path& path, const std::string& text) {
  write_atomically(path, [&](const fs::path& temporary) {
    FileDescriptor file(temporary, O_WRONLY | O_TRUNC);
    write_all(file, temporary, text);
    if (!file.close()) throw cannot_write(temporary, errno);
  });
}

void sync_directory_of(const fs::path& path) {
  const fs::path directory = path.parent_path().empty() ? "." : path.parent_path();
  const int id = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (id < 0) return;
  fsync(id);
  close(id);
}

void append_text(const fs::path& path, const std::string& text) {
  if (!processes().is_first()) return;
  FileDescriptor file(path, O_WRONLY | O_APPEND);
  struct stat before = {};
  if (fstat(file, &before) != 0) throw cannot_write(path, errno);
  try {
    write_all(file, path, text);
    if (!file.close()) throw cannot_write(path, errno);
  } catch (const Error&) {
    [[maybe_unused]] const int torn =
        truncate(path.c_str(), before.st_size);  // if this fails too, the reader reports the torn line
    throw;
  }
}

}  // namespace unetsr::pipeline
