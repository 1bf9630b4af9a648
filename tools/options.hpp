#pragma once
#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "pipeline/console/compute.hpp"
#include "pipeline/console/output.hpp"
#include "pipeline/console/toml_file.hpp"

// The options of one command. Each is bound once, with its name, field and help; it may then be given on the command
// line or, by the same name, in the TOML file of --config (arguments() and key() in one of them alone). The command
// line wins.
namespace unetsr::tools {

// Help of options that several commands have.
constexpr const char* truth_help =
    "rasters of the true SIF of a simulated scene, mW m-2 sr-1 nm-1, to score the fine cells against; {window} in the "
    "name is replaced by each window's date, {year}, {month}, {day} and {doy} by parts of it";
constexpr const char* compare_help =
    "also score a map of others on the same footprints or cells: a raster of SIF in mW m-2 sr-1 nm-1 on any grid; bands "
    "with times are averaged over each window, {window} in the name is replaced by each window's date, {year}, {month}, "
    "{day} and {doy} by parts of it; KEY as for --aux of unetsr prepare; may be repeated";
constexpr const char* block_help =
    "side in cells of a block that is computed at once: larger is faster and takes more memory";

struct HelpAsked {
  std::string text;
};

class Options {
 public:
  // The usage line is "unetsr " + usage; examples follow the help.
  Options(const std::string& command, const std::string& usage, const std::string& summary,
          const std::string& examples);

  // An option --name with a value. Lists are written with commas between. --help prints the field's value as the
  // default, or `otherwise`, unless the help text names one itself: "(default: ...)".
  // A number has a range, and is checked wherever it was given.
  template <class T>
  requires(!pipeline::has_range<T>) void add(const std::string& name, T& field, const char* help);
  template <class T>
  requires pipeline::has_range<T>
  void add(const std::string& name, T& field, const char* help, const pipeline::OptionRange&);
  template <class T>
  void add(const std::string& name, T& field, const pipeline::OptionHelp&, const std::string& otherwise = {});
  void flag(const std::string& name, bool& field, const char* help);
  void flag(const std::string& name, bool& field, const pipeline::OptionHelp&);
  // Where to compute.
  void add_compute(pipeline::ComputeOptions&);
  // An option followed by files, up to the next option.
  void files(const std::string& name, std::vector<std::filesystem::path>& field, const std::string& help);
  // An option --name METAVAR that may be given again and again.
  void repeated(const std::string& name, const std::string& metavar, std::vector<std::string>& field,
                const std::string& help);
  // Arguments without a name, in the order of these calls. `metavar` is what help calls them.
  // All have to be given, there or in the TOML file.
  void argument(const std::string& name, const std::string& metavar, std::filesystem::path& field,
                const std::string& help);
  // A list of arguments whose roles the command finds out; not in TOML files.
  void arguments(const std::string& metavar, std::vector<std::filesystem::path>& field, const std::string& help);
  // A key of TOML files alone, for what the command line has among arguments().
  template <class T>
  void key(const std::string& name, T& field);

  // What -q, -v and --log ask for, and with -v the version, the machine and all options. To be called once.
  pipeline::Output output();
  // With -v prints the time that the command took and the memory that it held.
  ~Options();
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  // The file of --config; empty without.
  const std::filesystem::path& config() const { return config_; }

  // Throws HelpAsked, or UsageError for what cannot be understood.
  // `default_config` names the file that serves where --config is not given, or nothing.
  void parse(int argc, const char* const* argv, const std::function<std::filesystem::path()>& default_config = nullptr);

 private:
  struct Key {
    std::string name;
    const CLI::Option* option;  // null: none
    // A value that the command line gave is checked in the file too, but stays.
    std::function<void(pipeline::TomlFile&, bool given)> read;
    std::function<std::string()> value;  // as text; empty: not given
    std::function<void()> check;         // of its range; empty: none
  };

  [[noreturn]] void refuse(const CLI::ParseError&) const;
  void start_log() const;
  void check(const Key&) const;
  template <class T>
  void remember(const std::string& name, const CLI::Option* option, T& field);

  struct Needed {
    std::string metavar;
    const std::filesystem::path* field;
  };

  CLI::App app_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::filesystem::path config_, log_;
  bool quiet_ = false, verbose_ = false, started_ = false;
  const bool* overwrite_ = nullptr;  // the field of --overwrite
  std::string command_line_;
  std::vector<Key> keys_;
  std::vector<Needed> needed_;
};

// Writes to standard output. Throws Error where not all of it arrives.
void print(const std::string& text);

std::vector<std::string> split_at_commas(const std::string& text);

// An option's value as --help prints it; empty for nothing.
inline std::string default_text(const std::string& value) {
  return value;
}
inline std::string default_text(const std::vector<std::string>& values) {
  return CLI::detail::join(values, ",");
}
template <class T>
requires std::is_arithmetic_v<T> std::string default_text(T value) {
  return pipeline::toml_value(value);
}
template <NamedEnum E>
std::string default_text(E value) {
  return to_string(value);
}
inline std::string default_text(const std::filesystem::path& value) {
  return value.string();
}
inline std::string default_text(const std::vector<std::filesystem::path>& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : " ") + value.string();
  return text;
}
template <class T>
std::string default_text(const std::optional<T>& value) {
  return value ? default_text(*value) : std::string();
}

template <class T>
void Options::remember(const std::string& name, const CLI::Option* option, T& field) {
  keys_.push_back({name,
                   option,
                   [name, &field](pipeline::TomlFile& file, bool given) {
                     T value = field;
                     file.read(name, value);
                     if (!given) field = value;
                   },
                   [&field] { return default_text(field); },
                   {}});
}

template <class T>
void Options::add(const std::string& name, T& field, const pipeline::OptionHelp& help, const std::string& otherwise) {
  using Value = pipeline::OptionValue<T>;
  CLI::Option* option;
  if constexpr (std::is_arithmetic_v<Value>) {
    const auto set = [&field, name](const Value& value) {
      if constexpr (std::is_unsigned_v<Value>)  // as run.toml can keep it
        if (value > Value(std::numeric_limits<int64_t>::max()))
          throw UsageError("--" + name + " " + std::to_string(value) + ": take a number below 2^63");
      field = value;
    };
    option = app_.add_option_function<Value>("--" + name, set, help.text);
    if constexpr (std::is_unsigned_v<Value>)  // CLI11 would wrap it around
      option->check([](const std::string& text) { return text.starts_with('-') ? text + " is negative" : ""; });
  } else {
    const auto set = [&field](const std::string& text) {
      if constexpr (NamedEnum<Value>)
        field = unetsr::parse<Value>(text);
      else if constexpr (std::is_same_v<Value, std::vector<std::string>>)
        field = split_at_commas(text);
      else
        field = text;
    };
    option = app_.add_option_function<std::string>("--" + name, set, help.text);
  }
  option->group(help.group)->default_str(otherwise.empty() ? default_text(field) : otherwise);
  remember(name, option, field);
  if constexpr (pipeline::has_range<T>)
    keys_.back().check = [name, &field, range = help.range.value()] { pipeline::require_in_range(name, field, range); };
}

template <class T>
requires(!pipeline::has_range<T>) void Options::add(const std::string& name, T& field, const char* help) {
  add(name, field, pipeline::OptionHelp{"Options", help});
}

template <class T>
requires pipeline::has_range<T>
void Options::add(const std::string& name, T& field, const char* help, const pipeline::OptionRange& range) {
  add(name, field, pipeline::OptionHelp{"Options", help, range});
}

template <class T>
void Options::key(const std::string& name, T& field) {
  remember(name, nullptr, field);
}

}  // namespace unetsr::tools
