#include "pipeline/predict/predict_memory.hpp"

#include <doctest/doctest.h>

#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

constexpr uint64_t machine = 8'000'000'000;

PredictMemory plan(const std::string& memory, const ArrayMemory& correction, double block = 3e8,
                   uint64_t available = machine) {
  PredictOptions o;
  o.out = "maps/sif.tif";
  o.memory = memory;
  return plan_memory(o,
                     {{"--block 512", "take a smaller --block", {block, 0}},
                      {"a run of another dataset", "prepare a smaller --bbox", {0.5 * correction.held, 0}},
                      {"--conserve footprints", "take --conserve none, or prepare a smaller --bbox", correction}},
                     available);
}

}  // namespace

TEST_CASE("What fits into half of the memory, or --memory, is held; else maps and soundings lie beside the map") {
  const ArrayMemory correction{1e9, 2e9};
  CHECK(!plan("", correction).store.beside);
  CHECK(plan("", correction).scratch == 0);
  CHECK(plan("", correction).needed > 3e9);
  for (const PredictMemory& bounded : {plan("2GB", correction), plan("", correction, 3e8, 6'000'000'000)}) {
    CHECK(bounded.store.beside == "maps/sif.tif");
    CHECK(bounded.scratch == 2e9);
    CHECK(bounded.needed < 1.3e9);
  }
  CHECK(!plan("400MB", {}, 1e8).store.beside);
}

TEST_CASE("What cannot be is refused with figures and advice") {
  const ArrayMemory correction{1e9, 2e9};
  CHECK_THROWS_NAMING(UsageError, plan("1GB", correction), "--conserve footprints needs about 1.1 GB",
                      "--memory 1.0 GB", "smaller --bbox");
  CHECK_THROWS_NAMING(UsageError, plan("", correction, 3e8, 900'000'000), "900 MB are available", "--conserve none");
  CHECK_THROWS_NAMING(UsageError, plan("300MB", {}), "--block 512", "take a smaller --block");
  CHECK_THROWS_NAMING(UsageError, plan("2 pints", {}), "--memory 2 pints");
}

TEST_CASE("A year of 2,000 x 2,000 km is corrected within 3 GB, its soundings in files") {
  const ArrayMemory year = memory_of_correction(Conservation::footprints, 23, 4'700'000, 17'000'000);
  CHECK(year.held < 2.6e9);
  CHECK(year.stored > 1e10);
}
