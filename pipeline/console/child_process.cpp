#include "pipeline/console/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <new>
#include <optional>

#include "kernels/error.hpp"
#include "kernels/system_error.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/progress.hpp"

namespace unetsr::pipeline {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

enum class Kind : char { message, usage_error, error, no_memory, end };

struct Header {
  uint64_t size = 0;
  Kind kind = Kind::end;
};

// The child's end of the pipe.
class Writer {
 public:
  explicit Writer(int pipe) : pipe_(pipe) {}

  void send(Kind kind, const std::string& text) const {
    const Header header{text.size(), kind};
    write_all(reinterpret_cast<const char*>(&header), sizeof header);
    write_all(text.data(), text.size());
  }

 private:
  void write_all(const char* bytes, size_t count) const {
    while (count > 0) {
      const ssize_t written = write(pipe_, bytes, count);
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) _exit(1);  // the parent has gone
      bytes += written, count -= size_t(written);
    }
  }

  int pipe_;
};

void limit(int resource, rlim_t most) {
  rlimit now = {};
  getrlimit(__rlimit_resource_t(resource), &now);
  now.rlim_cur = std::min(now.rlim_max, most);
  setrlimit(__rlimit_resource_t(resource), &now);
}

// What a dying library prints is not what the user should read.
void die_quietly() {
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) std::signal(signal, SIG_DFL);
  const int nowhere = open("/dev/null", O_WRONLY);
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, stream);
}

[[noreturn]] void be_child(int pipe, pid_t parent, const std::function<void(const Send&)>& work,
                           const ChildLimits& limits) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  for (const int signal : {SIGINT, SIGPIPE, SIGABRT}) std::signal(signal, SIG_DFL);
  limit(RLIMIT_CPU, rlim_t(limits.processor_seconds));
  limit(RLIMIT_CORE, 0);
  if (!sanitized) die_quietly();
  const Writer writer(pipe);
  try {
    work([&](const std::string& message) { writer.send(Kind::message, message); });
    writer.send(Kind::end, "");
  } catch (const UsageError& e) {
    writer.send(Kind::usage_error, e.what());
  } catch (const std::bad_alloc&) {
    writer.send(Kind::no_memory, "");
  } catch (const std::exception& e) {
    writer.send(Kind::error, e.what());
  }
  _exit(0);
}

// The parent's side of a child: it does not outlive this.
class Child {
 public:
  Child(const std::string& file, const std::function<void(const Send&)>& work, const ChildLimits& limits)
      : file_(file), limits_(limits) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) cannot_start();
    const pid_t parent = getpid();
    id_ = fork();
    if (id_ == 0) {
      close(ends[0]);
      be_child(ends[1], parent, work, limits);
    }
    const int error = errno;
    close(ends[1]);
    pipe_ = ends[0];
    if (id_ < 0) {
      close(pipe_);
      errno = error;
      cannot_start();
    }
  }

  ~Child() {
    if (id_ > 0) {
      kill(id_, SIGKILL);
      wait_for_end();
    }
    close(pipe_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // The next message; nothing at the end. Throws what the child threw, or what became of it.
  std::optional<std::string> next() {
    Header header;
    read_all(reinterpret_cast<char*>(&header), sizeof header);
    std::string text(size_t(header.size), '\0');
    read_all(text.data(), text.size());
    switch (header.kind) {
      case Kind::message:
        return text;
      case Kind::usage_error:
        throw UsageError(text);
      case Kind::error:
        throw Error(text);
      case Kind::no_memory:
        throw std::bad_alloc();
      case Kind::end:
        break;
    }
    return std::nullopt;
  }

 private:
  [[noreturn]] void cannot_start() const {
    throw Error(file_ + ": no process can be started to read it: " + system_message(errno));
  }

  void read_all(char* bytes, size_t count) {
    while (count > 0) {
      wait_for_bytes();
      const ssize_t got = read(pipe_, bytes, count);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw Error(file_ + ": what was read of it cannot be passed on: " + system_message(errno));
      if (got == 0) throw Error(file_ + ": " + what_became_of_it());
      bytes += got, count -= size_t(got);
    }
  }

  void wait_for_bytes() const {
    const auto start = std::chrono::steady_clock::now();
    for (;;) {
      constexpr int milliseconds = 100;
      pollfd one{pipe_, POLLIN, 0};
      if (poll(&one, 1, milliseconds) > 0) return;
      stop_if_interrupted();
      if (seconds_since(start) > limits_.silent_seconds)
        throw Error(
            fmt::format("{}: nothing has come of it for {}: the library that reads it hangs; the file is "
                        "damaged, download it again",
                        file_, format_duration(limits_.silent_seconds)));
    }
  }

  int wait_for_end() {
    int status = 0;
    while (waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = -1;
    return status;
  }

  std::string what_became_of_it() {
    const int status = wait_for_end();
    stop_if_interrupted();
    const std::string again = "; the file is damaged, download it again";
    if (!WIFSIGNALED(status)) return fmt::format("the library that reads it ended the program{}", again);
    if (WTERMSIG(status) == SIGXCPU)
      return fmt::format("the library that reads it found no end in {} of computing{}",
                         format_duration(limits_.processor_seconds), again);
    if (WTERMSIG(status) == SIGKILL) return "reading it was killed, perhaps for want of memory";
    return fmt::format("the library that reads it crashed ({}){}", strsignal(WTERMSIG(status)), again);
  }

  std::string file_;
  ChildLimits limits_;
  pid_t id_ = -1;
  int pipe_ = -1;
};

}  // namespace

void run_in_child(const std::string& file, const std::function<void(const Send&)>& work,
                  const std::function<void(std::string message)>& take, const ChildLimits& limits) {
  Child child(file, work, limits);
  while (std::optional<std::string> message = child.next()) take(std::move(*message));
}

}  // namespace unetsr::pipeline
