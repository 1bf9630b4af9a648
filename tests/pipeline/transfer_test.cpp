#include "pipeline/train/transfer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "captured_stderr.hpp"
#include "data/formats/raster_reader.hpp"
#include "files.hpp"
#include "kernels/parallel.hpp"
#include "pipeline/maps/levels.hpp"
#include "pipeline/predict/predict.hpp"
#include "pipeline/train/scored_split.hpp"
#include "pipeline/train/train.hpp"
#include "sounding_scene.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

const Output quiet(Output::Mode::quiet), lines(Output::Mode::lines);

// SIF differs from what the indices say by a factor of its own in each square of 16 x 16 cells.
void disturb(data::Dataset& d, double spread) {
  Random random(3, 1);
  const size_t cells = size_t(d.grid.cells());
  for (int row = 0; row < test::side; row += 16)
    for (int column = 0; column < test::side; column += 16) {
      const float factor = float(std::exp(spread * random.normal()));
      for (size_t window = 0; window < 2; ++window)
        for (int i = 0; i < 256; ++i)
          d.layers[0].values[window * cells + size_t(row + i / 16) * test::side + size_t(column + i % 16)] *= factor;
    }
}

// A run that was trained in one place, made once.
struct Scene {
  Scene() {
    dataset = test::scene_of_soundings(0.3);
    disturb(dataset, 0.2);
    data::write_dataset(directory / "here.h5", dataset);
    TrainOptions o;
    o.dataset = directory / "here.h5";
    o.run_directory = directory / "run";
    o.model = "unet-pointwise:widths=4";
    o.features = {"ndvi", "nir"};
    o.first_guess = "ndvi";
    o.test = "columns:0/3";
    o.patch = 16, o.batch = 4, o.epochs = 2;
    train(o, quiet);
    run = open_run(o.run_directory);
    REQUIRE(run.uncertainty);
  }

  const data::DatasetFile changed(const std::function<void(data::Dataset&)>& change) const {
    data::Dataset other = dataset;
    change(other);
    data::write_dataset(directory / "there.h5", other);
    return data::DatasetFile(directory / "there.h5");
  }

  test::TemporaryDirectory directory;
  data::Dataset dataset;
  FinishedRun run;
};

const Scene& scene() {
  static const Scene once;
  return once;
}

// More SIF in the first window, less in the second, a year later.
void yield_differently(data::Dataset& d) {
  const double first_of_second = double(data::day_number({2019, 6, 10})) * 86400;
  for (size_t i = 0; i < d.soundings.size(); ++i) {
    d.soundings.sif[i] *= d.soundings.time[i] < first_of_second ? 1.5f : 0.8f;
    d.soundings.time[i] += 365 * 86400.0;
  }
  d.windows = {"2020-05-24", "2020-06-09"};
}

}  // namespace

TEST_CASE("on its own dataset a run is unchanged") {
  const data::DatasetFile own(scene().directory / "here.h5");
  const std::string said = test::captured_stderr([&] {
    const FinishedRun run = fitted_to(scene().run, own, lines);
    CHECK(run.mapper.levels.empty());
    CHECK(run.uncertainty->corrected.length == scene().run.uncertainty->corrected.length);
  });
  CHECK(said == "");
}

TEST_CASE("elsewhere the level of each window is that of the soundings there") {
  const data::DatasetFile there = scene().changed(yield_differently);
  const std::vector<float> as_trained = scene().run.mapper.map(there);
  const data::DatasetFile here(scene().directory / "here.h5");
  FinishedRun own = scene().run;
  own.dataset.clear();
  const std::vector<double> level_here = fitted_to(own, here, quiet).mapper.levels;
  REQUIRE(level_here.size() == 2);
  FinishedRun run;
  const std::string said = test::captured_stderr([&] { run = fitted_to(scene().run, there, lines); });
  REQUIRE(run.mapper.levels.size() == 2);
  CHECK(run.mapper.levels[0] / level_here[0] == doctest::Approx(1.5).epsilon(1e-6));
  CHECK(run.mapper.levels[1] / level_here[1] == doctest::Approx(0.8).epsilon(1e-6));
  CHECK(level_here[0] == doctest::Approx(1).epsilon(0.15));
  CHECK(test::contains(said, "was trained on another dataset; fitted to the soundings"));
  CHECK(test::contains(said, "standard deviation: estimated"));

  const std::vector<float> fitted = run.mapper.map(there);
  const size_t cells = fitted.size() / 2;
  CHECK(fitted[7] == doctest::Approx(run.mapper.levels[0] * as_trained[7]));
  CHECK(fitted[cells + 7] == doctest::Approx(run.mapper.levels[1] * as_trained[cells + 7]));

  PredictOptions o;
  o.dataset = scene().directory / "there.h5";
  o.run_directory = scene().directory / "run";
  o.out = scene().directory / "map.tif";
  o.conserve = Conservation::none;
  predict(o, quiet);
  CHECK(data::read_raster(o.out, 1).values[7] == fitted[7]);
}

TEST_CASE("the standard deviation elsewhere is that of the errors there") {
  const data::DatasetFile there = scene().changed([](data::Dataset& d) {
    yield_differently(d);
    disturb(d, 0.4);
  });
  const FinishedRun run = fitted_to(scene().run, there, quiet);
  REQUIRE(run.uncertainty);
  CHECK(run.uncertainty->uncorrected.sigma(1.5) > 1.5 * scene().run.uncertainty->uncorrected.sigma(1.5));
}

TEST_CASE("without soundings, or with too few, the run stays as it was trained, which is said") {
  for (const size_t count : {size_t(0), size_t(5)}) {
    CAPTURE(count);
    const data::DatasetFile there = scene().changed([&](data::Dataset& d) {
      yield_differently(d);
      const data::Soundings all = d.soundings;
      d.soundings = {};
      for (size_t i = 0; i < count; ++i) d.soundings.append(all, i);
    });
    const std::string said = test::captured_stderr([&] {
      const FinishedRun run = fitted_to(scene().run, there, quiet);
      CHECK(run.mapper.levels.empty());
    });
    CHECK(test::contains(said, "warning: run: was trained on another dataset"));
    CHECK(test::contains(said, "too few") == (count > 0));
  }
}

TEST_CASE("a window with few soundings takes the level of all") {
  const data::Dataset& d = scene().dataset;
  const data::SoundingCells cells(d);
  std::vector<uint8_t> chosen(cells.size());
  size_t of_second = 0;
  for (size_t i = 0; i < cells.size(); ++i) chosen[i] = cells[i].window == 0 || ++of_second <= 5;
  const auto levels = fit_levels(d.values("ndvi"), cells, chosen, 2);
  REQUIRE(levels);
  CHECK((*levels)[0] == doctest::Approx(test::slope).epsilon(0.05));
  CHECK((*levels)[1] == doctest::Approx((*levels)[0]).epsilon(0.001));
  CHECK((*levels)[1] != (*levels)[0]);
  std::fill(chosen.begin(), chosen.end(), uint8_t(0));
  CHECK_FALSE(fit_levels(d.values("ndvi"), cells, chosen, 2));
}

TEST_CASE("the same run fits the same at any number of threads") {
  const data::DatasetFile there = scene().changed(yield_differently);
  set_threads(1);
  const FinishedRun one = fitted_to(scene().run, there, quiet);
  set_threads(3);
  const FinishedRun three = fitted_to(scene().run, there, quiet);
  set_threads(0);
  CHECK(one.mapper.levels == three.mapper.levels);
  CHECK(one.uncertainty->corrected.constant == three.uncertainty->corrected.constant);
  CHECK(one.uncertainty->typical_error_left == three.uncertainty->typical_error_left);
}

TEST_CASE("a run fits the same where maps and soundings lie in scratch files") {
  const data::DatasetFile there = scene().changed(yield_differently);
  FinishedRun own = scene().run;
  own.options.footprints = FootprintPlaces::estimated;
  const FinishedRun held = fitted_to(own, there, quiet),
                    stored = fitted_to(own, there, quiet, {scene().directory / "map.tif"});
  CHECK(stored.mapper.levels == held.mapper.levels);
  CHECK(stored.cloud_shielding == held.cloud_shielding);
  CHECK(stored.footprints.width == held.footprints.width);
  CHECK(stored.footprints.mean_displacement() == held.footprints.mean_displacement());
  REQUIRE(stored.uncertainty);
  for (const auto& kind : {&data::ConservedUncertainty::uncorrected, &data::ConservedUncertainty::corrected}) {
    CHECK(((*stored.uncertainty).*kind).constant == ((*held.uncertainty).*kind).constant);
    CHECK(((*stored.uncertainty).*kind).linear == ((*held.uncertainty).*kind).linear);
    CHECK(((*stored.uncertainty).*kind).relative == ((*held.uncertainty).*kind).relative);
  }
  CHECK(stored.uncertainty->typical_error_left == held.uncertainty->typical_error_left);
}

TEST_CASE("a run that is fitted states what it needs, another one nothing") {
  const data::DatasetFile there = scene().changed(yield_differently), here(scene().directory / "here.h5");
  const ArrayMemory fit = memory_to_fit(scene().run, there), none = memory_to_fit(scene().run, here);
  CHECK(fit.held > 75.0 * double(there.soundings()));
  CHECK(fit.stored > 12.0 * double(there.description().shape().size()));
  CHECK(none.held + none.stored == 0);
}

TEST_CASE("simulated scenes lie at one place, and are others where they share no file") {
  const auto scored = [](bool simulated, const std::string& file) {
    FinishedRun run = scene().run;
    run.places->simulated = simulated, run.places->inputs = {"a", "b"};
    data::Dataset there = scene().dataset;
    there.identity = "another";
    there.provenance.simulated = true;
    there.provenance.inputs = {{"granule.hdf", "c", 1}, {"soundings.nc", file, 1}};
    return scored_split(run, there, "there.h5", true);
  };
  CHECK_NOTHROW(scored(true, "d"));
  CHECK_THROWS_NAMING(UsageError, scored(true, "b"), "lie where and when");
  CHECK_THROWS_NAMING(UsageError, scored(false, "d"), "lie where and when");
}
