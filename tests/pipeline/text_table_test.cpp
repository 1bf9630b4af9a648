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

TEST_CASE("a table too wide loses the middle of its longest words, and no number") {
  unetsr::pipeline::TextTable table({"layer", "share", "unit"}, {2});
  table.add({"a_name_of_many_letters_indeed", "100.0 %", "mW m-2 sr-1 nm-1"});
  table.add({"b", "3.0 %", "1"});
  CHECK(table.text() ==
        "layer                            share  unit\n"
        "a_name_of_many_letters_indeed  100.0 %  mW m-2 sr-1 nm-1\n"
        "b                                3.0 %  1\n");
  CHECK(table.text(44) ==
        "layer                share  unit\n"
        "a_name_o.._indeed  100.0 %  mW m-2 sr-1 nm-1\n"
        "b                    3.0 %  1\n");
}
