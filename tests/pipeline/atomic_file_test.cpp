#include "pipeline/console/atomic_file.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "files.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

namespace fs = std::filesystem;

std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

using Names = std::vector<std::string>;

// While it lives, no file grows beyond `bytes`: what a full disk does.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_ = {};
  sighandler_t handler_ = nullptr;
};

// The number of a process that has ended.
pid_t dead_process() {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  return child;
}

}  // namespace

TEST_CASE("a text is written whole, and nothing else is left") {
  const test::TemporaryDirectory directory;
  write_text_atomically(directory / "a.json", "one");
  CHECK(test::read_file(directory / "a.json") == "one");
  write_text_atomically(directory / "a.json", std::string("t\0o", 3));
  CHECK(test::read_file(directory / "a.json") == std::string("t\0o", 3));
  CHECK(names_in(directory.path()) == Names{"a.json"});
}

TEST_CASE("the file is not at its place before it is complete") {
  const test::TemporaryDirectory directory;
  const fs::path path = directory / "a.h5";
  test::write_file(path, "before");
  write_atomically(path, [&](const fs::path& temporary) {
    CHECK(temporary.parent_path() == path.parent_path());
    test::write_file(temporary, "after");
    CHECK(test::read_file(path) == "before");
  });
  CHECK(test::read_file(path) == "after");
}

TEST_CASE("a write that fails leaves the old file, no other, and names the path asked for") {
  const test::TemporaryDirectory directory;
  const fs::path path = directory / "a.h5";
  test::write_file(path, "before");
  const auto fails = [&](const fs::path& temporary) {
    test::write_file(temporary, "half");
    throw Error(temporary.string() + ": something broke");
  };
  CHECK(test::thrown([&] { write_atomically(path, fails); }) == path.string() + ": something broke");
  CHECK_THROWS_NAMING(Error, write_atomically(path, [](const fs::path&) { throw std::runtime_error("no name"); }),
                      path.string(), "no name");
  CHECK_THROWS_NAMING(UsageError, write_atomically(path, [](const fs::path&) { throw UsageError("no sense"); }),
                      path.string(), "no sense");
  CHECK(test::read_file(path) == "before");
  CHECK(names_in(directory.path()) == Names{"a.h5"});
}

TEST_CASE("what is no Error passes through, and cleans up too") {
  struct Stop {};
  const test::TemporaryDirectory directory;
  const auto stops = [](const fs::path& temporary) {
    test::write_file(temporary, "half");
    throw Stop();
  };
  CHECK_THROWS_AS(write_atomically(directory / "a.h5", stops), Stop);
  CHECK(names_in(directory.path()).empty());
}

TEST_CASE("a full disk is an error that names the file; the old file stays") {
  const test::TemporaryDirectory directory;
  const fs::path path = directory / "metrics.json";
  write_text_atomically(path, "before");
  {
    const FileSizeLimit limit(1000);
    CHECK_THROWS_NAMING(Error, write_text_atomically(path, std::string(5000, 'x')), path.string(), "cannot be written",
                        "larger");
    write_text_atomically(directory / "small.json", std::string(1000, 'x'));
  }
  CHECK(test::read_file(path) == "before");
  CHECK(names_in(directory.path()) == Names{"metrics.json", "small.json"});
}

TEST_CASE("places that cannot take a file") {
  const test::TemporaryDirectory directory;
  CHECK_THROWS_NAMING(Error, write_text_atomically(directory / "none" / "a.json", "x"), "a.json", "no directory");
  CHECK_THROWS_NAMING(Error, write_text_atomically(directory.path(), "x"), directory.path().string(), "not a file");
  CHECK_THROWS_NAMING(Error, write_text_atomically("/dev/full", "x"), "/dev/full", "not a file");
  CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("a symbolic link stays one: the file that it names is replaced") {
  const test::TemporaryDirectory directory;
  test::write_file(directory / "real", "before");
  fs::create_symlink("real", directory / "link");
  write_text_atomically(directory / "link", "after");
  CHECK(fs::is_symlink(directory / "link"));
  CHECK(test::read_file(directory / "real") == "after");
}

TEST_CASE("what killed writers of the same file left goes; what others have stays") {
  const test::TemporaryDirectory directory;
  const std::string dead = std::to_string(dead_process()), alive = std::to_string(getpid());
  for (const std::string& name :
       Names{".a.json." + dead + "-0001.partial", ".a.json." + dead + "-0002.partial.ovr.tmp"})
    test::write_file(directory / name, "torn");
  const Names others = {".a.json." + alive + "-0009.partial", ".a.json.mine", ".b.json." + dead + "-0001.partial",
                        "a.json.partial"};
  for (const std::string& name : others) test::write_file(directory / name, "whole");
  write_text_atomically(directory / "a.json", "x");
  Names expected = others;
  expected.push_back("a.json");
  std::sort(expected.begin(), expected.end());
  CHECK(names_in(directory.path()) == expected);
}

TEST_CASE("what a writer makes beside its temporary file goes with it") {
  const test::TemporaryDirectory directory;
  const auto litters = [](const fs::path& temporary) {
    test::write_file(temporary, "map");
    test::write_file(temporary.string() + ".msk.ovr.tmp", "more");
  };
  write_atomically(directory / "a.tif", litters);
  CHECK(names_in(directory.path()) == Names{"a.tif"});
  CHECK_THROWS(write_atomically(directory / "b.tif", [&](const fs::path& temporary) {
    litters(temporary);
    throw Error("broken");
  }));
  CHECK(names_in(directory.path()) == Names{"a.tif"});
}

TEST_CASE("two writes of one file at once have temporary files of their own") {
  const test::TemporaryDirectory directory;
  write_atomically(directory / "a", [&](const fs::path& outer) {
    test::write_file(outer, "outer");
    write_text_atomically(directory / "a", "inner");
    CHECK(test::read_file(outer) == "outer");
  });
  CHECK(test::read_file(directory / "a") == "outer");
  const std::string longest(250, 'n');
  write_text_atomically(directory / longest, "x");
  CHECK(names_in(directory.path()) == Names{"a", longest});
}

TEST_CASE("a text is added whole or not at all") {
  const test::TemporaryDirectory directory;
  const fs::path path = directory / "history.jsonl";
  CHECK_THROWS_NAMING(Error, append_text(path, "x"), path.string(), "no such file");
  test::write_file(path, "one\n");
  append_text(path, "two\n");
  CHECK(test::read_file(path) == "one\ntwo\n");
  {
    const FileSizeLimit limit(10);
    CHECK_THROWS_NAMING(Error, append_text(path, "three\n"), path.string(), "cannot be written");
  }
  CHECK(test::read_file(path) == "one\ntwo\n");
}
