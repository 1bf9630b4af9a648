// Preloaded into a program, fails or kills it at one of its calls of the system: see run.
//
//   UNETSR_FAULT=ACTION:KIND:N   at the N-th call of KIND (from 1, counted from the beginning of main) ACTION happens
//   ACTION  enospc, eio, enomem: the call fails with that errno, and with enospc all later ones that write
//           kill: SIGKILL before the call
//   KIND    file: open to write, write, fsync, ftruncate, rename, and their like; close: of what was written; read:
//   open
//           to read, read, and their like; alloc: malloc and its like
//   UNETSR_FAULT_COUNT=FILE      the numbers of calls of each kind are written to FILE at the end of main
//   UNETSR_FAULT_TIME=SECONDS    what time() gives
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <atomic>

namespace {

enum class Kind { file, close, read, alloc };
constexpr int kinds = 4;
const char* const names[kinds] = {"file", "close", "read", "alloc"};

struct Plan {
  std::atomic<bool> on = false;
  bool kills = false, lasts = false;
  int error = 0;
  Kind kind = Kind::file;
  long at = -1, time = -1;
  std::atomic<long> calls[kinds] = {};
} plan;

// Whether this call fails; errno says how.
bool strikes(Kind kind, bool writes = false) {
  if (!plan.on) return false;
  const long number = ++plan.calls[int(kind)];
  if (kind != plan.kind || plan.at < 0 || number < plan.at) return false;
  if (number > plan.at && !(plan.lasts && writes)) return false;
  if (plan.kills) kill(getpid(), SIGKILL);
  errno = plan.error;
  return true;
}

// Files that have no disk: their writes do not fail.
std::atomic<bool> in_memory[4096];

bool on_disk(int file) {
  return file < 0 || file >= 4096 || !in_memory[file];
}

bool is_written(int file) {
  const int flags = fcntl(file, F_GETFL);
  return on_disk(file) && flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

template <class Function>
Function* next(const char* name, Function* = nullptr) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

#define NEXT(function) static decltype(&function) real = next<decltype(function)>(#function)

void read_plan() {
  const char *text = getenv("UNETSR_FAULT"), *time = getenv("UNETSR_FAULT_TIME");
  if (time) plan.time = atol(time);
  char action[16] = {}, kind[16] = {};
  if (!text || sscanf(text, "%15[a-z]:%15[a-z]:%ld", action, kind, &plan.at) != 3) return;
  plan.kills = strcmp(action, "kill") == 0;
  plan.error = strcmp(action, "enospc") == 0 ? ENOSPC : strcmp(action, "eio") == 0 ? EIO : ENOMEM;
  plan.lasts = plan.error == ENOSPC;  // a disk that is full stays so
  for (int k = 0; k < kinds; ++k)
    if (strcmp(kind, names[k]) == 0) plan.kind = Kind(k);
}

void write_counts() {
  plan.on = false;
  const char* path = getenv("UNETSR_FAULT_COUNT");
  FILE* out = path ? fopen(path, "w") : nullptr;
  if (!out) return;
  for (const auto& count : plan.calls) fprintf(out, "%ld\n", count.load());
  fclose(out);
}

int (*program_main)(int, char**, char**);

int counted_main(int argc, char** argv, char** environment) {
  read_plan();
  plan.on = true;
  const int code = program_main(argc, argv, environment);
  write_counts();
  return code;
}

bool to_write(int flags) {
  return (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT);
}

mode_t mode_of(int flags, va_list list) {
  return flags & (O_CREAT | O_TMPFILE) ? mode_t(va_arg(list, int)) : 0;
}

}  // namespace

extern "C" {

int __libc_start_main(int (*main)(int, char**, char**), int argc, char** argv, void (*init)(), void (*fini)(),
                      void (*rtld_fini)(), void* stack_end) {
  program_main = main;
  using Start = int(int (*)(int, char**, char**), int, char**, void (*)(), void (*)(), void (*)(), void*);
  return next<Start>("__libc_start_main")(counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}

#define OPENS(name)                                                                   \
  int name(const char* path, int flags, ...) {                                        \
    NEXT(name);                                                                       \
    va_list list;                                                                     \
    va_start(list, flags);                                                            \
    const mode_t mode = mode_of(flags, list);                                         \
    va_end(list);                                                                     \
    if (to_write(flags) ? strikes(Kind::file, true) : strikes(Kind::read)) return -1; \
    return real(path, flags, mode);                                                   \
  }
OPENS(open)
OPENS(open64)

int memfd_create(const char* name, unsigned flags) {
  NEXT(memfd_create);
  const int file = real(name, flags);
  if (file >= 0 && file < 4096) in_memory[file] = true;
  return file;
}

FILE* fopen(const char* path, const char* mode) {
  NEXT(fopen);
  if (strncmp(path, "/proc/self/fd/", 14) == 0) {
    FILE* file = real(path, mode);
    if (file && fileno(file) < 4096) in_memory[fileno(file)] = true;
    return file;
  }
  if (strpbrk(mode, "wa+") ? strikes(Kind::file, true) : strikes(Kind::read)) return nullptr;
  return real(path, mode);
}
FILE* fopen64(const char* path, const char* mode) {
  NEXT(fopen64);
  if (strpbrk(mode, "wa+") ? strikes(Kind::file, true) : strikes(Kind::read)) return nullptr;
  return real(path, mode);
}

ssize_t read(int file, void* data, size_t size) {
  NEXT(read);
  return strikes(Kind::read) ? -1 : real(file, data, size);
}
ssize_t pread(int file, void* data, size_t size, off_t at) {
  NEXT(pread);
  return strikes(Kind::read) ? -1 : real(file, data, size, at);
}
ssize_t pread64(int file, void* data, size_t size, off64_t at) {
  NEXT(pread64);
  return strikes(Kind::read) ? -1 : real(file, data, size, at);
}
size_t fread(void* data, size_t size, size_t count, FILE* file) {
  NEXT(fread);
  return strikes(Kind::read) ? 0 : real(data, size, count, file);
}

ssize_t write(int file, const void* data, size_t size) {
  NEXT(write);
  if (file > 2 && on_disk(file) && strikes(Kind::file, true)) return -1;
  return real(file, data, size);
}
ssize_t writev(int file, const iovec* parts, int count) {
  NEXT(writev);
  if (file > 2 && on_disk(file) && strikes(Kind::file, true)) return -1;
  return real(file, parts, count);
}
ssize_t pwrite(int file, const void* data, size_t size, off_t at) {
  NEXT(pwrite);
  if (strikes(Kind::file, true)) return -1;
  return real(file, data, size, at);
}
ssize_t pwrite64(int file, const void* data, size_t size, off64_t at) {
  NEXT(pwrite64);
  if (strikes(Kind::file, true)) return -1;
  return real(file, data, size, at);
}
size_t fwrite(const void* data, size_t size, size_t count, FILE* file) {
  NEXT(fwrite);
  if (file != stdout && file != stderr && on_disk(fileno(file)) && strikes(Kind::file, true)) return 0;
  return real(data, size, count, file);
}
int fflush(FILE* file) {
  NEXT(fflush);
  if (file && file != stdout && file != stderr && is_written(fileno(file)) && strikes(Kind::file, true)) return EOF;
  return real(file);
}
// How the program leaves; its children call _exit.
[[noreturn]] void _Exit(int code) {
  write_counts();
  _exit(code);
}
int fsync(int file) {
  NEXT(fsync);
  return strikes(Kind::file, true) ? -1 : real(file);
}
int fdatasync(int file) {
  NEXT(fdatasync);
  return strikes(Kind::file, true) ? -1 : real(file);
}
int ftruncate(int file, off_t size) {
  NEXT(ftruncate);
  return strikes(Kind::file, true) ? -1 : real(file, size);
}
int ftruncate64(int file, off64_t size) {
  NEXT(ftruncate64);
  return strikes(Kind::file, true) ? -1 : real(file, size);
}
int rename(const char* from, const char* to) {
  NEXT(rename);
  return strikes(Kind::file, true) ? -1 : real(from, to);
}
int mkdir(const char* path, mode_t mode) {
  NEXT(mkdir);
  return strikes(Kind::file, true) ? -1 : real(path, mode);
}
int unlink(const char* path) {
  NEXT(unlink);
  if (plan.kills) strikes(Kind::file);  // what cannot be removed stays: no program can help it
  return real(path);
}
// A close that fails has closed.
int close(int file) {
  NEXT(close);
  const bool fails = is_written(file) && strikes(Kind::close);
  if (!on_disk(file)) in_memory[file] = false;
  const int error = errno, closed = real(file);
  if (fails) errno = error;
  return fails ? -1 : closed;
}
int fclose(FILE* file) {
  NEXT(fclose);
  const bool fails = is_written(fileno(file)) && strikes(Kind::close);
  if (!on_disk(fileno(file))) in_memory[fileno(file)] = false;
  const int error = errno, closed = real(file);
  if (fails) errno = error;
  return fails ? EOF : closed;
}

time_t time(time_t* at) {
  NEXT(time);
  const time_t now = plan.time >= 0 ? time_t(plan.time) : real(nullptr);
  if (at) *at = now;
  return now;
}

void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);

void* malloc(size_t size) {
  return strikes(Kind::alloc) ? nullptr : __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  return strikes(Kind::alloc) ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* data, size_t size) {
  return strikes(Kind::alloc) ? nullptr : __libc_realloc(data, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  return strikes(Kind::alloc) ? nullptr : __libc_memalign(alignment, size);
}
int posix_memalign(void** data, size_t alignment, size_t size) {
  if (strikes(Kind::alloc)) return ENOMEM;
  *data = __libc_memalign(alignment, size);
  return *data ? 0 : ENOMEM;
}

}  // extern "C"
