#include <doctest/doctest.h>
#include <signal.h>

#include "data/dataset/dataset_file.hpp"
#include "data/tables/table_files.hpp"
#include "data/tables/table_pair.hpp"
#include "program.hpp"
#include "simulated_tables.hpp"
#include "thrown.hpp"

using namespace unetsr;
using test::check_fails, test::contains;

namespace {

namespace fs = std::filesystem;

class Scene {
 public:
  Scene() {
    fs::create_directory(directory_ / "tables");
    data::write_simulated_tables(directory_ / "tables");
    data::write_dataset(directory_ / "scene.h5",
                        data::dataset_from_tables(data::find_table_pairs(directory_ / "tables")));
    test::succeeds({"train", path("scene.h5"), path("run"), "--model", "sifnet-small", "--patch", "8", "--batch", "2",
                    "--epochs", "1", "-q"});
  }
  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  std::vector<std::string> predict(const std::string& out, const std::vector<std::string>& options = {}) const {
    return test::joined({"predict", path("scene.h5"), path("run"), path(out)}, options);
  }
  int files() const {
    int count = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(directory_.path())) ++count;
    return count;
  }

 private:
  test::TemporaryDirectory directory_;
};

}  // namespace

TEST_CASE("predict from the command line") {
  const Scene scene;
  const test::Outcome help = test::run_program({"predict", "--help"});
  CHECK(contains(help.out, "Usage: unetsr predict"));
  CHECK(contains(help.out, "Examples:\n  unetsr predict"));

  const test::Outcome done = test::run_program(scene.predict("sif.tif"));
  CHECK_MESSAGE(done.code == 0, done.error);
  CHECK(contains(done.error, "map: 48 x 60 cells"));
  CHECK(contains(done.error, "map: 2 windows of SIF"));
  CHECK(done.out == "");
  check_fails(scene.predict("sif.tif"), 2, {"sif.tif", "--overwrite"});
  const test::Outcome again =
      test::run_program(scene.predict("sif.tif", {"--overwrite", "-q", "--co", "COMPRESS=LZW", "--co", "TILED=NO"}));
  CHECK(again.code == 0);
  CHECK(again.error == "");

  // An option between the arguments takes one value only.
  const test::Outcome mixed = test::run_program(
      {"predict", "--co", "COMPRESS=LZW", scene.path("scene.h5"), scene.path("run"), scene.path("mixed.tif")});
  CHECK_MESSAGE(mixed.code == 0, mixed.error);

  check_fails(scene.predict("b.tif", {"--co", "COMPRES=LZW"}), 2, {"--co", "COMPRES"});
  check_fails(scene.predict("b.tif", {"--window", "1999-01-01"}), 2, {"1999-01-01", "10_JUNE_25_JUNE"});
  check_fails(scene.predict("b.xyz"), 2, {"b.xyz", "--format"});
  check_fails(scene.predict("b.tif", {"--format", "PNG"}), 2, {"PNG", "GTiff"});
  check_fails({"predict", scene.path("scene.h5"), scene.path("run")}, 2, {"OUT"});
  check_fails({"predict", scene.path("none.h5"), scene.path("run"), scene.path("b.tif")}, 1, {"none.h5"});
  check_fails(scene.predict("none/b.nc"), 1, {"none/b.nc"});
  CHECK(scene.files() == 7);  // tables, dataset, run, two maps and their styles

  test::succeeds(scene.predict("alone.tif", {"--map-only", "-q"}));
  CHECK_FALSE(fs::exists(scene.path("alone.qml")));
  CHECK(contains(test::read_file(scene.path("sif.qml")), "<!-- Written by unetsr "));
}

TEST_CASE("a disk that is full is an error that names the map, and leaves none") {
  const Scene scene;
  for (const std::string out : {"sif.tif", "sif.nc"}) {
    CAPTURE(out);
    const std::string plain = out == "sif.nc" ? "ZLEVEL=0" : "COMPRESS=NONE";
    const test::Outcome o = test::outcome_of(test::Program::on_full_disk(scene.predict(out, {"-q", "--co", plain})));
    CHECK(o.code == 1);
    CHECK(contains(o.error, scene.path(out) + ": cannot be written"));
    CHECK_FALSE(fs::exists(scene.path(out)));
  }
}

TEST_CASE("Ctrl-C stops with exit code 130 and leaves nothing behind") {
  const Scene scene;
  const int before = scene.files();
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"--block", "1"}, std::vector<std::string>{"--block", "1", "--format", "COG"}}) {
    test::Program program(scene.predict("sif.tif", options));
    program.wait_until([&] {
      return scene.files() > before + 1; /* beside the lock */
    });
    program.signal(SIGINT);
    CHECK(program.wait() == 130);
    CHECK(scene.files() == before);
  }
}
