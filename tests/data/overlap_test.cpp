#include "data/splits/overlap.hpp"

#include <doctest/doctest.h>

#include "data/splits/leak_audit.hpp"
#include "footprint_scene.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

// t test, T train, . neither
Split split_of(const std::string& row) {
  Split split{"", 1, 1, int(row.size()), {}};
  for (const char c : row) split.roles.push_back(c == 't' ? Role::test : c == 'T' ? Role::train : Role::buffer);
  return split;
}

UsedCells blanked(const Split& split, int radius, int sif_behind) {
  return {split.mask(Role::train), split.mask(Role::train), radius, sif_behind, false};
}

}  // namespace

TEST_CASE("Cells grow in their own window, in rows and in columns") {
  Mask one(size_t(2 * 4 * 5), 0);
  one[size_t(1 * 20 + 1 * 5 + 0)] = 1;  // window 1, row 1, column 0
  const Mask two = grown(one, {2, 4, 5, 1}, 1);
  for (int n = 0; n < 2; ++n)
    for (int i = 0; i < 4; ++i)
      for (int j = 0; j < 5; ++j) CHECK(two[size_t(20 * n + 5 * i + j)] == (n == 1 && i <= 2 && j <= 1));
  CHECK(grown(one, {2, 4, 5, 1}, 0) == one);
}

TEST_CASE("A buffer as wide as the SIF behind an input leaves nothing in common, one cell less does") {
  const int64_t expected[] = {3, 2, 1, 0, 0};  // of three cells behind an input, so many lie in the test
  for (int buffer = 0; buffer < 5; ++buffer) {
    const Split split = split_of("tttt" + std::string(size_t(buffer), '.') + "TTTT");
    CHECK(overlap(split, blanked(split, 0, 3)).cells == expected[buffer]);
    CHECK(overlap(split, blanked(split, 100, 3)).cells == expected[buffer]);
  }
}

TEST_CASE("Inputs that are not blanked count as far as the network sees") {
  const Split split = split_of("tttt..TTTT");
  UsedCells used = blanked(split, 4, 0);
  CHECK(overlap(split, used).cells == 0);
  used.inputs.assign(10, 1);
  CHECK(overlap(split, used).cells == 2);
  used.radius = 2;
  CHECK(overlap(split, used).cells == 0);
  used.sif_behind = 1;
  CHECK(overlap(split, used).cells == 1);
}

TEST_CASE("SIF of other windows counts where a window is held out, and not where cells are") {
  // Two windows of four cells.
  Split split{"", 2, 1, 4, std::vector<Role>(8, Role::train)};
  for (size_t i = 4; i < 8; ++i) split.roles[i] = Role::test;
  UsedCells used = blanked(split, 0, 0);
  CHECK(overlap(split, used).cells == 0);
  used.sif_of_other_windows = true;
  CHECK(overlap(split, used).cells == 4);
  split.roles = {Role::test, Role::buffer, Role::train, Role::train,
                 Role::test, Role::buffer, Role::train, Role::train};
  used = blanked(split, 0, 1);
  used.sif_of_other_windows = true;
  CHECK(overlap(split, used).cells == 0);
  used.sif_behind = 2;
  CHECK(overlap(split, used).cells == 2);
}

TEST_CASE("A target on a test cell is shared though no input is") {
  const Split split = split_of("tttt....TT");
  UsedCells used = blanked(split, 0, 0);
  used.targets[3] = 1;
  CHECK(overlap(split, used).cells == 1);
}

TEST_CASE("Training cells whose inputs the maps of test cells depend on") {
  const Split split = split_of("tttt..TTTT");
  CHECK(overlap(split, blanked(split, 2, 0)).inputs == 0);
  CHECK(overlap(split, blanked(split, 3, 0)).inputs == 1);
  CHECK(overlap(split, blanked(split, 9, 0)).inputs == 4);
}

TEST_CASE("Masks of another size are refused") {
  const Split split = split_of("tt.TT");
  CHECK_THROWS_AS(overlap(split, {Mask(4), Mask(4), 0, 0}), ShapeError);
}

TEST_CASE("Soundings touch the cells that they lie on, with a corner too") {
  test::FootprintScene scene(8, 16);
  scene.add(1, 0.3, 1, 1, 3, 3);      // block (0, 0)
  scene.add(1, 0.3, 3.5, 1, 4.5, 3);  // blocks (0, 0), (0, 1)
  scene.add(1, 0.3, 9, 5, 15, 7);     // blocks (1, 2), (1, 3)
  const SoundingCells soundings(scene.dataset);
  Mask blocks(8, 0);
  blocks[1] = 1;
  CHECK(touching(soundings, blocks, 4, 2) == std::vector<uint8_t>{0, 1, 0});
  blocks[7] = 1;
  CHECK(touching(soundings, blocks, 4, 2) == std::vector<uint8_t>{0, 1, 1});
  Mask cells(128, 0);
  cells[size_t(2 * 16 + 2)] = 1;
  CHECK(touching(soundings, cells, 1, 8) == std::vector<uint8_t>{1, 0, 0});
  CHECK(common({1, 0, 1, 1}, {1, 1, 0, 1}) == 2);
}

TEST_CASE("Overlapping crops share cells") {
  const std::vector<kernels::Crop> train = {{0, 0, 0, 0}, {0, 0, 1, 3}}, test = {{0, 1, 1, 0}, {1, 0, 0, 0}};
  CHECK(shared_cells({2, 4, 4, 1}, 2, train, test) == 2);
}
