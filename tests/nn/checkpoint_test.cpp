#include "nn/checkpoint.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <thread>

#include "files.hpp"
#include "nn/trainer.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::nn;

// The HDF5 library itself leaks where a file is damaged.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libhdf5";
}

namespace {

Checkpoint example(int parameters = 100000) {
  Checkpoint c;
  c.model = "unet:inputs=6";
  c.metadata = R"({"note": "grün"})";
  c.epoch = 3;
  c.step = 41;
  for (int i = 0; i < parameters; ++i) {
    c.parameters.push_back(float(i) * 0.25f - 7);
    c.m.push_back(float(i) * 1e-3f);
    c.v.push_back(float(i) * 1e-30f);
  }
  return c;
}

}  // namespace

TEST_CASE("what is saved is loaded, and equal checkpoints are equal files") {
  const test::TemporaryDirectory directory;
  const Checkpoint c = example();
  c.save(directory / "a.h5");
  const Checkpoint loaded = Checkpoint::load(directory / "a.h5");
  CHECK(loaded.model == c.model);
  CHECK(loaded.metadata == c.metadata);
  CHECK(loaded.epoch == 3);
  CHECK(loaded.step == 41);
  CHECK(loaded.parameters == c.parameters);
  CHECK(loaded.m == c.m);
  CHECK(loaded.v == c.v);
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // HDF5 notes times to the second
  loaded.save(directory / "b.h5");
  const bool equal = test::read_file(directory / "a.h5") == test::read_file(directory / "b.h5");
  CHECK(equal);
}

TEST_CASE("a file's bytes in memory are read as the file is") {
  const test::TemporaryDirectory directory;
  const Checkpoint c = example(1000);
  c.save(directory / "a.h5");
  const std::string bytes = test::read_file(directory / "a.h5");
  const Checkpoint read = Checkpoint::read(bytes, "shipped.h5");
  CHECK(read.metadata == c.metadata);
  CHECK(read.parameters == c.parameters);
  for (const size_t size : {size_t(0), size_t(100), bytes.size() / 2}) {
    CAPTURE(size);
    CHECK_THROWS_NAMING(Error, Checkpoint::read(std::string_view(bytes).substr(0, size), "shipped.h5"), "shipped.h5");
  }
}

TEST_CASE("empty texts and long ones are kept") {
  const test::TemporaryDirectory directory;
  Checkpoint c = example();
  c.metadata = "";
  c.save(directory / "a.h5");
  CHECK(Checkpoint::load(directory / "a.h5").metadata == "");
  c.metadata = std::string(200000, 'x');
  c.save(directory / "a.h5");
  CHECK(Checkpoint::load(directory / "a.h5").metadata == c.metadata);
}

TEST_CASE("a file that is cut short is refused wherever it is cut") {
  const test::TemporaryDirectory directory;
  example(1000).save(directory / "whole.h5");
  const std::string bytes = test::read_file(directory / "whole.h5");
  for (size_t share = 0; share < 40; ++share) {
    test::write_file(directory / "torn.h5", bytes.substr(0, bytes.size() * share / 40));
    CHECK_THROWS_NAMING(Error, Checkpoint::load(directory / "torn.h5"), "torn.h5");
  }
}

TEST_CASE("a flipped bit never goes unnoticed") {
  const test::TemporaryDirectory directory;
  const Checkpoint c = example(1000);
  c.save(directory / "whole.h5");
  const std::string bytes = test::read_file(directory / "whole.h5");
  for (size_t i = 0; i < 500; ++i) {
    std::string damaged = bytes;
    damaged[bytes.size() * i / 500] ^= 4;
    test::write_file(directory / "damaged.h5", damaged);
    try {
      const Checkpoint loaded = Checkpoint::load(directory / "damaged.h5");
      const bool same = loaded.parameters == c.parameters && loaded.m == c.m && loaded.v == c.v &&
                        loaded.model == c.model && loaded.metadata == c.metadata && loaded.step == c.step;
      CHECK_MESSAGE(same, "byte ", bytes.size() * i / 500);
    } catch (const Error& e) {
      CHECK(test::contains(e.what(), "damaged.h5"));
    }
  }
}

TEST_CASE("what is no checkpoint is refused by name") {
  const test::TemporaryDirectory directory;
  CHECK_THROWS_NAMING(Error, Checkpoint::load(directory / "absent.h5"), "absent.h5", "no such file");
  test::write_file(directory / "text.h5", "weights");
  CHECK_THROWS_NAMING(Error, Checkpoint::load(directory / "text.h5"), "text.h5", "not an HDF5 file");
  CHECK_THROWS_NAMING(Error, Checkpoint::load(directory.path()), directory.path().string());
  CHECK_THROWS_NAMING(Error, example().save(directory / "no" / "such" / "place.h5"), "place.h5");
}

TEST_CASE("lengths that differ and values that are not finite are refused, with their place") {
  const test::TemporaryDirectory directory;
  Checkpoint c = example();
  c.m.pop_back();
  c.save(directory / "a.h5");
  CHECK_THROWS_NAMING(Error, Checkpoint::load(directory / "a.h5"), "a.h5", "/m", "99999", "100000");
  c = example();
  c.parameters[17] = std::numeric_limits<float>::quiet_NaN();
  c.save(directory / "a.h5");
  CHECK_THROWS_NAMING(Error, Checkpoint::load(directory / "a.h5"), "a.h5", "/parameters", "17");
  c = example();
  c.v[99999] = std::numeric_limits<float>::infinity();
  c.save(directory / "a.h5");
  CHECK_THROWS_NAMING(Error, Checkpoint::load(directory / "a.h5"), "a.h5", "/v", "99999");
}

TEST_CASE("a checkpoint of another network is refused, and both are named") {
  Trainer unet(model_spec("unet:widths=2,bottleneck=2", 3), 1, Device::cpu);
  Trainer sifnet(model_spec("sifnet-small", 3), 1, Device::cpu);
  CHECK_THROWS_NAMING(Error, sifnet.restore(unet.checkpoint()), "unet:inputs=3,widths=2", "sifnet-small:inputs=3");
  Checkpoint other = unet.checkpoint();
  other.parameters.pop_back();
  CHECK_THROWS_NAMING(Error, unet.restore(other), "unet:inputs=3", std::to_string(other.parameters.size()));
}
