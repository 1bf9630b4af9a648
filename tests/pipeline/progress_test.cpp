#include "pipeline/console/progress.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

#include "captured_stderr.hpp"
#include "thrown.hpp"

using namespace unetsr::pipeline;
using unetsr::test::captured_stderr;
using unetsr::test::contains;

using Mode = Output::Mode;

TEST_CASE("lines go to standard error, but not with -q; warnings always") {
  const auto say = [](Mode mode) {
    return captured_stderr([&] {
      Output(mode).line("a line");
      Output(mode).warning("beware");
    });
  };
  CHECK(say(Mode::lines) == "a line\nwarning: beware\n");
  CHECK(say(Mode::quiet) == "warning: beware\n");
  CHECK(say(Mode::terminal) == "\r\x1b[Ka line\n\r\x1b[Kwarning: beware\n");
}

TEST_CASE("a file is no terminal") {
  captured_stderr([] { CHECK(Output::for_standard_error(false).mode() == Mode::lines); });
  CHECK(Output::for_standard_error(true).mode() == Mode::quiet);
}

TEST_CASE("a log gets one line at the end of a quick job, and none of one that breaks off") {
  const Output output(Mode::lines);
  CHECK(captured_stderr([&] {
          Progress progress(output, "train unet", 3);
          for (int i = 0; i <= 3; ++i) progress.update(i, "loss 0." + std::to_string(i));
        }) == "train unet 3/3  loss 0.3  in 0 s\n");
  CHECK(captured_stderr([&] {
          Progress progress(output, "train unet", 3);
          progress.update(2);
        }) == "");
}

TEST_CASE("a quiet job says nothing") {
  const Output output(Mode::quiet);
  CHECK(captured_stderr([&] {
          Progress progress(output, "train", 1);
          progress.update(1);
        }) == "");
}

TEST_CASE("a bar grows in place and ends with a line") {
  const Output output(Mode::terminal);
  const std::string shown = captured_stderr([&] {
    Progress progress(output, "train", 4);
    progress.update(2);  // the first is drawn at once
    progress.update(3);  // too soon for another
    progress.update(4, "loss 0.5");
  });
  CHECK(shown ==
        "\r\x1b[Ktrain [############............] 2/4"
        "\r\x1b[Ktrain [########################] 4/4  loss 0.5  in 0 s"
        "\r\x1b[K\r\x1b[Ktrain 4/4  loss 0.5  in 0 s\n");
}

TEST_CASE("a bar never wraps around") {
  const Output output(Mode::terminal);
  const std::string shown = captured_stderr([&] {
    Progress progress(output, std::string(200, 'x'), 2);
    progress.update(1);
  });
  CHECK(shown.substr(0, shown.rfind('\r')).size() == 4 + 79);
}

TEST_CASE("the time left follows from the pace since the first call") {
  const Output output(Mode::terminal);
  const std::string shown = captured_stderr([&] {
    Progress progress(output, "train", 1000);
    progress.update(990);  // a job that goes on from its middle
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    progress.update(991);  // 0.6 s a step, nine to go
  });
  const size_t left = shown.find(" s left");
  REQUIRE(left != std::string::npos);
  const int seconds = std::stoi(shown.substr(shown.rfind(' ', left - 1)));
  CHECK(seconds >= 5);
  CHECK(seconds <= 15);
}

TEST_CASE("durations in words") {
  CHECK(format_duration(0) == "0 s");
  CHECK(format_duration(59.4) == "59 s");
  CHECK(format_duration(59.6) == "1:00 min");
  CHECK(format_duration(187) == "3:07 min");
  CHECK(format_duration(3723) == "1:02:03 h");
  CHECK(format_duration(90000) == "25:00:00 h");
}

TEST_CASE("a terminal gets long lines in pieces, a file and the next command in one") {
  const std::string words = std::string(60, 'a') + " " + std::string(30, 'b') + " c", command(120, 'x');
  CHECK(captured_stderr([&] { Output(Mode::lines).line("  " + words); }) == "  " + words + "\n");
  CHECK(captured_stderr([&] { Output(Mode::terminal).line("  " + words); }) ==
        "\r\x1b[K  " + std::string(60, 'a') + "\n    " + std::string(30, 'b') + " c\n");
  CHECK(captured_stderr([&] { Output(Mode::terminal).line("\n" + words.substr(0, 70) + "\n"); }) ==
        "\r\x1b[K\n" + words.substr(0, 70) + "\n\n");
  CHECK(contains(captured_stderr([&] { Output(Mode::terminal).next({"unetsr " + command}); }), "unetsr " + command));
}

TEST_CASE("details are for -v alone") {
  for (const bool verbose : {false, true})
    CHECK(captured_stderr([&] { Output(Mode::lines, verbose).detail("12 MB"); }) == (verbose ? "12 MB\n" : ""));
}

TEST_CASE("the end of a summary names the commands to go on with, but not within another command") {
  const Output output(Mode::lines);
  CHECK(captured_stderr([&] { output.next({"unetsr a", "unetsr b"}); }) == "next: unetsr a\n      unetsr b\n");
  CHECK(captured_stderr([&] { output.of_a_step().next({"unetsr a"}); }) == "");
  CHECK(captured_stderr([&] { output.of_a_step().line("a line"); }) == "a line\n");
}

TEST_CASE("a short stage shows nothing; with -v its time and the memory") {
  for (const Mode mode : {Mode::lines, Mode::terminal, Mode::quiet})
    CHECK(captured_stderr([&] {
            const Output output(mode);
            Stage stage(output, "write");
            stage.reached(0.5);
          }) == "");
  const std::string detail = captured_stderr([] {
    const Output output(Mode::lines, true);
    const Stage stage(output, "write");
  });
  CHECK(contains(detail, "write: 0.0 s; memory at most "));
  CHECK(contains(detail, " MiB so far\n"));
}

TEST_CASE("a long stage has a bar with the time left, or the time so far, and takes it away at its end") {
  const auto shown = [](double share) {
    return captured_stderr([&] {
      const Output output(Mode::terminal);
      Stage stage(output, "write");
      stage.reached(0);
      if (share > 0) stage.reached(share, "a note");
      std::this_thread::sleep_for(std::chrono::seconds(3));
    });
  };
  const std::string unknown = shown(0), half = shown(0.5);
  CHECK(contains(unknown, " s so far"));
  CHECK(contains(half, "\r\x1b[Kwrite [############............] 50 %  a note  "));
  CHECK(contains(half, " s left"));
  CHECK(half.ends_with("\r\x1b[K"));
}
