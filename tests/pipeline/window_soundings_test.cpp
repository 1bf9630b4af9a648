#include "pipeline/evaluate/window_soundings.hpp"

#include <doctest/doctest.h>

#include "data/dataset/dataset_file.hpp"
#include "files.hpp"
#include "footprint_scene.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

// The last window of a year reaches into the next one, whose first window has the same days.
data::Dataset turn_of_the_year() {
  test::FootprintScene scene(20, 40);
  scene.dataset.windows = {"2019-12-19", "2020-01-01", "2020-01-17"};
  for (int k = 0; k < 20; ++k) {
    scene.add(k, 1, k, 3, k + 7, 6.5);
    scene.dataset.soundings.time.back() = data::day_number({2019, 12, 19}) * 86400.0 + 86400.0 * k;
  }
  return scene.dataset;
}

}  // namespace

TEST_CASE("Soundings that are read window by window are those of all windows, each in one") {
  const data::Dataset dataset = turn_of_the_year();
  const test::TemporaryDirectory directory;
  data::write_dataset(directory / "scene.h5", dataset);
  const data::DatasetFile file(directory / "scene.h5");
  const data::SoundingCells whole(dataset);
  REQUIRE(whole.size() == 20);
  for (const WindowSoundings& soundings : {WindowSoundings(file), WindowSoundings(dataset)}) {
    CHECK(soundings.any());
    CHECK(soundings.clear({}, {}).size() == 20);
    CHECK_FALSE(soundings.of(2, {}));
    size_t next = 0;
    for (const int window : {0, 1}) {
      const auto own = soundings.of(window, {});
      REQUIRE(own);
      for (size_t i = 0; i < own->size(); ++i, ++next) {
        CHECK(whole[next].window == window);
        CHECK((*own)[i].window == 0);
        CHECK((*own)[i].sif == whole[next].sif);
        CHECK(own->middle(i) == whole.middle(next) % whole.cells_of_window());
      }
    }
    CHECK(next == 20);
  }
}
