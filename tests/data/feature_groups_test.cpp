#include "data/features/feature_groups.hpp"

#include <doctest/doctest.h>

using namespace unetsr::data;

namespace {

using Names = std::vector<std::string>;

const Names all = {"sif",      "ndvi",     "nirv_coarse", "lbp",         "ndvi_coarse",     "nirv",
                   "sif_mean", "sif_nirv", "red",         "lbp_uniform", "ndvi_coarse_mean"};

}  // namespace

TEST_CASE("a layer with its _coarse and _mean, and all local binary patterns, belong together") {
  const std::vector<FeatureGroup> groups = feature_groups(all);
  REQUIRE(groups.size() == 4);
  CHECK(groups[0].name == "sif*");
  CHECK(groups[0].channels == Names{"sif", "sif_mean"});
  CHECK(groups[1].name == "ndvi*");
  CHECK(groups[1].channels == Names{"ndvi", "ndvi_coarse", "ndvi_coarse_mean"});
  CHECK(groups[2].channels == Names{"nirv_coarse", "nirv"});
  CHECK(groups[3].name == "lbp*");
  CHECK(groups[3].channels == Names{"lbp", "lbp_uniform"});
}

TEST_CASE("a channel of other windows belongs to its group") {
  const std::vector<FeatureGroup> groups = feature_groups(Names{"nirv_denoised@-1", "red", "nirv@+1", "sif_mean@-2"});
  REQUIRE(groups.size() == 1);
  CHECK(groups[0].name == "nirv*");
  CHECK(groups[0].channels == Names{"nirv_denoised@-1", "nirv@+1"});
}

TEST_CASE("a name stands for a channel, or with a star for its group") {
  CHECK(channels_named("ndvi", all) == Names{"ndvi"});
  CHECK(channels_named("ndvi*", all) == Names{"ndvi", "ndvi_coarse", "ndvi_coarse_mean"});
  CHECK(channels_named("red*", all) == Names{"red"});
  CHECK(channels_named("evi", all).empty());
  CHECK(channels_named("*", all).empty());
}
