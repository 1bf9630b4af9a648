#include "pipeline/console/toml_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <limits>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "kernels/system_error.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

// Of the very type: TOML's 40.0 and "40" are no integers. A float may be written without a point.
template <class T>
std::optional<T> value_of(const toml::node& node) {
  if constexpr (std::is_same_v<T, double>) {
    if (node.is_integer()) return double(node.as_integer()->get());
  }
  return node.value_exact<T>();
}

template <>
std::optional<int> value_of<int>(const toml::node& node) {
  const std::optional<int64_t> value = node.value_exact<int64_t>();
  if (!value || *value < std::numeric_limits<int>::min() || *value > std::numeric_limits<int>::max()) return {};
  return int(*value);
}

template <>
std::optional<uint64_t> value_of<uint64_t>(const toml::node& node) {
  const std::optional<int64_t> value = node.value_exact<int64_t>();
  if (!value || *value < 0) return {};
  return uint64_t(*value);
}

template <>
std::optional<std::vector<std::string>> value_of<std::vector<std::string>>(const toml::node& node) {
  const toml::array* array = node.as_array();
  if (!array) return {};
  std::vector<std::string> values;
  for (const toml::node& element : *array) {
    const std::optional<std::string> value = value_of<std::string>(element);
    if (!value) return {};
    values.push_back(*value);
  }
  return values;
}

// A parser calls itself once a level, and handles what it has read so too.
constexpr int deepest = 64;

std::string read_small(const fs::path& path) {
  constexpr uintmax_t largest = 1 << 20;
  if (!fs::is_regular_file(path)) throw UsageError(path.string() + ": no such file");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(path.string() + ": cannot be read: " + system_message(errno));
  if (fs::file_size(path) > largest) throw UsageError(path.string() + ": more than 1 MB; that is no file of options");
  return {std::istreambuf_iterator<char>(file), {}};
}

// The end of the string that begins at `at`: "...", '...', or either with three quotes.
size_t end_of_string(const std::string& text, size_t at) {
  const char quote = text[at];
  const std::string three(3, quote), close = text.compare(at, 3, three) == 0 ? three : std::string(1, quote);
  for (at += close.size(); at < text.size(); ++at) {
    if (text.compare(at, close.size(), close) == 0) return at + close.size();
    if (text[at] == '\n' && close.size() == 1) return at;
    if (text[at] == '\\' && quote == '"') ++at;
  }
  return text.size();
}

// How deep brackets, and the parts of keys with dots, are nested at most.
int nesting(const std::string& text) {
  int brackets = 0, dots = 0, most = 0;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      at = end_of_string(text, at);
      continue;
    }
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (c == '[' || c == '{') ++brackets;
    if (c == ']' || c == '}') brackets = std::max(0, brackets - 1);
    dots = c == '.' ? dots + 1 : c == '\n' || c == '=' || c == ',' ? 0 : dots;
    most = std::max(most, brackets + dots);
    ++at;
  }
  return most;
}

}  // namespace

struct TomlFile::Table {
  toml::table root;
};

TomlFile::TomlFile(const fs::path& path) : path_(path), table_(std::make_unique<Table>()) {
  const std::string text = read_small(path);
  if (nesting(text) > deepest) throw UsageError(path.string() + ": keys or values nested too deeply for options");
  try {
    table_->root = toml::parse(text, path.string());
  } catch (const toml::parse_error& e) {
    throw UsageError(fmt::format("{}:{}: {}", path.string(), e.source().begin.line, excerpt(e.description(), 200)));
  }
}

TomlFile::~TomlFile() = default;

void TomlFile::refuse(const std::string& key, const std::string& expected) const {
  throw UsageError(
      fmt::format("{}:{}: {} must be {}", path_.string(), table_->root.get(key)->source().begin.line, key, expected));
}

void TomlFile::refuse(const std::string& key, const UsageError& error) const {
  throw UsageError(fmt::format("{}:{}: {}: {}", path_.string(), table_->root.get(key)->source().begin.line, key,
                               excerpt(error.what(), 250)));
}

template <class T>
bool TomlFile::read_as(const std::string& key, T& field, const char* type) {
  asked_.push_back(key);
  const toml::node* node = table_->root.get(key);
  if (!node) return false;
  const std::optional<T> value = value_of<T>(*node);
  if (!value) refuse(key, type);
  field = *value;
  return true;
}

bool TomlFile::read(const std::string& key, bool& field) {
  return read_as(key, field, "true or false");
}
bool TomlFile::read(const std::string& key, int& field) {
  return read_as(key, field, "an integer (32 bits)");
}
bool TomlFile::read(const std::string& key, uint64_t& field) {
  return read_as(key, field, "an integer from 0");
}
bool TomlFile::read(const std::string& key, double& field) {
  return read_as(key, field, "a number");
}
bool TomlFile::read(const std::string& key, std::string& field) {
  return read_as(key, field, "a string");
}
bool TomlFile::read(const std::string& key, fs::path& field) {
  std::string text;
  const bool there = read_as(key, text, "a string");
  if (there) field = text;
  return there;
}
bool TomlFile::read(const std::string& key, std::vector<std::string>& field) {
  return read_as(key, field, "an array of strings");
}
bool TomlFile::read(const std::string& key, std::vector<fs::path>& field) {
  std::vector<std::string> texts;
  const bool there = read_as(key, texts, "an array of strings");
  if (there) field.assign(texts.begin(), texts.end());
  return there;
}

void TomlFile::refuse_other_keys() const {
  for (const auto& [key, node] : table_->root)
    if (std::find(asked_.begin(), asked_.end(), key.str()) == asked_.end())
      throw UsageError(fmt::format("{}:{}: unknown key {}; known are {}{}", path_.string(), node.source().begin.line,
                                   excerpt(key.str()), fmt::join(asked_, ", "), did_you_mean(key.str(), asked_)));
}

std::string toml_value(bool value) {
  return value ? "true" : "false";
}

std::string toml_value(int value) {
  return fmt::to_string(value);
}

std::string toml_value(uint64_t value) {
  if (value > uint64_t(std::numeric_limits<int64_t>::max()))
    throw UsageError(fmt::format("{} is too large; take a number below 2^63", value));
  return fmt::to_string(value);
}

std::string toml_value(double value) {
  return fmt::format("{}", value);
}

std::string toml_value(const std::string& value) {
  std::string quoted = "\"";
  for (const char c : value) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      quoted += std::string("\\") + c;
    else if (code < 0x20 || code == 0x7f)
      quoted += fmt::format("\\u{:04x}", code);
    else
      quoted += c;
  }
  return quoted + "\"";
}

std::string toml_value(const fs::path& value) {
  return toml_value(value.string());
}

std::string toml_value(const std::vector<std::string>& values) {
  std::string list;
  for (const std::string& value : values) list += (list.empty() ? "" : ", ") + toml_value(value);
  return "[" + list + "]";
}

}  // namespace unetsr::pipeline
