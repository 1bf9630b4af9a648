#include "pipeline/console/shell_text.hpp"

#include <doctest/doctest.h>

using unetsr::pipeline::shell_text;

TEST_CASE("arguments are quoted where a shell would take them apart") {
  CHECK(shell_text("scene/troposif") == "scene/troposif");
  CHECK(shell_text("-101,43.7,-93,49.8") == "-101,43.7,-93,49.8");
  CHECK(shell_text("cover=map.tif@mode?valid=1:17&nodata=15") == "'cover=map.tif@mode?valid=1:17&nodata=15'");
  CHECK(shell_text("my files/a.nc") == "'my files/a.nc'");
  CHECK(shell_text("it's") == "'it'\\''s'");
  CHECK(shell_text("") == "''");
}
