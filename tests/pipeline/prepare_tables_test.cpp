#include "pipeline/prepare/prepare_tables.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "captured_stderr.hpp"
#include "data/dataset/dataset_file.hpp"
#include "data/tables/table_files.hpp"
#include "files.hpp"
#include "pipeline/info/info.hpp"
#include "simulated_tables.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

const Output quiet(Output::Mode::quiet);

TableOptions options_for(const test::TemporaryDirectory& directory) {
  TableOptions options;
  for (const data::TablePair& pair : data::find_table_pairs(directory.path())) {
    options.fine.push_back(pair.fine);
    options.coarse.push_back(pair.coarse);
  }
  options.out = directory / "scene.h5";
  return options;
}

}  // namespace

TEST_CASE("prepare writes a dataset that knows where it came from, and tells what is in it") {
  const test::TemporaryDirectory directory;
  data::write_simulated_tables(directory.path());
  const TableOptions options = options_for(directory);
  const std::string told = test::captured_stderr([&] { prepare_tables(options, Output(Output::Mode::lines)); });

  const data::Dataset dataset = data::read_dataset(options.out);
  CHECK(dataset.windows == std::vector<std::string>{"25_MAY_09_JUNE", "10_JUNE_25_JUNE"});
  CHECK(dataset.provenance.inputs.size() == 4);
  CHECK(dataset.provenance.command.starts_with("unetsr prepare --fine " + options.fine[0].string()));
  CHECK_FALSE(dataset.provenance.created.empty());

  CHECK(test::contains(told, "grid:   48 x 60 cells of "));
  CHECK(test::contains(told, "correlation (r) with SIF"));
  CHECK(test::contains(told, "wrote " + options.out.string()));
  // SIF follows NDVI x NIR in these tables, so that these bands and EVI, made from NDVI, lead.
  const size_t best = told.find("bands with the largest correlation: ");
  REQUIRE(best != std::string::npos);
  CHECK(test::contains(told.substr(best, 60), "ndvi"));

  CHECK_THROWS_NAMING(UsageError, prepare_tables(options, quiet), options.out.string(), "--overwrite");
  TableOptions again = options;
  again.overwrite = true;
  prepare_tables(again, quiet);

  SUBCASE("info describes it") {
    const auto json = nlohmann::json::parse(info({.subject = options.out.string(), .json = true}));
    CHECK(json["kind"] == "dataset");
    CHECK(json["grid"]["rows"] == 48);
    CHECK(json["windows"].size() == 2);
    CHECK(json["layers"].size() == dataset.layers.size());
    const auto& target = json["layers"][0];
    CHECK(target["name"] == "sif_fine");
    const int64_t present = std::count_if(dataset.values("sif_fine").begin(), dataset.values("sif_fine").end(),
                                          [](float v) { return v == v; });
    CHECK(target["present"] == present);
    CHECK(target["windows"]["25_MAY_09_JUNE"]["present"].get<int64_t>() +
              target["windows"]["10_JUNE_25_JUNE"]["present"].get<int64_t>() ==
          present);
    CHECK(target["min"] < target["median"]);
    CHECK(target["median"] < target["max"]);
    CHECK(json["provenance"]["inputs"].size() == 4);
    CHECK(test::contains(info({.subject = options.out.string()}), "mW m-2 sr-1 nm-1"));
  }
  SUBCASE("info names a dataset that is cut short") {
    std::filesystem::resize_file(options.out, std::filesystem::file_size(options.out) / 2);
    CHECK_THROWS_NAMING(Error, info({.subject = options.out.string()}), options.out.string(), "no whole dataset");
  }
}

TEST_CASE("tables come in pairs, and are never written over") {
  const test::TemporaryDirectory directory;
  data::write_simulated_tables(directory.path(), {.rows = 12, .columns = 12});
  const TableOptions good = options_for(directory);
  const auto error = [](const TableOptions& options) {
    return test::thrown<UsageError>([&] { prepare_tables(options, quiet); });
  };
  TableOptions odd = good;
  odd.coarse.pop_back();
  CHECK(test::contains(error(odd), "--fine has 2 tables and --coarse 1"));
  TableOptions none = good;
  none.fine.clear();
  CHECK(test::contains(error(none), "--fine"));
  TableOptions nowhere = good;
  nowhere.out.clear();
  CHECK(test::contains(error(nowhere), "OUT.h5 is missing"));
  TableOptions onto_itself = good;
  onto_itself.out = good.coarse[1];
  onto_itself.overwrite = true;
  CHECK(test::contains(error(onto_itself), "is one of the inputs"));
}

TEST_CASE("a table that cannot be used leaves no dataset") {
  const test::TemporaryDirectory directory;
  data::write_simulated_tables(directory.path(), {.rows = 12, .columns = 12});
  const TableOptions options = options_for(directory);
  test::write_file(options.coarse[0], "");
  CHECK_THROWS_NAMING(Error, prepare_tables(options, quiet), options.coarse[0].string());
  CHECK_FALSE(std::filesystem::exists(options.out));
}

TEST_CASE("info describes networks") {
  const auto json = nlohmann::json::parse(info({.subject = "unet", .channels = 6, .size = 40, .json = true}));
  CHECK(json["kind"] == "network");
  CHECK(json["parameters"] == 1941537);
  CHECK(json["layers"][0]["output"] == std::vector<int>{40, 40, 16});
  CHECK(json["layers"][0]["parameters"] == 6 * 16 * 9 + 16);
  CHECK(json["layers"][0]["flops"] == 2 * 40 * 40 * 6 * 16 * 9);
  CHECK(test::contains(info({.subject = "sifnet-small", .channels = 4}), "10545"));
  CHECK_THROWS_NAMING(UsageError, info({.subject = "unett"}), "unett");
  CHECK_THROWS_NAMING(UsageError, info({.subject = "unet", .channels = 0}), "--channels");
  CHECK_THROWS_NAMING(Error, info({.subject = "./unet.h5"}), "./unet.h5", "no such file");
}
