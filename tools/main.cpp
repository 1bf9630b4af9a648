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
#include "pipeline/console/shared_command.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/processes/processes.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace {

using namespace unetsr;

struct Command {
  const char* name;
  void (*run)(int argc, const char* const* argv);
  const char* summary;
  bool is_shared = false;  // between the processes that mpirun started; else the first runs it alone
};

constexpr Command commands[] = {
    {"simulate", tools::simulate_command, "simulate a scene with known SIF, as satellite files"},
    {"prepare", tools::prepare_command, "grid SIF soundings and vegetation indices: a dataset", true},
    {"train", tools::train_command, "train a network on a dataset: a run", true},
    {"crossvalidate", tools::crossvalidate_command, "train on every fold, with one seed or several", true},
    {"predict", tools::predict_command, "make SIF maps with a run, GeoTIFF or netCDF", true},
    {"plot", tools::plot_command, "draw maps, a dataset or a run as a picture"},
    {"evaluate", tools::evaluate_command, "score runs and baselines on test cells: a report", true},
    {"validate", tools::validate_command, "compare maps with OCO-2 and OCO-3: a report"},
    {"explain", tools::explain_command, "measure how a network uses its inputs"},
    {"ablate", tools::ablate_command, "compare trainings with other features or networks", true},
    {"reproduce", tools::reproduce_command, "repeat the paper on its own tables, and audit its scores"},
    {"demo", tools::demo_command, "run all of this on a simulated scene"},
    {"info", tools::info_command, "describe a dataset, run, network, raster or device"},
};

std::string help() {
  std::string text =
      "Sharpens satellite maps of sun-induced chlorophyll fluorescence (SIF) with a\n"
      "neural network, a U-Net.\n\n"
      "Usage: unetsr COMMAND [OPTIONS] INPUT... OUTPUT\n\nCommands:\n";
  for (const Command& c : commands)
    text += "  " + std::string(c.name) + std::string(15 - std::string(c.name).size(), ' ') + c.summary + "\n";
  return text +
         "\n  -h, --help     print this help; unetsr help COMMAND prints a command's options\n"
         "  --version      print the version, the compiler and the libraries\n";
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
  pipeline::let_first_report();
  pipeline::Output::error(program + ": " + pipeline::Output::of_process() + message);
  return code;
}

int print_help(const std::string& program, const std::string& text) {
  if (pipeline::rank_in_program() > 0) return 0;
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
    pipeline::start_processes();
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
    pipeline::run_command(command.name, command.is_shared, [&] { command.run(argc - 1, argv + 1); });
    return 0;
  } catch (const tools::HelpAsked& asked) {
    return print_help(program, asked.text);
  } catch (const pipeline::Interrupted&) {
    return fail(program, "stopped by Ctrl-C", 130);
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
  const int code = run(argc, argv);
  if (code != 0 && pipeline::processes_of_program() > 1) pipeline::end_all(code);
  pipeline::finish_processes();
  leave(code);
}
