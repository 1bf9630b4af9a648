#include "pipeline/evaluate/file_scene.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "data/dataset/scales.hpp"
#include "data/scores/ssim.hpp"
#include "files.hpp"
#include "pipeline/evaluate/baseline_maps.hpp"
#include "pipeline/train/sounding_comparison.hpp"
#include "pipeline/train/supervision.hpp"
#include "sounding_scene.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

// A scene as a file, and the same in memory.
struct Scene {
  test::TemporaryDirectory directory;
  data::Dataset dataset = test::scene_of_soundings(0.2);
  std::unique_ptr<data::DatasetFile> file;
  std::unique_ptr<FileScene> scene;

  Scene() {
    std::vector<float> target = dataset.layer("ndvi").values;
    for (size_t i = 0; i < target.size(); ++i) target[i] = i % 89 == 0 ? NAN : float(test::slope) * target[i];
    dataset.add({data::target_layer, "", "", target});
    for (size_t i = 0; i < dataset.soundings.size(); ++i) dataset.soundings.cloud_fraction[i] = 0.1f * float(i % 4);
    data::write_dataset(directory / "scene.h5", dataset);
    file = std::make_unique<data::DatasetFile>(directory / "scene.h5");
    scene = std::make_unique<FileScene>(*file, directory.path(), "");
  }
  data::ArrayStore store() const { return {directory / "report.html"}; }
  size_t cells() const { return size_t(dataset.grid.cells()); }
  std::span<const float> window(std::span<const float> values, int w) const {
    return values.subspan(size_t(w) * cells(), cells());
  }
};

// Off the target by a pattern; not everywhere there.
std::vector<float> map_like(const std::vector<float>& target) {
  std::vector<float> map = target;
  for (size_t i = 0; i < map.size(); ++i)
    map[i] = i % 101 == 0 ? NAN : 0.9f * map[i] + 0.1f * float(std::sin(0.3 * double(i)));
  return map;
}

data::Mask every_third_column(size_t cells) {
  data::Mask mask(cells);
  for (size_t i = 0; i < cells; ++i) mask[i] = i % 3 != 0;
  return mask;
}

bool same_bits(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](float x, float y) {
           return x == y || (std::isnan(x) && std::isnan(y));
         });
}

}  // namespace

TEST_CASE("What is read window by window is what the whole dataset has") {
  const Scene s;
  const data::Dataset fine = data::fine_scale(s.dataset);
  for (int w = 0; w < test::windows; ++w) {
    CHECK(same_bits(s.scene->target(w), s.window(fine.values(data::target_layer), w)));
    CHECK(same_bits(s.scene->coarse_sif(w, data::Interpolation::bilinear), s.window(fine.values("sif"), w)));
  }
}

TEST_CASE("Roles of a window's fine cells are those of the coarse cells around them") {
  const Scene s;
  const Shape coarse = s.dataset.coarse_shape();
  data::Split split{"", coarse.n, coarse.h, coarse.w, std::vector<data::Role>(size_t(coarse.size()))};
  for (size_t i = 0; i < split.roles.size(); ++i) split.roles[i] = i % 5 == 0 ? data::Role::test : data::Role::train;
  const data::Mask all = fine_split(split, s.dataset).mask(data::Role::test);
  for (int w = 0; w < test::windows; ++w) {
    const auto first = all.begin() + std::ptrdiff_t(size_t(w) * s.cells());
    CHECK(fine_cells(split, data::Role::test, w, s.dataset, true) ==
          data::Mask(first, first + std::ptrdiff_t(s.cells())));
  }
}

TEST_CASE("Scores added up window by window are those of all windows at once") {
  const Scene s;
  const std::vector<float> target = s.dataset.layer(data::target_layer).values, map = map_like(target);
  const data::Mask cells = every_third_column(target.size());
  const MapScorer scorer(scored_scene(*s.scene, report::ScoredAgainst::truth, {}));
  const ScoredMap scored = scorer.score(map, cells, 0.2);
  const data::Metrics expected = data::score(map, target, cells), got = scored.metrics();
  CHECK(got.cells == expected.cells);
  CHECK(got.rmse == doctest::Approx(expected.rmse).epsilon(1e-12));
  CHECK(got.r2 == doctest::Approx(expected.r2).epsilon(1e-12));

  // Similarity and agreement with the soundings, from the functions for whole images.
  float low = INFINITY, high = -INFINITY;
  for (const float v : target)
    if (!std::isnan(v)) low = std::min(low, v), high = std::max(high, v);
  double similar = 0, count = 0;
  for (const float v : data::ssim(map, target, cells, s.dataset.shape(), double(high) - double(low)))
    if (!std::isnan(v)) similar += double(v), ++count;
  CHECK(scored.map_sum().ssim_cells == count);
  CHECK(scored.map_sum().ssim == doctest::Approx(similar).epsilon(1e-9));
  std::vector<float> there = map;
  for (size_t i = 0; i < there.size(); ++i)
    if (!cells[i] || std::isnan(target[i])) there[i] = NAN;
  double squares = 0;
  const auto remeasured = data::remeasure_soundings(there, data::SoundingCells(s.dataset), 0.2);
  for (const data::Remeasured& r : remeasured) squares += r.difference * r.difference;
  CHECK(scored.map_sum().remeasured == double(remeasured.size()));
  CHECK(scored.map_sum().remeasured_squares == doctest::Approx(squares).epsilon(1e-9));

  // Each window is a stratum.
  REQUIRE(scorer.strata().front().name == "window");
  for (int w = 0; w < test::windows; ++w) {
    const auto first = cells.begin() + std::ptrdiff_t(size_t(w) * s.cells());
    CHECK(data::metrics_of(scored.strata[size_t(w)]).rmse ==
          doctest::Approx(
              data::score(s.window(map, w), s.window(target, w), {first, first + std::ptrdiff_t(s.cells())}).rmse)
              .epsilon(1e-12));
  }
}

TEST_CASE("Baselines of a file are those of the dataset in memory") {
  const Scene s;
  const WindowSoundings in_memory(s.dataset);
  const Shape coarse = s.dataset.coarse_shape();
  data::Mask training(size_t(coarse.size()));
  for (size_t i = 0; i < training.size(); ++i) training[i] = int(i) % coarse.w < coarse.w / 2;
  Steps steps;
  BaselineMaps of_file(s.scene->granules, s.scene->soundings, {0.1, {}}, s.directory.path(), steps, {}, s.store()),
      of_memory(data::granule_windows(s.dataset), in_memory, {0.1, {}}, s.directory.path(), steps);
  const auto from_file = of_file.of(training), from_memory = of_memory.of(training);
  REQUIRE(from_file.size() == from_memory.size());
  CHECK(from_file.size() >= 5);
  for (size_t k = 0; k < from_file.size(); ++k) {
    CAPTURE(from_file[k].variant.name());
    CHECK(same_bits(from_file[k].maps->read_all(), from_memory[k].maps->read_all()));
  }
  const std::vector<BaselineMaps::Made> two(from_file.begin(), from_file.begin() + 2);
  const auto stored = of_file.corrected(two), held = of_memory.corrected(two);
  for (size_t k = 0; k < two.size(); ++k) {
    CAPTURE(stored[k].variant.name());
    CHECK(same_bits(stored[k].maps->read_all(), held[k].maps->read_all()));
    CHECK_FALSE(same_bits(stored[k].maps->read_all(), two[k].maps->read_all()));
  }
}

TEST_CASE("Soundings of a file are compared as those in memory, with their footprints in scratch files too") {
  const Scene s;
  const Shape coarse = s.dataset.coarse_shape();
  data::Split split{"", coarse.n, coarse.h, coarse.w, std::vector<data::Role>(size_t(coarse.size()))};
  for (size_t i = 0; i < split.roles.size(); ++i)
    split.roles[i] = int(i) % coarse.w < coarse.w / 3 ? data::Role::test : data::Role::train;
  data::FootprintEstimate moved;
  moved.width = 1.3;
  for (const data::FootprintEstimate& estimate : {data::FootprintEstimate{}, moved}) {
    const SoundingComparison in_memory(s.dataset, split, {}, 0.4, estimate),
        of_file(*s.file, split, 0.4, estimate, s.store());
    CHECK(of_file.roles() == in_memory.roles());
    CHECK(of_file.halves(0) == in_memory.halves(0));
    const std::vector<uint8_t> chosen = in_memory.chosen(data::Role::test);
    CHECK(of_file.chosen(data::Role::test) == chosen);
    const data::CoarseSif held = data::coarse_sif(in_memory.clear(), s.dataset, chosen),
                          stored = data::coarse_sif(of_file.clear(), s.dataset, chosen);
    CHECK(same_bits(stored.sif, held.sif));
    CHECK(same_bits(stored.error, held.error));
    const std::vector<float> map = s.scene->target(0);
    size_t compared = 0;
    for (size_t i = 0; i < in_memory.soundings().size(); ++i) {
      const double a = of_file.mean_of(i, map), b = in_memory.mean_of(i, map);
      compared += a == b || (std::isnan(a) && std::isnan(b));
    }
    CHECK(compared == in_memory.soundings().size());
  }
}
