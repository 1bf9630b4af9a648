#include "pipeline/console/text_table.hpp"

#include <doctest/doctest.h>

TEST_CASE("columns are as wide as their widest entry") {
  unetsr::pipeline::TextTable table({"name", "n", "units"});
  table.add({"a", "1000", "m"});
  table.add({"longer", "7", ""});
  table.add({"short row"});
  CHECK(table.text() ==
        "name          n  units\n"
        "a          1000      m\n"
        "longer        7\n"
        "short row\n");
}
