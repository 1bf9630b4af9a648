#include "pipeline/prepare/scratch_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "kernels/error.hpp"
#include "kernels/system_error.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

// Not every file system makes files without a name.
int open_unnamed(const fs::path& folder) {
  const int id = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (id >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)) return id;
  std::string name = (folder / ".unetsr-scratch-XXXXXX").string();
  const int named = mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) unlink(name.c_str());
  return named;
}

}  // namespace

ScratchFile::ScratchFile(const fs::path& beside)
    : folder_(beside.parent_path().empty() ? "." : beside.parent_path()), id_(open_unnamed(folder_)) {
  if (id_ < 0) throw Error(folder_.string() + ": no scratch file can be made: " + system_message(errno));
}

ScratchFile::~ScratchFile() {
  close(id_);
}

int64_t ScratchFile::append(const void* bytes, size_t count) {
  const int64_t place = size_;
  write(place, bytes, count);
  size_ = place + int64_t(count);
  return place;
}

void ScratchFile::write(int64_t place, const void* bytes, size_t count) {
  const char* from = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t put = pwrite(id_, from, count, off_t(place));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) throw Error(folder_.string() + ": the scratch file cannot be written: " + system_message(errno));
    from += put, place += put, count -= size_t(put);
  }
}

void ScratchFile::read(int64_t place, void* bytes, size_t count) const {
  char* to = static_cast<char*>(bytes);
  while (count > 0) {
    const ssize_t got = pread(id_, to, count, off_t(place));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw Error(folder_.string() + ": the scratch file cannot be read: " + system_message(errno));
    to += got, place += got, count -= size_t(got);
  }
}

}  // namespace unetsr::pipeline
