#include <doctest/doctest.h>

#include "files.hpp"
#include "program.hpp"

using namespace unetsr;
using test::contains;

TEST_CASE("--log keeps what -q hides, the error at the end too; -v prints options and times") {
  const test::TemporaryDirectory directory;
  const auto path = [&](const char* name) { return (directory / name).string(); };
  const std::vector<std::string> simulate = {"simulate", path("s cene"), "--small", "--windows", "1", "--days", "1"};
  const test::Outcome quiet = test::succeeds(test::joined(simulate, {"-q", "--log", path("log.txt")}));
  CHECK(quiet.error == "");
  const std::string log = test::read_file(path("log.txt"));
  CHECK(log.starts_with("unetsr log of unetsr simulate '" + path("s cene") + "' --small"));
  CHECK(contains(log, "Z  next: unetsr prepare '" + path("s cene/troposif") + "' '" + path("s cene/mod13a2") + "' "));

  test::check_fails(test::joined(simulate, {"--log", path("log.txt")}), 2, {"log.txt exists", "--overwrite"});
  test::check_fails(test::joined(simulate, {"--log", path("other.txt")}), 2, {"scene.json exists"});
  CHECK(contains(test::read_file(path("other.txt")), "Z  unetsr simulate: " + path("s cene/scene.json") + " exists"));
  test::check_fails({"info", path("none.h5"), "--log", path("log.txt"), "--overwrite"}, 1, {"none.h5"});
  CHECK(contains(test::read_file(path("log.txt")), "Z  unetsr info: "));

  const test::Outcome verbose = test::succeeds(test::joined(simulate, {"--overwrite", "-v"}));
  for (const char* part : {"  windows = 1\n", "  seed = 1\n", " of memory available\n",
                           "simulate the land: ", " s in all; memory at most "})
    CHECK_MESSAGE(contains(verbose.error, part), part, verbose.error);
}
