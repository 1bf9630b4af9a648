#include "kernels/suggestion.hpp"

#include <doctest/doctest.h>

#include "kernels/enum_names.hpp"
#include "thrown.hpp"

using namespace unetsr;

namespace {

enum class Colour { red, green, dark_blue, unnamed };

using Names = std::vector<std::string>;

}  // namespace

template <>
struct unetsr::EnumNames<Colour> {
  static constexpr const char* what = "colour";
  static constexpr std::pair<Colour, const char*> names[] = {
      {Colour::red, "red"}, {Colour::green, "green"}, {Colour::dark_blue, "dark-blue"}};
};

TEST_CASE("a name with few wrong letters is suggested, the nearest one") {
  const Names known = {"epochs", "patience", "patch", "learning-rate"};
  CHECK(did_you_mean("epoch", known) == "; did you mean epochs");    // one is missing
  CHECK(did_you_mean("epochss", known) == "; did you mean epochs");  // one too many
  CHECK(did_you_mean("Epochs", known) == "; did you mean epochs");   // one is another
  CHECK(did_you_mean("leraning-rat", known) == "; did you mean learning-rate");
  CHECK(did_you_mean("patc", known) == "; did you mean patch");
  CHECK(did_you_mean("patienc", known) == "; did you mean patience");
}

TEST_CASE("of names equally near the first is suggested") {
  CHECK(did_you_mean("best", Names{"test", "rest"}) == "; did you mean test");
  CHECK(did_you_mean("best", Names{"rest", "test"}) == "; did you mean rest");
  CHECK(did_you_mean("best", Names{"beast", "rest", "bet"}) == "; did you mean beast");
}

TEST_CASE("nothing is suggested for a text that is far from all names") {
  CHECK(did_you_mean("model", Names{"epochs", "seed"}) == "");
  CHECK(did_you_mean("abcdef", Names{"abcxyz", "abcd-and-more"}) == "; did you mean abcxyz");  // just near enough
  CHECK(did_you_mean("abcdef", Names{"abwxyz", "abcd-and-more"}) == "");
  CHECK(did_you_mean("xy", Names{"ab"}) == "");
  CHECK(did_you_mean("x", Names{"a"}) == "");  // of one letter, and that is wrong
}

TEST_CASE("nothing is suggested for no text, or of no names") {
  CHECK(did_you_mean("", Names{"a", "epochs"}) == "");
  CHECK(did_you_mean("epochs", Names{}) == "");
  CHECK(did_you_mean("", Names{}) == "");
}

TEST_CASE("one_of lists names with 'or' before the last") {
  CHECK(one_of(Names{}) == "");
  CHECK(one_of(Names{"mse"}) == "mse");
  CHECK(one_of(Names{"mse", "mae"}) == "mse or mae");
  CHECK(one_of(Names{"mse", "mae", "huber"}) == "mse, mae or huber");
}

TEST_CASE("values of an enum and their names lead to each other, in the order of the list") {
  CHECK(names_of<Colour>() == Names{"red", "green", "dark-blue"});
  for (const Colour colour : {Colour::red, Colour::green, Colour::dark_blue})
    CHECK(parse<Colour>(to_string(colour)) == colour);
  CHECK(to_string(Colour::dark_blue) == "dark-blue");
  CHECK(test::thrown([] { to_string(Colour::unnamed); }) == "a colour without a name");
}

TEST_CASE("a name is parsed in any case") {
  CHECK(parse<Colour>("RED") == Colour::red);
  CHECK(parse<Colour>("Dark-Blue") == Colour::dark_blue);
}

TEST_CASE("an unknown name is an error that quotes it, lists the names and suggests one that is near") {
  const auto error = [](const char* text) { return test::thrown<UsageError>([&] { parse<Colour>(text); }); };
  CHECK(error("gren") == "unknown colour gren; take red, green or dark-blue; did you mean green");
  CHECK(error("magenta") == "unknown colour magenta; take red, green or dark-blue");
  CHECK(error("re") == "unknown colour re; take red, green or dark-blue; did you mean red");
  CHECK(error("reds") == "unknown colour reds; take red, green or dark-blue; did you mean red");
  CHECK(error("dark_blue") == "unknown colour dark_blue; take red, green or dark-blue; did you mean dark-blue");
}
