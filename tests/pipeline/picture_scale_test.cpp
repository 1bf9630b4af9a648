#include "pipeline/report/picture_scale.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace unetsr;
using namespace unetsr::pipeline;

TEST_CASE("Pictures of a small scene are its maps") {
  const data::Grid grid = {3, 4, 0, 1000, 0, -1000, "EPSG:5070"};
  const PictureScale pictures(grid, 2);
  CHECK(pictures.side() == 1);
  CHECK(pictures.grid() == grid);
  const std::vector<float> map(12, 0.5f);
  std::vector<float> all;
  pictures.append(map, all), pictures.append(map, all);
  CHECK(all == std::vector<float>(24, 0.5f));
}

TEST_CASE("Pictures of a large scene are means over the fewest cells that leave two million values") {
  const data::Grid grid = {1000, 1501, 0, 1000, 0, -1000, "EPSG:5070"};
  const PictureScale pictures(grid, 6);
  CHECK(pictures.side() == 3);  // 500 x 751 x 6 are more
  CHECK(pictures.grid().rows == 334);
  CHECK(pictures.grid().columns == 501);
  CHECK(pictures.grid().x_step == 3000);
  std::vector<float> map(size_t(grid.cells()));
  for (size_t i = 0; i < map.size(); ++i) map[i] = float(i % 1501);
  std::vector<float> picture;
  pictures.append(map, picture);
  REQUIRE(picture.size() == 334 * 501);
  CHECK(picture[0] == 1);
  CHECK(picture[501 + 2] == 7);
}

TEST_CASE("A block has the role of the cell in its middle, of a split of fine cells or of coarse ones") {
  const data::Grid grid = {1000, 1500, 0, 1000, 0, -1000, "EPSG:5070"};
  const PictureScale pictures(grid, 6);
  REQUIRE(pictures.side() == 3);
  data::Split fine{"", 1, 1000, 1500, std::vector<data::Role>(size_t(grid.cells()), data::Role::train)};
  data::Split coarse{"", 1, 100, 150, std::vector<data::Role>(15000, data::Role::train)};
  fine.roles[1 * 1500 + 4] = data::Role::test;  // in the middle of the block in row 0 and column 1
  fine.roles[1 * 1500 + 6] = data::Role::test;  // in no middle
  coarse.roles[1] = data::Role::test;           // columns 10 to 19: the middles 10, 13, 16, 19 in rows 1, 4, 7
  const data::Split of_fine = pictures.split(fine, 1), of_coarse = pictures.split(coarse, 10);
  CHECK(of_fine.rows == 334);
  CHECK(of_fine.count(data::Role::test) == 1);
  CHECK(of_fine.roles[1] == data::Role::test);
  CHECK(of_coarse.count(data::Role::test) == 4 * 3);
  CHECK(of_coarse.roles[3] == data::Role::test);
}
