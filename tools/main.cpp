#include <cctype>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "kernels/error.hpp"
#include "kernels/suggestion.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/output.hpp"
#include "pipeline/console/version.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace {

using namespace unetsr;

struct Command {
  const char* name;
  void (*run)(int argc, const char* const* argv);
  const char* summary;
};

constexpr Command commands[] = {
    {"simulate", tools::simulate_command, "simulate a scene in the files of the real products"},
    {"prepare", tools::prepare_command, "make a dataset of soundings and vegetation indices"},
    {"train", tools::train_command, "train a network on a dataset"},
    {"crossvalidate", tools::crossvalidate_command, "train on every fold, with several seeds"},
    {"predict", tools::predict_command, "make maps with a trained network"},
    {"plot", tools::plot_command, "draw maps, a dataset or a run as a picture"},
    {"evaluate", tools::evaluate_command, "score trained networks on their test cells"},
    {"explain", tools::explain_command, "score the influence of each input on a network's maps"},
    {"ablate", tools::ablate_command, "train with other features or networks, and compare"},
    {"reproduce", tools::reproduce_command, "the paper on its own tables, and what its scores are worth"},
    {"demo", tools::demo_command, "the whole way on a simulated scene"},
    {"info", tools::info_command, "describe a dataset, a checkpoint, a run or a network"},
};

std::string help() {
  std::string text =
      "Super-resolution of sun-induced chlorophyll fluorescence (SIF) with U-Nets.\n"
      "Usage: unetsr COMMAND [OPTIONS] INPUT... OUTPUT\n\nCommands:\n";
  for (const Command& c : commands)
    text += "  " + std::string(c.name) + std::string(15 - std::string(c.name).size(), ' ') + c.summary + "\n";
  return text +
         "\n  -h, --help    print this help; unetsr help COMMAND: that of a command\n"
         "  --version     print the version\n";
}

const Command& find_command(const std::string& name) {
  std::string names;
  std::vector<std::string> known;
  for (const Command& c : commands) {
    if (name == c.name) return c;
    known.push_back(c.name);
    names += std::string(names.empty() ? "" : ", ") + c.name;
  }
  throw UsageError("unknown command " + name + "; take one of " + names + did_you_mean(name, known));
}

// Whatever file the text came from, it stays one line and moves no cursor.
int fail(const std::string& program, std::string message, int code) {
  for (char& c : message)
    if (std::iscntrl(static_cast<unsigned char>(c))) c = ' ';
  pipeline::Output::error(program + ": " + message);
  return code;
}

int print_help(const std::string& program, const std::string& text) {
  try {
    tools::print(text);
    return 0;
  } catch (const Error& e) {
    return fail(program, e.what(), 1);
  }
}

int run(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on file sizes is then an error like a full disk
  std::string program = "unetsr";
  try {
    const std::string first = argc > 1 ? argv[1] : "";
    if (first.empty()) throw UsageError("no command given; see unetsr --help");
    if (first == "-h" || first == "--help") throw tools::HelpAsked{help()};
    if (first == "--version") throw tools::HelpAsked{"unetsr " + pipeline::version() + "\n"};
    if (first == "help") {
      if (argc == 2) throw tools::HelpAsked{help()};
      const char* const asked[] = {argv[2], "--help"};
      find_command(argv[2]).run(2, asked);
    }
    const Command& command = find_command(first);
    program += " " + first;
    command.run(argc - 1, argv + 1);
    return 0;
  } catch (const tools::HelpAsked& asked) {
    return print_help(program, asked.text);
  } catch (const pipeline::Interrupted&) {
    pipeline::Output::error(program + ": stopped by Ctrl-C");
    return 130;
  } catch (const UsageError& e) {
    return fail(program, e.what(), 2);
  } catch (const std::bad_alloc&) {
    return fail(program, "out of memory", 1);
  } catch (const std::exception& e) {
    return fail(program, e.what(), 1);
  }
}

// Without the clean-up that libraries do at exit: where memory is short, OpenBLAS, which GDAL brings, waits there for a
// thread that never ends. The leak sanitizer looks at exit.
[[noreturn]] void leave(int code) {
#ifdef __SANITIZE_ADDRESS__
  std::exit(code);
#else
  std::fflush(nullptr);
  std::_Exit(code);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  leave(run(argc, argv));
}
