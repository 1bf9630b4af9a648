#include "pipeline/explain/held_out_maps.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "data/dataset/scales.hpp"
#include "files.hpp"
#include "pipeline/explain/permutation_importance.hpp"
#include "pipeline/train/sounding_comparison.hpp"
#include "pipeline/train/train.hpp"
#include "sounding_scene.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

const Output quiet(Output::Mode::quiet);

// A run of a scene's soundings; `sif`: with the coarse SIF among its inputs.
struct Scene {
  explicit Scene(bool sif) {
    dataset = test::scene_of_soundings(0.3);
    data::write_dataset(directory / "scene.h5", dataset);
    TrainOptions o;
    o.dataset = directory / "scene.h5";
    o.run_directory = directory / "run";
    o.model = "unet-pointwise:widths=4";
    o.features = sif ? std::vector<std::string>{"sif", "ndvi"} : std::vector<std::string>{"ndvi", "nir"};
    o.test = "columns:0/3";
    o.patch = 16, o.batch = 4, o.epochs = 2;
    train(o, quiet);
    run = open_run(o.run_directory);
  }

  ScoredSplit split() const { return scored_split(run, dataset_file().description(), "scene.h5", false); }
  data::DatasetFile dataset_file() const { return data::DatasetFile(directory / "scene.h5"); }

  test::TemporaryDirectory directory;
  data::Dataset dataset;
  FinishedRun run;
};

}  // namespace

TEST_CASE("maps made window by window of a file have the scores of maps made at once, wherever arrays lie") {
  for (const bool sif : {false, true}) {
    CAPTURE(sif);
    const Scene scene(sif);
    const data::DatasetFile file = scene.dataset_file();
    const SoundingComparison comparison(scene.dataset, scene.split().split,
                                        needed_features(scene.run.mapper.features, scene.run.mapper.first_guess),
                                        scene.run.cloud_shielding, scene.run.footprints);
    const data::Metrics at_once = comparison.score(
        data::Role::test,
        [&](const data::Dataset& half, const auto&) { return scene.run.mapper.map(data::fine_scale(half)); },
        SoundingComparison::Sky::clear);
    REQUIRE(at_once.cells > 100);
    const auto importance = [&](const data::ArrayStore& store) {
      const HeldOutMaps h = held_out_maps(scene.run, scene.split(), file, "", "", store);
      CHECK(h.inputs(0).size() == (sif ? 2 : 1));
      return permutation_importance(h, 2, 1, quiet);
    };
    const PermutationImportance held = importance({}), stored = importance({scene.directory / "out.csv"});
    CHECK(held.unpermuted.cells == at_once.cells);
    CHECK(held.unpermuted.rmse == doctest::Approx(at_once.rmse).epsilon(1e-6));
    CHECK(held.unpermuted.r2 == doctest::Approx(at_once.r2).epsilon(1e-6));
    CHECK(stored.unpermuted.rmse == held.unpermuted.rmse);
    REQUIRE(stored.features.size() == held.features.size());
    for (size_t k = 0; k < held.features.size(); ++k) {
      CHECK(stored.features[k].feature == held.features[k].feature);
      CHECK(stored.features[k].rmse_rise == held.features[k].rmse_rise);
      CHECK(stored.features[k].rmse_rise_sd == held.features[k].rmse_rise_sd);
    }
    const auto ndvi = std::find_if(held.features.begin(), held.features.end(),
                                   [](const report::FeatureImportance& f) { return f.feature == "ndvi"; });
    CHECK(ndvi->rmse_rise != 0);
  }
}

TEST_CASE("cells of other windows than the one asked for are neither scored nor permuted") {
  const Scene scene(false);
  const data::DatasetFile file = scene.dataset_file();
  const HeldOutMaps all = held_out_maps(scene.run, scene.split(), file, "", "", {}),
                    second = held_out_maps(scene.run, scene.split(), file, "", scene.dataset.windows[1], {});
  CHECK(all.windows == std::vector<int>{0, 1});
  CHECK(second.windows == std::vector<int>{1});
  CHECK(second.cells_of(1) == all.cells_of(1));
  const data::Mask none = second.cells_of(0);
  CHECK(std::count(none.begin(), none.end(), 0) == std::ptrdiff_t(none.size()));
  CHECK(permutation_importance(second, 1, 1, quiet).unpermuted.cells <
        permutation_importance(all, 1, 1, quiet).unpermuted.cells);
  CHECK_THROWS_NAMING(UsageError, held_out_maps(scene.run, scene.split(), file, "", "1999-01-01", {}), "1999-01-01");
}
