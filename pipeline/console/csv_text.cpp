#include "pipeline/console/csv_text.hpp"

namespace unetsr::pipeline {
namespace {

std::string no_formula(const std::string& name) {
  const bool formula = !name.empty() && std::string("=+-@\t\r\n").find(name.front()) != std::string::npos;
  return formula ? "'" + name : name;
}

}  // namespace

std::string csv_text(const std::string& name) {
  std::string result = "\"";
  for (const char c : no_formula(name)) result += c == '"' ? "\"\"" : std::string(1, c);
  return result + "\"";
}

std::string csv_cell(const std::string& name) {
  const std::string plain = no_formula(name);
  return plain.find_first_of(",\"\r\n") == std::string::npos ? plain : csv_text(name);
}

}  // namespace unetsr::pipeline
