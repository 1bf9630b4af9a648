#include "kernels/excerpt.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace unetsr;

TEST_CASE("A text is shown as it is, or cut between characters") {
  CHECK(excerpt("") == "");
  CHECK(excerpt("mW m-2 sr-1 nm-1") == "mW m-2 sr-1 nm-1");
  CHECK(excerpt(std::string(80, 'a')) == std::string(80, 'a'));
  CHECK(excerpt(std::string(81, 'a')) == std::string(80, 'a') + "...");
  CHECK(excerpt("\u00b5\u00b5", 4) == "\u00b5\u00b5");
  CHECK(excerpt("\u00b5\u00b5", 3) == "\u00b5...");
}

TEST_CASE("Control characters are blanks, what is not UTF-8 question marks") {
  CHECK(excerpt(std::string("a\n\t\x1b[2J\x7f") + '\0' + "b") == "a   [2J  b");
  CHECK(excerpt("\u009b2J") == " 2J");
  CHECK(excerpt("\x80\xff\xc3") == "???");
  CHECK(excerpt("\xe2\x82") == "??");
}

TEST_CASE("Names are listed up to a thousand bytes") {
  CHECK(list_of_names(std::vector<std::string>{}) == "");
  CHECK(list_of_names(std::vector<std::string>{"a", "b\n", std::string(100, 'c')}) ==
        "a, b , " + std::string(80, 'c') + "...");
  const std::string many = list_of_names(std::vector<std::string>(1000, "name"));
  CHECK(many.ends_with("name, ..."));
  CHECK(many.size() < 1020);
}
