#include "pipeline/ablate/variations.hpp"

#include <doctest/doctest.h>

#include "pipeline/ablate/ablation_table.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

using Names = std::vector<std::string>;

TrainOptions reference() {
  TrainOptions o;
  o.model = "unet";
  o.features = {"sif", "ndvi", "ndvi_coarse", "lbp"};
  return o;
}

std::vector<Variation> variations(const Names& without, const Names& with, const std::string& models) {
  AblateOptions o;
  o.without = without, o.with = with, o.models = models;
  return variations_of(o, reference());
}

}  // namespace

TEST_CASE("models are told apart from the keys of the one before") {
  CHECK(split_models("unet,unet:convs=1,unet:widths=8-16,bottleneck=32,sifnet") ==
        Names{"unet", "unet:convs=1", "unet:widths=8-16,bottleneck=32", "sifnet"});
  CHECK(split_models("").empty());
}

TEST_CASE("variations of features and of networks, with names fit for directories") {
  const auto all = variations({"lbp", "ndvi*,sif"}, {"evi,sif_error"}, "unet,unet:convs=1,unet:kernel=5");
  Names names, directories;
  for (const Variation& v : all) names.push_back(v.name), directories.push_back(v.directory());
  CHECK(names ==
        Names{"reference", "without lbp", "without ndvi*,sif", "with evi,sif_error", "unet:convs=1", "unet:kernel=5"});
  CHECK(directories == Names{"reference", "without-lbp", "without-ndvi-all-sif", "with-evi-sif_error", "unet-convs-1",
                             "unet-kernel-5"});
  CHECK(all[0].training.features == reference().features);
  CHECK(all[1].training.features == Names{"sif", "ndvi", "ndvi_coarse"});
  CHECK(all[2].training.features == Names{"lbp"});
  CHECK(all[3].training.features == Names{"sif", "ndvi", "ndvi_coarse", "lbp", "evi", "sif_error"});
  CHECK(all[4].training.features == reference().features);
  CHECK(all[4].training.model == "unet:convs=1");
  CHECK(variations({"lbp", "lbp"}, {}, "unet").size() == 2);
}

TEST_CASE("what is no variation is refused by name") {
  CHECK_THROWS_NAMING(UsageError, variations({"evi"}, {}, ""), "--without evi", "sif, ndvi, ndvi_coarse, lbp");
  CHECK_THROWS_NAMING(UsageError, variations({"sif,ndvi*,lbp"}, {}, ""), "leaves no feature");
  CHECK_THROWS_NAMING(UsageError, variations({}, {"lbp"}, ""), "--with lbp", "already");
  CHECK_THROWS_NAMING(UsageError, variations({}, {}, "resnet"), "resnet", "sifnet");
  CHECK_THROWS_NAMING(UsageError, variations({}, {}, "unet"), "--without", "--models");
  CHECK_THROWS_NAMING(UsageError, variations({}, {}, "unet:widths=8,8"), "unknown model 8");
  CHECK_THROWS_NAMING(UsageError, variations({}, {"a_b,c", "a_b-c"}, ""), "a_b,c", "a_b-c", "with-a_b-c");
}

TEST_CASE("an ablation's rows are sorted by their difference to the reference, and say what it is") {
  report::EvaluateReport r;
  report::Pool pool;
  const auto add = [&](const std::string& run, double rmse, double difference, double half_width) {
    report::EvaluatedRun shown;
    shown.name = run, shown.model = "unet:convs=1", shown.features = {"sif", "lbp"}, shown.parameters = 10;
    r.runs.push_back(shown);
    report::PooledEntry e;
    e.name = run, e.runs = {run}, e.seeds = 1, e.folds = 1;
    e.metrics.rmse = rmse, e.metrics.r2 = 0.9, e.metrics.cells = 100;
    e.less_reference.value = difference;
    if (half_width > 0) e.less_reference.interval = data::Interval{difference - half_width, difference + half_width};
    pool.entries.push_back(e);
  };
  add("b", 0.22, 0.02, 0.01), add("a", 0.2, std::nan(""), 0), add("c", 0.19, -0.01, 0.02), add("d", 0.21, 0.01, 0);
  r.pools = {pool};
  const auto entries = ablated_entries(r, {{"reference", "a"}, {"without x", "b"}, {"with y", "c"}, {"z", "d"}});
  Names names;
  for (const AblatedEntry& e : entries) names.push_back(e.name);
  CHECK(names == Names{"with y", "reference", "z", "without x"});
  CHECK(ablation_text(entries, 80) ==
        "variation    RMSE  difference       95 % interval     R2\n"
        "with y     0.1900     -0.0100  -0.0300 to +0.0100  0.900  may be chance\n"
        "reference  0.2000                                  0.900\n"
        "z          0.2100     +0.0100                      0.900  too few blocks\n"
        "without x  0.2200     +0.0200  +0.0100 to +0.0300  0.900\n");
  pool.held_out = "columns";
  const std::string csv = ablation_csv(entries, pool);
  CHECK(test::contains(csv, "\n\"without x\",0,\"unet:convs=1\",sif lbp,10,1,1,100,0.22,,0.9,,0.02,0.01,0.03\n"));
  CHECK(test::contains(csv, "\n\"reference\",0,\"unet:convs=1\",sif lbp,10,1,1,100,0.2,,0.9,,0,,\n"));
  CHECK(test::contains(ablation_json(entries, "scene.h5", pool), "\"told_apart\": true"));
  pool.leaky = true;
  CHECK(test::contains(ablation_json(entries, "scene.h5", pool), "\"leaky\": true"));
  CHECK_THROWS_NAMING(Error, ablated_entries(r, {{"reference", "a"}, {"without x", "none"}}), "without x");
}
