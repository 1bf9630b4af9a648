#include "tools/options.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <sstream>
#include <thread>

#include "kernels/error.hpp"
#include "kernels/system_error.hpp"
#include "pipeline/console/log_file.hpp"
#include "pipeline/console/memory.hpp"
#include "pipeline/console/peak_memory.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/console/shell_text.hpp"
#include "pipeline/console/size_text.hpp"
#include "pipeline/console/version.hpp"

namespace unetsr::tools {
namespace {

namespace fs = std::filesystem;

// Columns of the terminal that help is printed to; 80 where it is none.
size_t terminal_width() {
  constexpr size_t least = 60, most = 120;
  winsize size{};
  const bool known = isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return std::clamp(known ? size_t(size.ws_col) : size_t(80), least, most);
}

// The text broken into lines at blanks, those after the first indented.
std::string wrapped(const std::string& text, size_t indent, size_t width) {
  std::istringstream words(text);
  std::string lines, line;
  for (std::string word; words >> word;) {
    if (!line.empty() && indent + line.size() + 1 + word.size() > width) {
      lines += line + "\n" + std::string(indent, ' ');
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return lines + line + "\n";
}

class HelpFormat : public CLI::Formatter {
 public:
  explicit HelpFormat(std::string usage) : usage_(std::move(usage)) { label("Positionals", "Arguments"); }
  std::string make_usage(const CLI::App*, std::string) const override { return "Usage: " + usage_ + "\n"; }
  std::string make_description(const CLI::App* app) const override {
    return wrapped(app->get_description(), 0, terminal_width());
  }
  std::string make_option(const CLI::Option* option, bool positional) const override {
    constexpr size_t column = 28;
    std::string name = "  " + make_option_name(option, positional);
    if (!positional && option->get_items_expected_max() > 0) name += " " + option->get_type_name();
    std::string text = option->get_description();
    if (!positional && !option->get_default_str().empty() && text.find("(default") == std::string::npos)
      text += " (default: " + option->get_default_str() + ")";
    name += name.size() + 2 > column ? "\n" + std::string(column, ' ') : std::string(column - name.size(), ' ');
    return name + wrapped(text, column, terminal_width());
  }

 private:
  std::string usage_;
};

}  // namespace

void print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw Error("standard output cannot be written: " + system_message(errno));
}

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  for (const std::string& part : CLI::detail::split(text, ','))
    if (const std::string trimmed = CLI::detail::trim_copy(part); !trimmed.empty()) parts.push_back(trimmed);
  return parts;
}

Options::Options(const std::string& command, const std::string& usage, const std::string& summary,
                 const std::string& examples)
    : app_(summary, "unetsr " + command) {
  app_.formatter(std::make_shared<HelpFormat>("unetsr " + usage));
  app_.footer("Examples:\n" + examples);
  app_.set_help_flag("-h,--help", "print this help");
  const auto set = [this](const std::string& text) { config_ = text; };
  app_.add_option_function<std::string>(
          "--config", set, "TOML file of options, by their long names; options on the command line take precedence")
      ->type_name("FILE");
  remember("quiet", app_.add_flag("-q,--quiet", quiet_, "print warnings and errors alone"), quiet_);
  const char* const more = "print more: all options, files with sizes, times of stages, memory";
  remember("verbose", app_.add_flag("-v,--verbose", verbose_, more), verbose_);
  const auto set_log = [this](const std::string& text) { log_ = text; };
  CLI::Option* log = app_.add_option_function<std::string>(
      "--log", set_log, "file for all that is printed, with times in UTC, and what -q hides");
  log->type_name("FILE");
  remember("log", log, log_);
}

Options::~Options() {
  if (!started_ || std::uncaught_exceptions() > 0) return;
  pipeline::Output::for_standard_error(quiet_, verbose_)
      .detail(fmt::format("{}: {:.1f} s in all; memory at most {:.0f} MiB", app_.get_name(),
                          pipeline::seconds_since(start_), pipeline::peak_memory_mib()));
}

pipeline::Output Options::output() {
  const pipeline::Output output = pipeline::Output::for_standard_error(quiet_, verbose_);
  started_ = true;
  output.detail(fmt::format("unetsr {}; {} processors, {} of memory available", pipeline::version(),
                            std::thread::hardware_concurrency(),
                            pipeline::size_text(double(pipeline::available_memory()))));
  for (const Key& key : keys_)
    if (const std::string value = key.value(); !value.empty()) output.detail(fmt::format("  {} = {}", key.name, value));
  return output;
}

void Options::start_log() const {
  if (log_.empty()) return;
  pipeline::start_log(log_, command_line_, overwrite_ && *overwrite_);
}

void Options::flag(const std::string& name, bool& field, const pipeline::OptionHelp& help) {
  if (name == "overwrite") overwrite_ = &field;
  CLI::Option* option = app_.add_flag("--" + name, field, help.text);
  option->group(help.group);
  remember(name, option, field);
}

void Options::flag(const std::string& name, bool& field, const char* help) {
  flag(name, field, pipeline::OptionHelp{"Options", help});
}

void Options::add_compute(pipeline::ComputeOptions& o) {
  pipeline::visit_compute_options(
      o, [&](const char* name, auto& field, const pipeline::OptionHelp& help) { add(name, field, help); });
}

void Options::files(const std::string& name, std::vector<fs::path>& field, const std::string& help) {
  const auto set = [&field](const std::vector<std::string>& files) { field.assign(files.begin(), files.end()); };
  CLI::Option* option = app_.add_option_function<std::vector<std::string>>("--" + name, set, help);
  option->type_name("FILE");
  remember(name, option, field);
}

void Options::repeated(const std::string& name, const std::string& metavar, std::vector<std::string>& field,
                       const std::string& help) {
  const auto set = [&field](const std::vector<std::string>& values) { field = values; };
  CLI::Option* option = app_.add_option_function<std::vector<std::string>>("--" + name, set, help);
  option->type_name(metavar)->allow_extra_args(false);
  remember(name, option, field);
}

void Options::argument(const std::string& name, const std::string& metavar, fs::path& field, const std::string& help) {
  const auto set = [&field](const std::string& text) { field = text; };
  CLI::Option* option = app_.add_option_function<std::string>(metavar, set, help);
  remember(name, option, field);
  needed_.push_back({metavar, &field});
}

void Options::arguments(const std::string& metavar, std::vector<fs::path>& field, const std::string& help) {
  const auto set = [&field](const std::vector<std::string>& files) { field.assign(files.begin(), files.end()); };
  app_.add_option_function<std::vector<std::string>>(metavar, set, help);
}

void Options::refuse(const CLI::ParseError& error) const {
  const std::string see = "; see " + app_.get_name() + " --help";
  std::vector<std::string> known;
  for (const CLI::Option* option : app_.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  for (const std::string& word : app_.remaining())
    if (const std::string name = word.substr(0, word.find('=')); name.starts_with('-'))
      throw UsageError("unknown option " + name + did_you_mean(name, known) + see);
  std::string text = error.what();
  // "Could not convert: --epochs = many"
  constexpr std::string_view not_converted = "Could not convert: ", given = " = ";
  if (const size_t at = text.find(given); text.starts_with(not_converted) && at != std::string::npos)
    text = text.substr(not_converted.size(), at - not_converted.size()) + " " + text.substr(at + given.size()) +
           ": not a number that it takes";
  throw UsageError(text + see);
}

void Options::check(const Key& key) const try { key.check(); } catch (const UsageError& e) {
  if (config_.empty() || key.option->count() > 0) throw;
  throw UsageError(config_.string() + ": " + e.what());
}

void Options::parse(int argc, const char* const* argv, const std::function<fs::path()>& default_config) {
  command_line_ = app_.get_name();
  for (int i = 1; i < argc; ++i) command_line_ += " " + pipeline::shell_text(argv[i]);
  try {
    app_.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::string text = app_.help();
    for (size_t at; (at = text.find("\n\n\n")) != std::string::npos;) text.erase(at, 1);
    throw HelpAsked{text};
  } catch (const CLI::ParseError& e) {
    refuse(e);
  }
  if (config_.empty() && default_config) config_ = default_config();
  if (!config_.empty()) {
    pipeline::TomlFile file(config_);
    for (const Key& key : keys_) key.read(file, key.option && key.option->count() > 0);
    file.refuse_other_keys();
  }
  for (const Key& key : keys_)
    if (key.check) check(key);
  for (const Needed& needed : needed_)
    if (needed.field->empty()) throw UsageError(needed.metavar + " is missing; see " + app_.get_name() + " --help");
  if (quiet_ && verbose_) throw UsageError("--quiet and --verbose exclude each other");
  start_log();
}

}  // namespace unetsr::tools
