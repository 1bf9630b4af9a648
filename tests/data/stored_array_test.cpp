#include "data/dataset/stored_array.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <csignal>
#include <vector>

#include "files.hpp"
#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

TEST_CASE("An array holds the same in memory and in a file, grown, copied, moved and released") {
  const test::TemporaryDirectory directory;
  for (const ArrayStore& store : {ArrayStore{}, ArrayStore{directory / "map.tif"}}) {
    CAPTURE(store.beside.has_value());
    StoredArray<int> array(store);
    CHECK(array.size() == 0);
    for (int k = 0; k < 5000; ++k) array.push_back(k);
    const std::vector<int> more(3000, 7);
    array.append(more);
    array.release(0, 4000);
    array[1] = 11;
    StoredArray<int> copied = array, moved = std::move(array);
    copied[2] = 12;
    moved.release();
    REQUIRE(moved.size() == 8000);
    CHECK(moved[0] == 0);
    CHECK(moved[1] == 11);
    CHECK(moved[2] == 2);
    CHECK(copied[1] == 11);
    CHECK(copied[2] == 12);
    CHECK(moved[4999] == 4999);
    CHECK(moved[7999] == 7);
    StoredArray<double> zeros(store);
    zeros.assign_zeros(3000);
    for (const double v : zeros) CHECK(v == 0);
    CHECK(std::filesystem::is_empty(directory.path()));
  }
}

TEST_CASE("A part of an array that is read only is a part of the same memory") {
  StoredArray<float> array;
  array.assign_zeros(10);
  const StoredSpan<float> all(array);
  all[3] = 5;
  const StoredSpan<const float> as_read(all);
  CHECK(as_read.size() == 10);
  CHECK(as_read.subspan(3, 1)[0] == 5);
  std::vector<float> values(4, 1.0f);
  CHECK(StoredSpan<const float>(values)[2] == 1);
}

TEST_CASE("A disk without room is an error that names the folder") {
  const test::TemporaryDirectory directory;
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before = {};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 1 << 16;
  setrlimit(RLIMIT_FSIZE, &small);
  StoredArray<float> array(ArrayStore{directory / "map.tif"});
  CHECK_THROWS_NAMING(Error, array.assign_zeros(1 << 20), directory.path().string(), "cannot be written");
  setrlimit(RLIMIT_FSIZE, &before);
}
