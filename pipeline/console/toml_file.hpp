#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernels/enum_names.hpp"

namespace unetsr::pipeline {

// Options from a TOML file without tables: one key an option. read() leaves the field as it is and returns false where
// the file does not have the key. Errors name file, line and key.
class TomlFile {
 public:
  // Throws UsageError if the file cannot be read or is not TOML.
  explicit TomlFile(const std::filesystem::path& path);
  ~TomlFile();

  // Throws UsageError if the value is of another type than the field, or beyond its range.
  bool read(const std::string& key, bool& field);
  bool read(const std::string& key, int& field);
  bool read(const std::string& key, uint64_t& field);
  bool read(const std::string& key, double& field);
  bool read(const std::string& key, std::string& field);
  bool read(const std::string& key, std::filesystem::path& field);
  bool read(const std::string& key, std::vector<std::string>& field);
  bool read(const std::string& key, std::vector<std::filesystem::path>& field);

  // An optional stays as it is where the key is missing.
  template <class T>
  bool read(const std::string& key, std::optional<T>& field) {
    T value = field.value_or(T{});
    const bool there = read(key, value);
    if (there) field = value;
    return there;
  }
  template <NamedEnum E>
  bool read(const std::string& key, E& field) {
    std::string name;
    if (!read(key, name)) return false;
    try {
      field = parse<E>(name);
    } catch (const UsageError& e) {
      refuse(key, e);
    }
    return true;
  }

  // Throws UsageError naming the first key that nobody has asked for, and those that were.
  void refuse_other_keys() const;

 private:
  struct Table;
  template <class T>
  bool read_as(const std::string& key, T& field, const char* type);
  [[noreturn]] void refuse(const std::string& key, const std::string& expected) const;
  [[noreturn]] void refuse(const std::string& key, const UsageError&) const;

  std::filesystem::path path_;
  std::unique_ptr<Table> table_;
  std::vector<std::string> asked_;
};

// Values as TOML; TomlFile reads them back unchanged. Throws UsageError for an integer above 2^63 - 1, which TOML does
// not have.
std::string toml_value(bool);
std::string toml_value(int);
std::string toml_value(uint64_t);
std::string toml_value(double);
std::string toml_value(const std::string&);
std::string toml_value(const std::filesystem::path&);
std::string toml_value(const std::vector<std::string>&);
template <NamedEnum E>
std::string toml_value(E value) {
  return toml_value(to_string(value));
}
// Empty for nothing.
template <class T>
std::string toml_value(const std::optional<T>& value) {
  return value ? toml_value(*value) : std::string();
}

}  // namespace unetsr::pipeline
