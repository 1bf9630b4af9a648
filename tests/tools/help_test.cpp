#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

#include "files.hpp"
#include "pipeline/train/train_defaults.hpp"
#include "program.hpp"
#include "thrown.hpp"

using namespace unetsr;

namespace {

// The text with line breaks and what follows of blanks as one blank.
std::string in_one_line(const std::string& text) {
  std::istringstream words(text);
  std::string line;
  for (std::string word; words >> word;) line += (line.empty() ? "" : " ") + word;
  return line;
}

}  // namespace

TEST_CASE("help prints the defaults of each mode, and no line wider than 80 columns") {
  const std::string help = test::run_program({"train", "--help"}).out, line = in_one_line(help);
  for (const char* part : {"--epochs INT", "80 with footprints", "60 (sifnet: 20) on cells", "protocol paper 500",
                           "adamw; protocol paper adam", "unet-pointwise with footprints, else unet"})
    CHECK_MESSAGE(test::contains(line, part), part);
  for (const char* group : {"\nData:\n", "\nNetwork:\n", "\nTraining:\n", "\nMachine:\n"})
    CHECK_MESSAGE(test::contains(help, group), group);
  for (const char* command : {"simulate", "prepare", "train", "crossvalidate", "predict", "plot", "evaluate", "explain",
                              "ablate", "reproduce", "demo", "info"}) {
    std::istringstream lines(test::run_program({command, "--help"}).out);
    for (std::string text; std::getline(lines, text) && text != "Examples:";) {
      const bool usage = text.starts_with("Usage:");
      CHECK_MESSAGE((usage || text.size() <= 80), command << ": " << text);
    }
  }
}

TEST_CASE("the defaults in words are those that a training takes") {
  using namespace unetsr::pipeline;
  CHECK(default_in_words("epochs") == "80 with footprints, 60 (sifnet: 20) on cells; protocol paper 500");
  CHECK(mode_defaults(Protocol::honest, Supervision::footprints, {}).epochs == 80);
  CHECK(mode_defaults(Protocol::honest, Supervision::wald, "sifnet").epochs == 20);
  CHECK(mode_defaults(Protocol::paper, Supervision::gridded, "paper-cnn").learning_rate == 1e-3);
  CHECK(default_in_words("members") == "1");
  CHECK(default_in_words("seed").empty());
}

TEST_CASE("help COMMAND is that command's help, and a wrong word names the nearest right one") {
  CHECK(test::run_program({"help", "predict"}).out == test::run_program({"predict", "--help"}).out);
  CHECK(test::run_program({"help"}).out == test::run_program({"--help"}).out);
  const auto fails = [](const std::vector<std::string>& arguments, const std::string& part) {
    const test::Outcome o = test::run_program(arguments);
    CHECK(o.code == 2);
    CHECK_MESSAGE(test::contains(o.error, part), o.error);
  };
  fails({"help", "predct"}, "did you mean predict");
  fails({"trian"}, "did you mean train");
  fails({"train", "a.h5", "b", "--epoch", "3"},
        "unknown option --epoch; did you mean --epochs; see unetsr train --help");
  fails({"train", "a.h5", "b", "--loss", "hubert"}, "unknown loss hubert; take mse, mae or huber; did you mean huber");
  fails({"train", "a.h5", "b", "--model", "unet-pointwis"}, "did you mean unet-pointwise");
}
