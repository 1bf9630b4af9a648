#include "pipeline/train/sounding_source.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "data/dataset/dataset_writer.hpp"
#include "files.hpp"
#include "many_soundings.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

constexpr int windows = 3, rows = 64, columns = 96, factor = 4, margin = 8;

// Soundings in a run for each window and half of the grid, and, as they lie in the file, with their places.
struct Scene {
  test::TemporaryDirectory directory;
  std::filesystem::path file = directory / "scene.h5";
  data::Dataset dataset;  // soundings in the order of the file
  std::vector<int> window;

  Scene() {
    const test::ManySoundings many(windows, rows, columns, 400);
    dataset = many.scene.dataset;
    dataset.soundings = {};
    std::vector<data::Soundings> parts(size_t(windows) * 2);
    const auto& cells = *many.cells;
    for (size_t i = 0; i < cells.size(); ++i)
      parts[size_t(cells[i].window) * 2 + size_t(2 * cells[i].column / columns)].append(many.scene.dataset.soundings,
                                                                                        size_t(cells[i].index));
    data::DatasetWriter writer(file, dataset, data::SoundingTable::of(many.scene.dataset.soundings));
    for (int w = 0; w < windows; ++w)
      for (int half = 0; half < 2; ++half) {
        const data::Soundings& own = parts[size_t(w) * 2 + size_t(half)];
        const int first = half * columns / 2;
        writer.append(w, {0, first, rows, std::min(columns - first, columns / 2 + margin)}, own);
        for (size_t i = 0; i < own.size(); ++i) dataset.soundings.append(own, i), window.push_back(w);
      }
    for (int w = 0; w < windows; ++w) writer.write_block(w, data::whole(dataset.grid), {}, {});
    writer.finish({});
  }

  int row(size_t i) const { return int((10 - dataset.soundings.latitude[i]) * 100); }
  int column(size_t i) const { return int(dataset.soundings.longitude[i] * 100); }
};

}  // namespace

TEST_CASE("Soundings of a part and of some windows are those of the file, in its order, whatever is kept in memory") {
  const Scene scene;
  const data::DatasetFile file(scene.file);
  for (const double memory : {0.0, 1e5, 1e9}) {
    const SoundingSource source(scene.file, memory);
    CHECK(source.size() == windows * 400);
    for (const data::Part& part : {data::Part{0, 0, 16, 16}, {20, 40, 12, 20}, {0, 0, rows, columns}}) {
      std::vector<float> expected;
      for (size_t i = 0; i < scene.window.size(); ++i)
        if (scene.window[i] != 1 && scene.row(i) >= part.row && scene.row(i) < part.row + part.rows &&
            scene.column(i) >= part.column && scene.column(i) < part.column + part.columns)
          expected.push_back(scene.dataset.soundings.sif[i]);
      REQUIRE(expected.size() > 4);
      CHECK(source.of(file, part, {0, 2}).sif == expected);
    }
    CHECK(source.of(file, {0, 0, rows, columns}, {}).size() == 0);
    const data::Dataset some = source.some(100);
    REQUIRE(some.soundings.size() == 100);
    for (size_t k = 0; k < 100; ++k) CHECK(some.soundings.sif[k] == scene.dataset.soundings.sif[12 * k]);
  }
}

TEST_CASE("Soundings are counted by the coarse cell of their centre") {
  const Scene scene;
  std::vector<int32_t> expected(size_t(rows / factor) * size_t(columns / factor), 0);
  for (size_t i = 0; i < scene.window.size(); ++i)
    ++expected[size_t(scene.row(i) / factor * (columns / factor) + scene.column(i) / factor)];
  CHECK(SoundingSource(scene.file, 0).counts() == expected);
}
