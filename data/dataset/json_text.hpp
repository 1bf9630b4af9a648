#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

// Checked reading of JSON from files that other programs may have changed.
namespace unetsr::data {

// Throws Error that begins with `where`: no JSON, or nested too deeply to be any of this program's.
nlohmann::json parse_json(const std::string& text, const std::string& where);
nlohmann::ordered_json parse_ordered_json(const std::string& text, const std::string& where);

// The value of an object's key. Both throw Error naming the key where it is missing or its value is not allowed. A
// number that was no number when it was written is null, and NaN here.
int64_t whole_number(const nlohmann::json& object, const char* key, int64_t least, int64_t most);
double number(const nlohmann::json& object, const char* key);

}  // namespace unetsr::data
