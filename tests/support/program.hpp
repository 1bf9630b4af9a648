#pragma once
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "files.hpp"
#include "thrown.hpp"

extern char** environ;

namespace unetsr::test {

inline std::vector<std::string> joined(std::vector<std::string> arguments, const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// The unetsr binary at work, its output and errors in files of their own.
class Program {
 public:
  explicit Program(const std::vector<std::string>& arguments) : Program(UNETSR_BINARY, arguments) {}
  // Where no file can grow above 4 KiB, as if the disk were full.
  static Program on_full_disk(const std::vector<std::string>& arguments) {
    return {"/bin/sh", joined({"-c", "ulimit -f 8; exec \"$0\" \"$@\"", UNETSR_BINARY}, arguments)};
  }
  static Program with_output(const std::string& file, const std::vector<std::string>& arguments) {
    return {"/bin/sh", joined({"-c", "exec \"$0\" \"$@\" > " + file, UNETSR_BINARY}, arguments)};
  }
  // Several processes of it, started together by mpirun, also as root and on fewer processors, without what mpirun
  // itself says of failures. `before` is shell, with the process's number in $OMPI_COMM_WORLD_RANK.
  static Program by_mpirun(int processes, const std::vector<std::string>& arguments,
                           const std::string& before = "true") {
    const std::string start =
        "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 "
        "OMPI_MCA_btl_vader_single_copy_mechanism=none; "
        "exec mpirun --quiet --oversubscribe --bind-to none -n " +
        std::to_string(processes) + " /bin/sh -c '" + before + "; exec \"$0\" \"$@\"' \"$0\" \"$@\"";
    return {"/bin/sh", joined({"-c", start, UNETSR_BINARY}, arguments)};
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
  Program(std::string binary, std::vector<std::string> arguments) {
    std::vector<char*> pointers = {binary.data()};
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, out_.c_str(), O_WRONLY | O_CREAT, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, error_.c_str(), O_WRONLY | O_CREAT, 0600);
    REQUIRE(posix_spawn(&process_, binary.c_str(), &actions, nullptr, pointers.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
  }

  TemporaryDirectory directory_;
  std::filesystem::path out_ = directory_ / "out", error_ = directory_ / "error";
  pid_t process_ = 0;
  bool done_ = false;
};

struct Outcome {
  int code = 0;
  std::string out, error;
};

inline Outcome outcome_of(Program program) {
  const int code = program.wait();
  return {code, program.out(), program.error()};
}

inline Outcome run_program(const std::vector<std::string>& arguments) {
  return outcome_of(Program(arguments));
}

// The same, which must succeed.
inline Outcome succeeds(const std::vector<std::string>& arguments) {
  const Outcome outcome = run_program(arguments);
  REQUIRE_MESSAGE(outcome.code == 0, outcome.error);
  return outcome;
}

// Ends with this code and writes nothing but one line of error, which begins like this and has these parts.
inline void check_fails(const std::vector<std::string>& arguments, int code, const std::vector<std::string>& parts,
                        const std::string& begin) {
  const Outcome o = run_program(arguments);
  CHECK(o.code == code);
  CHECK(o.out == "");
  CHECK_MESSAGE(std::count(o.error.begin(), o.error.end(), '\n') == 1, o.error);
  CHECK_MESSAGE(o.error.starts_with(begin), o.error);
  for (const std::string& part : parts) CHECK_MESSAGE(contains(o.error, part), o.error, " has no ", part);
}
inline void check_fails(const std::vector<std::string>& arguments, int code, const std::vector<std::string>& parts) {
  check_fails(arguments, code, parts, "unetsr " + arguments.front() + ": ");
}

}  // namespace unetsr::test
