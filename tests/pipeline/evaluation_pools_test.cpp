#include "pipeline/evaluation_pools.hpp"

#include <doctest/doctest.h>

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

data::Metrics of_rmse(double rmse) {
  data::Metrics m{};
  m.rmse = rmse;
  m.cells = 10;
  return m;
}

report::EvaluatedRun run(const std::string& name, const std::string& held_out, double rmse) {
  report::EvaluatedRun r;
  r.name = name;
  r.model = "unet";
  r.held_out = held_out;
  r.metrics = of_rmse(rmse);
  r.baselines = {{"coarse", of_rmse(0.4)}, {"linear", of_rmse(0.1)}};
  return r;
}

}  // namespace

TEST_CASE("runs that held out the same cells share a table, networks first, the least error first") {
  std::vector<report::EvaluatedRun> runs = {run("a", "west", 0.3), run("b", "west", 0.2), run("c", "east", 0.3),
                                            run("d", "west", 0.3)};
  runs[0].conserved = {{"footprints", of_rmse(0.25)}};
  runs[3].leaky = true;
  const std::vector<report::Pool> pools = pools_of(runs);
  REQUIRE(pools.size() == 3);
  std::vector<std::string> names;
  for (const auto& e : pools[0].entries) names.push_back(e.name);
  CHECK(names == std::vector<std::string>{"unet, b", "unet, a, conserved footprints", "unet, a", "linear", "coarse"});
  CHECK(pools[0].entries[0].runs == std::vector<std::string>{"b"});
  CHECK(pools[0].entries[1].runs.empty());
  CHECK(pools[0].entries[0].map.skill.value == doctest::Approx(0.75));  // 1 - (0.2 / 0.4)^2
  CHECK(pools[0].entries[4].map.skill.value == 0);
  CHECK(pools[0].entries[4].baseline);
  CHECK(pools[0].skill_reference == "coarse");
  CHECK(pools[1].held_out == "east");
  CHECK_FALSE(pools[1].leaky);
  CHECK(pools[2].leaky);
}
