#include "pipeline/console/output_lock.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

namespace fs = std::filesystem;

// Runs f in a process that is killed right behind it.
template <class Function>
void in_killed_process(const Function& f) {
  const pid_t child = fork();
  if (child == 0) {
    f();
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
}

}  // namespace

TEST_CASE("the second writer is refused, and told who the first is") {
  const test::TemporaryDirectory directory;
  const fs::path out = directory / "a.h5", link = directory / "link";
  const std::string holder = "process " + std::to_string(getpid());
  fs::create_symlink(out, link);
  test::write_file(out, "");
  {
    const OutputLock lock = OutputLock::of_file(out);
    CHECK_THROWS_NAMING(Error, OutputLock::of_file(out), out.string(), "is being written", holder);
    CHECK_THROWS_NAMING(Error, OutputLock::of_file(link), link.string(), holder);
    const OutputLock other = OutputLock::of_file(directory / "b.h5");
    const OutputLock folder = OutputLock::of_folder(directory.path());
    CHECK_THROWS_NAMING(Error, OutputLock::of_folder(directory.path()), directory.path().string(), holder);
  }
  const OutputLock again = OutputLock::of_file(out);
}

TEST_CASE("a killed process holds nothing, and nothing of it stays") {
  const test::TemporaryDirectory directory;
  const fs::path hidden = directory / ".a.h5.unetsr-lock";
  in_killed_process([&] { new OutputLock(OutputLock::of_file(directory / "a.h5")); });
  CHECK(fs::exists(hidden));
  { const OutputLock lock = OutputLock::of_file(directory / "a.h5"); }
  CHECK(fs::is_empty(directory.path()));
}

TEST_CASE("folders are made for the lock; empty ones go again") {
  const test::TemporaryDirectory directory;
  fs::create_directory(directory / "there");
  { const OutputLock lock = OutputLock::of_folder(directory / "there" / "run" / "one"); }
  CHECK(fs::is_empty(directory / "there"));
  {
    const OutputLock lock = OutputLock::of_folder(directory / "there" / "run" / "one");
    test::write_file(directory / "there" / "run" / "one" / "file", "");
  }
  CHECK(fs::exists(directory / "there" / "run" / "one" / "file"));
  test::write_file(directory / "file", "");
  CHECK_THROWS_NAMING(Error, OutputLock::of_folder(directory / "file"), "file", "no folder can be made");
  CHECK_THROWS_NAMING(Error, OutputLock::of_folder(directory / "file" / "run"), "run", "no folder can be made");
  CHECK_THROWS_NAMING(Error, OutputLock::of_file(directory / "none" / "a.h5"), "a.h5", "there is no folder");
}
