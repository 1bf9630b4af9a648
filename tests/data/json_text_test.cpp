#include "data/dataset/json_text.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

TEST_CASE("JSON is refused where it is none or too deep, with the place") {
  const auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK_NOTHROW(parse_json(nested(60), "f"));
  CHECK_THROWS_NAMING(Error, parse_json(nested(100), "f.json"), "f.json: ", "nested too deeply");
  CHECK_THROWS_NAMING(Error, parse_json(std::string(1000000, '['), "f.json"), "nested too deeply");
  CHECK_THROWS_NAMING(Error, parse_json("{\"a\": ", "f.json"), "f.json: not the JSON");
  CHECK_THROWS_NAMING(Error, parse_json("", "f.json"), "f.json: not the JSON");
}

TEST_CASE("numbers are of their kind and in their range") {
  const auto json = parse_json(R"({"n": 3, "big": 4294967297, "huge": 18446744073709551615, "real": 3.5,
                                   "text": "3", "none": null, "yes": true})",
                               "f");
  CHECK(whole_number(json, "n", 1, 3) == 3);
  for (const char* key : {"big", "huge", "real", "text", "none", "yes", "absent"})
    CHECK_THROWS_NAMING(Error, whole_number(json, key, 0, 1000), key);
  CHECK_THROWS_NAMING(Error, whole_number(json, "n", 4, 5), "from 4 to 5");
  CHECK_THROWS_NAMING(Error, whole_number(parse_json("[1]", "f"), "n", 0, 1), "n");
  CHECK(number(json, "real") == 3.5);
  CHECK(number(json, "n") == 3);
  CHECK(std::isnan(number(json, "none")));
  for (const char* key : {"text", "yes", "absent"}) CHECK_THROWS_NAMING(Error, number(json, key), key);
}
