#include <doctest/doctest.h>

#include <regex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "files.hpp"
#include "pipeline/train/train_defaults.hpp"
#include "program.hpp"
#include "source_directory.hpp"
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

// A command's help, or the overview of all.
std::string help_of(const std::string& command) {
  return test::run_program(command == "help" ? std::vector<std::string>{"help"}
                                             : std::vector<std::string>{command, "--help"})
      .out;
}

std::vector<std::string> commands_and_overview() {
  std::vector<std::string> names = {"help"};
  std::istringstream lines(help_of("help"));
  bool listed = false;
  for (std::string line; std::getline(lines, line);) {
    if (listed && line.empty()) break;
    if (listed) names.push_back(line.substr(2, line.find(' ', 2) - 2));
    listed = listed || line == "Commands:";
  }
  REQUIRE(names.size() > 11);
  return names;
}

// The phrases of tools/words.txt, and what to write instead.
std::vector<std::pair<std::regex, std::string>> avoided_phrases() {
  std::vector<std::pair<std::regex, std::string>> phrases;
  std::istringstream lines(test::read_file(test::source_directory() / "tools/words.txt"));
  const std::string arrow = " -> ";
  for (std::string line; std::getline(lines, line);)
    if (const size_t at = line.find(arrow); at != std::string::npos && !line.starts_with('#'))
      phrases.emplace_back(std::regex(line.substr(0, at), std::regex::icase), line.substr(at + arrow.size()));
  return phrases;
}

struct OptionLine {
  std::string name, type, text;  // text: in one line
};

std::vector<OptionLine> options_of(const std::string& help) {
  constexpr size_t column = 28;  // where texts begin
  std::vector<OptionLine> options;
  std::istringstream lines(help.substr(0, help.find("Examples:")));
  for (std::string line; std::getline(lines, line);) {
    const size_t text = line.find_first_not_of(' ');
    if (line.starts_with("  -")) {
      std::istringstream words(line);
      OptionLine option;
      words >> option.name >> option.type;
      options.push_back(option);
      const size_t gap = line.find("  ", 2);
      options.back().text = gap == std::string::npos ? "" : in_one_line(line.substr(gap));
    } else if (!options.empty() && text == column) {
      options.back().text += (options.back().text.empty() ? "" : " ") + line.substr(text);
    }
  }
  return options;
}

}  // namespace

TEST_CASE("help prints the defaults of each mode in groups") {
  const std::string help = test::run_program({"train", "--help"}).out, line = in_one_line(help);
  for (const char* part : {"--epochs INT", "80 with footprints, else 60 (sifnet: 20); protocol paper 500",
                           "adamw; protocol paper adam", "unet-pointwise with footprints, else unet"})
    CHECK_MESSAGE(test::contains(line, part), part);
  for (const char* group : {"\nData:\n", "\nNetwork:\n", "\nTraining:\n", "\nMachine:\n"})
    CHECK_MESSAGE(test::contains(help, group), group);
}

TEST_CASE("no line of help is wider than 80 columns") {
  for (const std::string& command : commands_and_overview()) {
    std::istringstream lines(help_of(command));
    for (std::string text; std::getline(lines, text);) CHECK_MESSAGE(text.size() <= 80, command << ": " << text);
  }
}

TEST_CASE("help is written in the words of the glossary") {
  const std::vector<std::pair<std::regex, std::string>> avoided = avoided_phrases();
  REQUIRE(avoided.size() > 10);
  CHECK(std::regex_search("soundings Tell more", avoided.front().first));
  for (const std::string& command : commands_and_overview()) {
    const std::string help = in_one_line(help_of(command));
    for (const auto& [phrase, words] : avoided) {
      std::smatch found;
      CHECK_MESSAGE(!std::regex_search(help, found, phrase), command << ": " << found.str() << ": write " << words);
    }
  }
}

TEST_CASE("the help of an option begins with what it is, and that of a number has its unit") {
  const std::regex unit(
      "\\bnumber of |\\b(in|width in) ((fine |coarse )?cells|pixels)\\b|\\bdegrees\\b|, nm\\b|mW m-2 sr-1 nm-1|0 (\\(best\\) )?to [0-9.]+"
      "|^seed for |^peak of the learning rate|^factor of the weight decay");
  int numbers = 0;
  for (const std::string& command : commands_and_overview())
    for (const OptionLine& option : options_of(help_of(command))) {
      INFO(command, " ", option.name, ": ", option.text);
      CHECK(option.text.size() > 5);
      CHECK(!option.text.starts_with("of "));
      CHECK(!test::contains(option.text, "none: "));
      if (option.type != "INT" && option.type != "UINT" && option.type != "FLOAT") continue;
      ++numbers;
      CHECK(std::regex_search(option.text, unit));
    }
  CHECK(numbers > 40);
}

TEST_CASE("the defaults in words are those that a training takes") {
  using namespace unetsr::pipeline;
  CHECK(default_in_words("epochs") == "80 with footprints, else 60 (sifnet: 20); protocol paper 500");
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
