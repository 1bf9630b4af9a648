#pragma once
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "files.hpp"

extern char** environ;

namespace unetsr::test {

// The unetsr binary at work, its output and errors in files of their own.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    std::vector<char*> pointers = {const_cast<char*>(UNETSR_BINARY)};
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, out_.c_str(), O_WRONLY | O_CREAT, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, error_.c_str(), O_WRONLY | O_CREAT, 0600);
    REQUIRE(posix_spawn(&process_, UNETSR_BINARY, &actions, nullptr, pointers.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
  }
  ~Program() {
    if (!done_) signal(SIGKILL), wait();
  }
  Program(const Program&) = delete;

  void signal(int number) { kill(process_, number); }

  // The exit code; 128 + the signal that ended it.
  int wait() {
    int status = 0;
    waitpid(process_, &status, 0);
    done_ = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  // Waits for something that the program does, for a minute or two at most.
  void wait_until(const std::function<bool()>& condition) {
    for (int i = 0; i < 10000 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    REQUIRE(condition());
  }

  std::string out() const { return read_file(out_); }
  std::string error() const { return read_file(error_); }

 private:
  TemporaryDirectory directory_;
  std::filesystem::path out_ = directory_ / "out", error_ = directory_ / "error";
  pid_t process_ = 0;
  bool done_ = false;
};

struct Outcome {
  int code = 0;
  std::string out, error;
};

inline Outcome run_program(const std::vector<std::string>& arguments) {
  Program program(arguments);
  const int code = program.wait();
  return {code, program.out(), program.error()};
}

}  // namespace unetsr::test
