#include "data/dataset/json_text.hpp"

#include <limits>

#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

const nlohmann::json& value_of(const nlohmann::json& object, const char* key) {
  if (!object.is_object() || !object.contains(key)) throw Error(std::string("has no ") + key);
  return object[key];
}

template <class Json>
Json parsed(const std::string& text, const std::string& where) {
  constexpr int deepest = 64;  // what handles a value calls itself once a level
  const auto refuse_deep = [&](int depth, typename Json::parse_event_t, Json&) {
    if (depth > deepest) throw Error(where + ": JSON that is nested too deeply");
    return true;
  };
  try {
    return Json::parse(text, refuse_deep);
  } catch (const nlohmann::json::exception&) {
    throw Error(where + ": not the JSON it should be");
  }
}

}  // namespace

nlohmann::json parse_json(const std::string& text, const std::string& where) {
  return parsed<nlohmann::json>(text, where);
}

nlohmann::ordered_json parse_ordered_json(const std::string& text, const std::string& where) {
  return parsed<nlohmann::ordered_json>(text, where);
}

int64_t whole_number(const nlohmann::json& object, const char* key, int64_t least, int64_t most) {
  const nlohmann::json& value = value_of(object, key);
  const bool fits = value.is_number_unsigned() ? value.get<uint64_t>() <= uint64_t(std::numeric_limits<int64_t>::max())
                                               : value.is_number_integer();
  if (!fits || value.get<int64_t>() < least || value.get<int64_t>() > most)
    throw Error(std::string(key) + " is no whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return value.get<int64_t>();
}

double number(const nlohmann::json& object, const char* key) {
  const nlohmann::json& value = value_of(object, key);
  if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (!value.is_number()) throw Error(std::string(key) + " is no number");
  return value.get<double>();
}

}  // namespace unetsr::data
