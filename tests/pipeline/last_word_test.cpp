#include "pipeline/train/last_word.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "captured_stderr.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

std::string printed(const std::vector<float>& measured, const std::vector<ValidatedMap>& maps,
                    const std::vector<double>& noise = {}) {
  return test::captured_stderr(
      [&] { print_last_word(measured, maps, noise, "soundings", Output(Output::Mode::lines)); });
}

}  // namespace

TEST_CASE("the trained map is compared with simpler ones on the values that all have") {
  const std::string said = printed(
      {1, 1, 1, 1, NAN}, {{"the map", {1.1f, 0.9f, 1.1f, 9, 9}}, {"the first guess", {1.2f, 0.8f, 1.2f, NAN, 1}}},
      {0.01, 0.01, 0.04, 9, 9});
  CHECK(test::contains(said,
                       "validation: 3 soundings; RMSE of the map: 0.1000, of the first guess: 0.2000, of the "
                       "noise alone: 0.1414 mW m-2 sr-1 nm-1"));
  CHECK_FALSE(test::contains(said, "warning"));
}

TEST_CASE("it is said where the trained map is not better, and what to do") {
  const std::string said =
      printed({1, 1}, {{"the map", {1.2f, 0.8f}}, {"the first guess", {1.1f, 0.9f}}, {"the coarse SIF", {2, 2}}});
  CHECK(test::contains(said,
                       "warning: the map is not better than the first guess on the 2 soundings that validate: "
                       "RMSE 0.2000 and 0.1000; take more days"));
  CHECK_FALSE(test::contains(said, "not better than the coarse SIF"));
  CHECK_FALSE(test::contains(said, "noise"));
}

TEST_CASE("a map that most values lack is omitted, and one value is no score") {
  const std::vector<float> measured = {1, 1, 1, 1, 1}, near(5, 1.1f);
  const std::string said = printed(measured, {{"the map", near}, {"the coarse SIF", {1, 1, NAN, NAN, NAN}}});
  CHECK(test::contains(said, "validation: 5 soundings; RMSE of the map: 0.1000 mW"));
  CHECK_FALSE(test::contains(said, "the coarse SIF"));
  CHECK(printed({1, NAN}, {{"the map", {1, 1}}}).empty());
}
