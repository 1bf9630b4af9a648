#include "pipeline/console/log_file.hpp"

#include <doctest/doctest.h>

#include <regex>
#include <sstream>

#include "captured_stderr.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/console/own_files.hpp"
#include "pipeline/console/progress.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

// The lines behind the first, without their times, which have to be there.
std::string without_times(const std::string& log) {
  std::istringstream lines(log);
  std::string line, text;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    CHECK_MESSAGE(std::regex_search(line, std::regex("^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z  ")), line);
    text += line.substr(22) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("A log has all that is printed, what -q hides too, and no bar") {
  const test::TemporaryDirectory directory;
  const auto path = directory / "log.txt";
  start_log(path, "unetsr train 'a b.h5' run", false);
  CHECK(is_log(path));
  CHECK(!is_log(directory / "other.txt"));
  for (const Output::Mode mode : {Output::Mode::quiet, Output::Mode::terminal})
    test::captured_stderr([&] {
      const Output output(mode);
      output.line("a line\n\nand another");
      output.warning("beware");
      output.detail("for -v alone");
      output.next({"unetsr info map.tif"});
      Progress progress(output, "soundings", 2);
      for (long i = 0; i <= 2; ++i) progress.update(i);
    });
  test::captured_stderr([] { Output::error("unetsr: over"); });
  const std::string log = test::read_file(path);
  CHECK(log.starts_with("unetsr log of unetsr train 'a b.h5' run\n"));
  CHECK(log.find('\x1b') == std::string::npos);
  const std::string once = "a line\nand another\nwarning: beware\nnext: unetsr info map.tif\nsoundings 2/2  in 0 s\n";
  CHECK(without_times(log) == once + once + "unetsr: over\n");

  CHECK(written_by_unetsr(path));
  CHECK_THROWS_NAMING(UsageError, refuse_to_overwrite(path, true), "log.txt", "--log");
  CHECK_THROWS_NAMING(UsageError, start_log(path, "unetsr", false), "log.txt exists", "--overwrite");
  start_log(path, "unetsr info", true);
  CHECK(test::read_file(path) == "unetsr log of unetsr info\n");
}

TEST_CASE("A log replaces nothing but a log") {
  const test::TemporaryDirectory directory;
  test::write_file(directory / "scene.h5", "{\"software\": \"unetsr 0.1.0\"}");
  for (const bool overwrite : {false, true})
    CHECK_THROWS_NAMING(UsageError, start_log(directory / "scene.h5", "unetsr", overwrite), "is no log of unetsr");
  CHECK(test::read_file(directory / "scene.h5") == "{\"software\": \"unetsr 0.1.0\"}");
  CHECK_THROWS_NAMING(Error, start_log(directory / "none/log.txt", "unetsr", false), "none/log.txt: cannot be written");
}
