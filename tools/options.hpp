#pragma once
#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <type_traits>
#include <vector>

#include "pipeline/console/progress.hpp"
#include "pipeline/console/toml_file.hpp"
#include "pipeline/train/run_config.hpp"

// The options of one command. Each is bound once, with its name, field and help; it may then stand on the command line
// or, by the same name, in the TOML file of --config. The command line wins.
namespace unetsr::tools {

struct HelpAsked {
  std::string text;
};

class Options {
 public:
  // The usage line is "unetsr " + usage; examples follow the help.
  Options(const std::string& command, const std::string& usage, const std::string& summary,
          const std::string& examples);

  // An option --name with a value. Lists are written with commas between.
  template <class T>
  void add(const std::string& name, T& field, const std::string& help);
  void flag(const std::string& name, bool& field, const std::string& help);
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
  // A list of arguments that the command sorts out for itself; not in TOML files.
  void arguments(const std::string& metavar, std::vector<std::filesystem::path>& field, const std::string& help);
  // A key of TOML files alone, for what the command line has among arguments().
  template <class T>
  void key(const std::string& name, T& field);

  // -q, --quiet
  bool quiet = false;
  pipeline::Output output() const { return pipeline::Output::for_standard_error(quiet); }

  // Throws HelpAsked, or UsageError for what cannot be understood.
  // `default_config` names the file that serves where --config is not given, or nothing.
  void parse(int argc, const char* const* argv, const std::function<std::filesystem::path()>& default_config = nullptr);

 private:
  struct Key {
    std::string name;
    const CLI::Option* option;  // null: none
    // A value that the command line gave is checked in the file too, but stays.
    std::function<void(pipeline::TomlFile&, bool given)> read;
  };

  template <class T>
  void remember(const std::string& name, const CLI::Option* option, T& field);

  struct Needed {
    std::string metavar;
    const std::filesystem::path* field;
  };

  CLI::App app_;
  std::filesystem::path config_;
  std::vector<Key> keys_;
  std::vector<Needed> needed_;
};

std::vector<std::string> split_at_commas(const std::string& text);

template <class T>
void Options::remember(const std::string& name, const CLI::Option* option, T& field) {
  keys_.push_back({name, option, [name, &field](pipeline::TomlFile& file, bool given) {
                     T value = field;
                     if constexpr (std::is_same_v<T, pipeline::Protocol>) {
                       std::string text = to_string(field);
                       if (file.read(name, text)) value = pipeline::protocol(text);
                     } else {
                       file.read(name, value);
                     }
                     if (!given) field = value;
                   }});
}

template <class T>
void Options::add(const std::string& name, T& field, const std::string& help) {
  CLI::Option* option;
  if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
    option = app_.add_option("--" + name, field, help)->capture_default_str();
    if constexpr (std::is_unsigned_v<T>)  // CLI11 would wrap it around
      option->check([](const std::string& text) { return text.starts_with('-') ? text + " is negative" : ""; });
  } else {
    const auto set = [&field](const std::string& text) {
      if constexpr (std::is_same_v<T, pipeline::Protocol>)
        field = pipeline::protocol(text);
      else if constexpr (std::is_same_v<T, std::vector<std::string>>)
        field = split_at_commas(text);
      else
        field = text;
    };
    option = app_.add_option_function<std::string>("--" + name, set, help);
    if constexpr (std::is_same_v<T, pipeline::Protocol>) option->default_str(to_string(field));
  }
  remember(name, option, field);
}

template <class T>
void Options::key(const std::string& name, T& field) {
  remember(name, nullptr, field);
}

}  // namespace unetsr::tools
