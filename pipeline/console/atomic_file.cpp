#include "pipeline/console/atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "kernels/error.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

Error cannot_write(const fs::path& path, int error) {
  return Error(path.string() + ": cannot be written: " + std::generic_category().message(error));
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
fs::path target_of(const fs::path& path) {
  const fs::path target = fs::is_symlink(path) ? fs::weakly_canonical(path) : path;
  if (fs::exists(target) && !fs::is_regular_file(target)) throw Error(path.string() + " exists and is not a file");
  const fs::path directory = target.parent_path();
  if (!directory.empty() && !fs::is_directory(directory))
    throw Error(path.string() + ": cannot be written: there is no directory " + directory.string());
  return target;
}

// The message of a failed write speaks of the file that the user asked for.
std::string naming(const fs::path& path, const fs::path& temporary, std::string message) {
  const std::string wrong = temporary.string();
  for (size_t at; (at = message.find(wrong)) != std::string::npos;) message.replace(at, wrong.size(), path.string());
  return message.find(path.string()) == std::string::npos ? path.string() + ": " + message : message;
}

}  // namespace

void write_atomically(const fs::path& path, const std::function<void(const fs::path&)>& write) {
  const fs::path target = target_of(path), temporary = target.string() + ".partial";
  const auto discard = [&] {
    std::error_code ignored;
    fs::remove(temporary, ignored);
  };
  try {
    discard();
    write(temporary);
    sync_file(temporary);
    fs::rename(temporary, target);
    sync_directory_of(target);
  } catch (const UsageError& e) {
    discard();
    throw UsageError(naming(path, temporary, e.what()));
  } catch (const std::exception& e) {
    discard();
    throw Error(naming(path, temporary, e.what()));
  } catch (...) {
    discard();
    throw;
  }
}

void write_text_atomically(const fs::path& path, const std::string& text) {
  write_atomically(path, [&](const fs::path& temporary) {
    FileDescriptor file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    for (size_t done = 0; done < text.size();) {
      const ssize_t written = ::write(file, text.data() + done, text.size() - done);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw cannot_write(temporary, errno);
      done += size_t(written);
    }
    if (!file.close()) throw cannot_write(temporary, errno);
  });
}

void sync_directory_of(const fs::path& path) {
  const fs::path directory = path.parent_path().empty() ? "." : path.parent_path();
  FileDescriptor file(directory, O_RDONLY | O_DIRECTORY);
  fsync(file);
}

void refuse_to_overwrite(const fs::path& path, bool overwrite) {
  if (!overwrite && fs::exists(path)) throw UsageError(path.string() + " exists; --overwrite replaces it");
}

}  // namespace unetsr::pipeline
