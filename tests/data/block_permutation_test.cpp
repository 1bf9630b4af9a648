#include "data/features/block_permutation.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace unetsr;

namespace {

constexpr Shape shape{2, 12, 18, 1};

int block_of(int64_t cell, int side) {
  const int64_t place = cell % (shape.h * shape.w);
  return int(place / shape.w / side) * 100 + int(place % shape.w / side);
}

int window_of(int64_t cell) {
  return int(cell / (shape.h * shape.w));
}

}  // namespace

TEST_CASE("whole blocks change places within their window, none stays, and neighbours stay together") {
  const data::Mask all(size_t(shape.size()), 1);
  const std::vector<int64_t> source = data::permute_blocks(all, shape, 6, 3);
  REQUIRE(source.size() == all.size());
  CHECK(std::set<int64_t>(source.begin(), source.end()).size() == all.size());
  std::set<std::pair<int, int>> moves[2];
  for (int64_t i = 0; i < shape.size(); ++i) {
    const int64_t from = source[size_t(i)];
    CHECK(window_of(from) == window_of(i));
    CHECK(block_of(from, 6) != block_of(i, 6));
    CHECK(from % shape.w % 6 == i % shape.w % 6);
    CHECK(from / shape.w % 6 == i / shape.w % 6);
    moves[window_of(i)].insert({block_of(i, 6), block_of(from, 6)});
  }
  CHECK(moves[0].size() == 6);
  CHECK(moves[0] != moves[1]);
  CHECK(data::permute_blocks(all, shape, 6, 3) == source);
  CHECK(data::permute_blocks(all, shape, 6, 4) != source);
}

TEST_CASE("only chosen cells move, to places of chosen cells") {
  data::Mask some(size_t(shape.size()), 0);
  for (int64_t i = 0; i < shape.size(); ++i) some[size_t(i)] = i % shape.w < 10 && i % 7 != 0;
  const std::vector<int64_t> source = data::permute_blocks(some, shape, 4, 1);
  for (int64_t i = 0; i < shape.size(); ++i) {
    if (!some[size_t(i)]) {
      CHECK(source[size_t(i)] == i);
      continue;
    }
    CHECK(some[size_t(source[size_t(i)])] == 1);
    CHECK(block_of(source[size_t(i)], 4) != block_of(i, 4));
  }
}

TEST_CASE("an only block stays") {
  data::Mask one(size_t(shape.size()), 0);
  for (int64_t i = 0; i < 4; ++i) one[size_t(i)] = 1;
  const std::vector<int64_t> source = data::permute_blocks(one, shape, 6, 1);
  for (int64_t i = 0; i < shape.size(); ++i) CHECK(source[size_t(i)] == i);
}
