#include "pipeline/console/csv_text.hpp"

#include <doctest/doctest.h>

using namespace unetsr::pipeline;

TEST_CASE("names are cells of their own, and no formulas") {
  CHECK(csv_text("unet") == "\"unet\"");
  CHECK(csv_text("a \"b\", c") == "\"a \"\"b\"\", c\"");
  CHECK(csv_cell("ndvi red_coarse") == "ndvi red_coarse");
  CHECK(csv_cell("a,b") == "\"a,b\"");
  CHECK(csv_cell("") == "");
  for (const std::string begin : {"=", "+", "-", "@", "\t"}) {
    CHECK(csv_cell(begin + "1+1") == "'" + begin + "1+1");
    CHECK(csv_text(begin + "1+1") == "\"'" + begin + "1+1\"");
  }
  CHECK(csv_text("\n=1") == "\"'\n=1\"");
}
