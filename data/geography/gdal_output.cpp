#include "data/geography/gdal_output.hpp"

#include <cpl_vsi.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <new>

#include "data/crs/gdal.hpp"
#include "kernels/error.hpp"
#include "kernels/system_error.hpp"

namespace unetsr::data {
namespace {

const std::string prefix = "/vsiunetsr/";

// The first errno of each file whose writes failed.
std::mutex failures_mutex;
std::map<std::string, int> failures;

void remember(const std::string& name) try {
  const int error = errno;
  const std::lock_guard lock(failures_mutex);
  failures.emplace(name, error);
} catch (const std::bad_alloc&) {
  std::perror(name.c_str());
  _exit(1);  // a failure that cannot be remembered would pass for success
}

// GDAL leaves the prefix out, with its slash.
std::string own_name(const char* name) {
  return std::string("/") + name;
}

struct File {
  std::string name;
  int id = -1;
  off_t at = 0;
  bool at_end = false, failed = false;
};

File* own(void* file) {
  return static_cast<File*>(file);
}

void* open_file(void*, const char* name, const char* access) {
  const bool creates = access[0] == 'w', updates = creates || std::string(access).find('+') != std::string::npos;
  const int id =
      open(own_name(name).c_str(), (updates ? O_RDWR : O_RDONLY) | (creates ? O_CREAT | O_TRUNC : 0) | O_CLOEXEC, 0666);
  if (id < 0) {
    if (creates) remember(own_name(name));
    return nullptr;
  }
  File* file = new (std::nothrow) File();
  if (!file) {
    close(id);
    return nullptr;
  }
  file->name = own_name(name), file->id = id;
  return file;
}

vsi_l_offset tell(void* file) {
  return vsi_l_offset(own(file)->at);
}

int seek(void* f, vsi_l_offset offset, int whence) {
  File* file = own(f);
  struct stat info = {};
  if (whence == SEEK_END && fstat(file->id, &info) != 0) return -1;
  file->at = off_t(offset) + (whence == SEEK_CUR ? file->at : whence == SEEK_END ? info.st_size : 0);
  file->at_end = false;
  return 0;
}

size_t read_file(void* f, void* data, size_t size, size_t count) {
  File* file = own(f);
  size_t done = 0;
  while (done < size * count) {
    const ssize_t got = pread(file->id, static_cast<char*>(data) + done, size * count - done, file->at + off_t(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) remember(file->name);
    if (got <= 0) break;
    done += size_t(got);
  }
  file->at_end = done < size * count;
  file->at += off_t(done);
  return size == 0 ? 0 : done / size;
}

size_t write_file(void* f, const void* data, size_t size, size_t count) {
  File* file = own(f);
  for (size_t done = 0; done < size * count && !file->failed;) {
    const ssize_t put =
        pwrite(file->id, static_cast<const char*>(data) + done, size * count - done, file->at + off_t(done));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      remember(file->name);
      file->failed = true;
      break;
    }
    done += size_t(put);
  }
  file->at += off_t(size * count);
  return count;
}

int truncate_file(void* f, vsi_l_offset size) {
  if (ftruncate(own(f)->id, off_t(size)) != 0) remember(own(f)->name);
  return 0;
}

int close_file(void* f) {
  const std::unique_ptr<File> file(own(f));
  if (close(file->id) != 0) remember(file->name);
  return 0;
}

int stat_file(void*, const char* name, VSIStatBufL* info, int) {
  return VSIStatL(own_name(name).c_str(), info);
}

void install() {
  VSIFilesystemPluginCallbacksStruct* calls = VSIAllocFilesystemPluginCallbacksStruct();
  calls->open = open_file, calls->close = close_file;
  calls->tell = tell, calls->seek = seek, calls->eof = [](void* file) { return int(own(file)->at_end); };
  calls->read = read_file, calls->write = write_file;
  calls->flush = [](void*) { return 0; };
  calls->truncate = truncate_file;
  calls->stat = stat_file;  // without unlink: GDAL 3.6 takes its argument for a path from the working folder
  const int failed = VSIInstallPluginHandler(prefix.c_str(), calls);
  VSIFreeFilesystemPluginCallbacksStruct(calls);
  if (failed) throw Error("this GDAL takes no file system of its user's; maps cannot be written");
}

}  // namespace

std::string remembering_name(const std::filesystem::path& path) {
  start_gdal();
  [[maybe_unused]] static const bool installed = (install(), true);
  return prefix.substr(0, prefix.size() - 1) + std::filesystem::absolute(path).string();
}

void require_written(const std::filesystem::path& path) {
  const std::string name = std::filesystem::absolute(path).string();
  int error = 0;
  {
    const std::lock_guard lock(failures_mutex);
    for (auto at = failures.begin(); at != failures.end();) {
      if (!at->first.starts_with(name)) {
        ++at;
        continue;
      }
      error = at->second;
      at = failures.erase(at);
    }
  }
  if (error) throw Error(path.string() + ": cannot be written: " + system_message(error));
}

std::string with_own_names(std::string text) {
  for (size_t at; (at = text.find(prefix)) != std::string::npos;) text.erase(at, prefix.size() - 1);
  return text;
}

}  // namespace unetsr::data
