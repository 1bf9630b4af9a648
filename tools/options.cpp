#include "tools/options.hpp"

#include "kernels/error.hpp"

namespace unetsr::tools {
namespace {

namespace fs = std::filesystem;

class HelpFormat : public CLI::Formatter {
 public:
  explicit HelpFormat(std::string usage) : usage_(std::move(usage)) { column_width(28); }
  std::string make_usage(const CLI::App*, std::string) const override { return "Usage: " + usage_ + "\n"; }
  // An argument's name says all.
  std::string make_option_opts(const CLI::Option* option) const override {
    return option->nonpositional() ? Formatter::make_option_opts(option) : "";
  }

 private:
  std::string usage_;
};

}  // namespace

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
  app_.add_option_function<std::string>("--config", set, "TOML file of options; those given here win")
      ->type_name("FILE");
  remember("quiet", app_.add_flag("-q,--quiet", quiet, "say nothing but warnings and errors"), quiet);
}

void Options::flag(const std::string& name, bool& field, const std::string& help) {
  remember(name, app_.add_flag("--" + name, field, help), field);
}

void Options::add_compute(pipeline::ComputeOptions& o) {
  pipeline::visit_compute_options(o, [&](const char* name, auto& field, const char* help) { add(name, field, help); });
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

void Options::parse(int argc, const char* const* argv, const std::function<fs::path()>& default_config) {
  try {
    app_.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    throw HelpAsked{app_.help()};
  } catch (const CLI::ParseError& e) {
    throw UsageError(std::string(e.what()) + "; see " + app_.get_name() + " --help");
  }
  if (config_.empty() && default_config) config_ = default_config();
  if (!config_.empty()) {
    pipeline::TomlFile file(config_);
    for (const Key& key : keys_) key.read(file, key.option && key.option->count() > 0);
    file.refuse_other_keys();
  }
  for (const Needed& needed : needed_)
    if (needed.field->empty()) throw UsageError(needed.metavar + " is missing; see " + app_.get_name() + " --help");
}

}  // namespace unetsr::tools
