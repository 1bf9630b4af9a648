#include "data/dataset/scratch_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "kernels/error.hpp"
#include "kernels/system_error.hpp"

namespace unetsr::data {
namespace {

namespace fs = std::filesystem;

// Not every file system makes files without a name.
int open_unnamed(const fs::path& folder) {
  constexpr std::array<int, 4> not_supported = {EOPNOTSUPP, EISDIR, ENOENT, EINVAL};
  const int id = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (id >= 0 || std::find(not_supported.begin(), not_supported.end(), errno) == not_supported.end()) return id;
  std::string name = (folder / ".unetsr-scratch-XXXXXX").string();
  const int named = mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) unlink(name.c_str());
  return named;
}

}  // namespace

ScratchFile::ScratchFile(const fs::path& beside)
    : ScratchFile(beside.parent_path().empty() ? "." : beside.parent_path(), "the scratch file") {}

ScratchFile::ScratchFile(fs::path folder, std::string what)
    : folder_(std::move(folder)), what_(std::move(what)), id_(open_unnamed(folder_)) {
  if (id_ < 0) fail("made", system_message(errno));
}

ScratchFile::~ScratchFile() {
  close(id_);
}

void ScratchFile::fail(const char* verb, const std::string& cause) const {
  throw Error(folder_.string() + ": " + what_ + " cannot be " + verb + ": " + cause);
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
    if (put <= 0) fail("written", system_message(errno));
    from += put, place += put, count -= size_t(put);
  }
}

void ScratchFile::read(int64_t place, void* bytes, size_t count) const {
  if (read_up_to(place, bytes, count) < count) fail("read", "it ends too early");
}

size_t ScratchFile::read_up_to(int64_t place, void* bytes, size_t count) const {
  char* to = static_cast<char*>(bytes);
  size_t done = 0;
  while (done < count) {
    const ssize_t got = pread(id_, to + done, count - done, off_t(place) + off_t(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("read", system_message(errno));
    if (got == 0) break;
    done += size_t(got);
  }
  return done;
}

void* ScratchFile::map(void* before, size_t held, size_t bytes) {
  // Where disk space is short this fails; later, a write to the mapping would end the process.
  int error = EINTR;
  while (error == EINTR) error = posix_fallocate(id_, 0, off_t(bytes));
  if (error != 0) fail("written", system_message(error));
  size_ = int64_t(bytes);
  void* place = before ? mremap(before, held, bytes, MREMAP_MAYMOVE)
                       : mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, id_, 0);
  if (place == MAP_FAILED) fail("mapped", system_message(errno));
  return place;
}

}  // namespace unetsr::data
