#include "data/tables/table_pair.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "files.hpp"
#include "simulated_tables.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

const std::string header =
    "longitude,latitude,sif_mean_735,sif_mean_743,NDVI_mean,EVI_mean,NIR_REFL_mean,R_REFL_mean,B_REFL_mean,"
    "MIR_REFL_mean,SZA_mean,VZA_mean,RAA_mean,PXL_REL_mean,COMP_mean\n";
const std::string bands = ",4000,3000,2500,900,400,2000,2750,1500,-3000,1,150\n";

// Four cells of a 2 x 3 grid, from north to south.
struct SmallPair {
  test::TemporaryDirectory directory;
  TablePair files{directory / "x_3.5x7km_w.csv", directory / "x_7x14km_w.csv"};
  std::string fine = header + "-100,50.2,0.5,1" + bands + "-99.9,50.2,0.5,2" + bands + "-99.8,50.2,0.5,3" + bands +
                     "-99.9,50,0.5,4" + bands;
  std::string coarse = header + "-100.00001,50.2,0.4,1.5" + bands + "-99.9,50.2,0.4,2.5" + bands +
                       "-99.8,50.2,0.4,3.5" + bands + "-99.9,50,0.4,4.5" + bands;

  Dataset read(std::vector<LayerReport>* report = nullptr) {
    test::write_file(files.fine, fine);
    test::write_file(files.coarse, coarse);
    return dataset_from_tables(std::span(&files, 1), report);
  }
  static void replace(std::string& text, const std::string& from, const std::string& to) {
    const size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
  }
};

}  // namespace

TEST_CASE("A pair of tables lands on the grid, rows from south to north, in physical units") {
  SmallPair pair;
  std::vector<LayerReport> report;
  const Dataset dataset = pair.read(&report);
  CHECK(dataset.shape() == Shape{1, 2, 3, 1});
  CHECK(dataset.windows == std::vector<std::string>{"w"});
  CHECK(dataset.grid.y_origin == doctest::Approx(50));
  CHECK(dataset.grid.y_step == doctest::Approx(0.2));

  const auto fine = dataset.values("sif_fine"), coarse = dataset.values("sif");
  CHECK(std::isnan(fine[0]));
  CHECK(fine[1] == 4);
  CHECK(std::isnan(fine[2]));
  CHECK(fine[3] == 1);
  CHECK(fine[5] == 3);
  CHECK(coarse[1] == 4.5);
  CHECK(coarse[4] == 2.5);
  CHECK(dataset.values("sif735_fine")[1] == 0.5f);
  CHECK(dataset.values("sif735")[1] == 0.4f);
  const std::vector<std::pair<std::string, float>> expected = {
      {"ndvi", 0.4f}, {"evi", 0.3f},  {"nir", 0.25f}, {"red", 0.09f},       {"blue", 0.04f},         {"mir", 0.2f},
      {"sza", 27.5f}, {"vza", 15.0f}, {"raa", -30.f}, {"reliability", 1.f}, {"composite_day", 150.f}};
  for (const auto& [name, value] : expected) {
    CHECK(dataset.values(name)[1] == doctest::Approx(value));
    CHECK(dataset.values(name + "_coarse")[1] == doctest::Approx(value));
    CHECK(std::isnan(dataset.values(name)[0]));
  }
  CHECK(dataset.layers.size() == 26);
  CHECK(dataset.layer("sif_fine").units == "mW m-2 sr-1 nm-1");
  CHECK(dataset.layer("sza").units == "degree");
  CHECK(report.size() == 26);
  CHECK(report[0].present == 4);
  REQUIRE(dataset.provenance.inputs.size() == 2);
  CHECK(dataset.provenance.inputs[0].bytes == pair.fine.size());
}

TEST_CASE("Values outside the valid range are kept and counted, empty ones are missing") {
  SmallPair pair;
  SmallPair::replace(pair.fine, "4,4000,3000,2500,900", "4,4000,,-20,900");
  std::vector<LayerReport> report;
  const Dataset dataset = pair.read(&report);
  CHECK(std::isnan(dataset.values("evi")[1]));
  CHECK(dataset.values("nir")[1] == doctest::Approx(-0.002));
  for (const LayerReport& layer : report) {
    CHECK(layer.window == "w");
    CHECK(layer.empty == (layer.layer == "evi" ? 1 : 0));
    CHECK(layer.outside_valid_range == (layer.layer == "nir" ? 1 : 0));
  }
}

TEST_CASE("Tables that cannot be right are refused") {
  SmallPair pair;
  const auto bad = [&](const std::function<void(SmallPair&)>& spoil) {
    SmallPair spoilt;
    spoil(spoilt);
    return test::thrown([&] { spoilt.read(); });
  };
  const auto names = [](const std::string& message, std::initializer_list<std::string> parts) {
    for (const std::string& part : parts)
      CHECK_MESSAGE(test::contains(message, part), "'", message, "' does not name ", part);
  };
  names(bad([](SmallPair& p) { SmallPair::replace(p.coarse, "-99.9,50.2", "-99.9002,50.2"); }),
        {"3.5x7km_w.csv, line 3", "7x14km_w.csv, line 3", "same cells"});
  names(bad([](SmallPair& p) { SmallPair::replace(p.coarse, "-99.9,50,", "-99.9,50.2,"); }),
        {"3.5x7km_w.csv, line 5", "7x14km_w.csv, line 5"});
  names(bad([](SmallPair& p) { p.coarse += "-99.8,50,1,1" + bands; }), {"4 rows", "5", "line 6", "7x14km"});
  names(bad([](SmallPair& p) { p.fine += "-99.8,50,1,1" + bands; }), {"5 rows", "4", "line 6", "3.5x7km"});
  names(bad([](SmallPair& p) {
          p.fine += "-99.9,50.2,1,1" + bands;
          p.coarse += "-99.9,50.2,1,1" + bands;
        }),
        {"3.5x7km_w.csv, line 6", "twice", "line 3"});
  names(bad([](SmallPair& p) {
          for (std::string* table : {&p.fine, &p.coarse})
            for (const std::string x : {"-99.7", "-99.6", "-99.53", "-99.5", "-99.4", "-99.3"})
              *table += x + ",50,1,1" + bands;
        }),
        {"3.5x7km_w.csv, line 8", "off the grid"});
  names(bad([](SmallPair& p) { SmallPair::replace(p.fine, "-99.9,50.2", ",50.2"); }), {"line 3", "no longitude"});
  names(bad([](SmallPair& p) { SmallPair::replace(p.fine, "-99.9,50.2", "50.2,-99.9"); }),
        {"line 3", "no longitude and latitude", "swapped"});
  names(bad([](SmallPair& p) { SmallPair::replace(p.fine, "-99.9,50.2", "-99.9,1e300"); }),
        {"line 3", "no longitude and latitude"});
  names(bad([](SmallPair& p) { SmallPair::replace(p.fine, "EVI_mean", "EVX_mean"); }), {"'EVI_mean'", "3.5x7km"});
}

TEST_CASE("Values in other units are refused") {
  const auto with = [](const std::string& from, const std::string& to) {
    SmallPair pair;
    SmallPair::replace(pair.coarse, from, to);
    return test::thrown([&] { pair.read(); });
  };
  for (const std::string& message :
       {with("4.5,4000", "4.5,10001"), with("4.5,4000", "4.5,-2001"), with("4.5,4000,3000", "4.5,4000,32000")}) {
    CHECK_MESSAGE(test::contains(message, "wrong units"), message);
    CHECK_MESSAGE(test::contains(message, "7x14km_w.csv, line 5"), message);
  }
  CHECK(test::contains(with("0.4,4.5", "0.4,30.1"), "'sif_mean_743'"));
  CHECK(test::contains(with("0.4,4.5", "-31,4.5"), "'sif_mean_735'"));
  CHECK(with("0.4,4.5", "0.4,-29.9") == "");
  CHECK(with("4.5,4000", "4.5,-2000") == "");

  SmallPair scaled_already;
  for (int row = 0; row < 4; ++row) SmallPair::replace(scaled_already.fine, ",4000,", ",0.4,");
  const std::string message = test::thrown([&] { scaled_already.read(); });
  CHECK(test::contains(message, "'NDVI_mean'"));
  CHECK(test::contains(message, "wrong units"));
}

TEST_CASE("Two windows share the union of their cells") {
  SmallPair first, second;
  SmallPair::replace(second.fine, "-99.9,50,", "-100,50,");
  SmallPair::replace(second.coarse, "-99.9,50,", "-100,49.8,");
  SmallPair::replace(second.fine, "-100,50,", "-100,49.8,");
  first.read();
  test::write_file(second.directory / "x_3.5x7km_v.csv", second.fine);
  test::write_file(second.directory / "x_7x14km_v.csv", second.coarse);
  const std::vector<TablePair> pairs = {first.files,
                                        {second.directory / "x_3.5x7km_v.csv", second.directory / "x_7x14km_v.csv"}};
  const Dataset dataset = dataset_from_tables(pairs);
  CHECK(dataset.shape() == Shape{2, 3, 3, 1});
  CHECK(dataset.view("sif_fine")(0, 1, 1, 0) == 4);
  CHECK(dataset.view("sif_fine")(1, 0, 0, 0) == 4);
  CHECK(std::isnan(dataset.view("sif_fine")(1, 1, 1, 0)));

  const std::vector<TablePair> same = {first.files, first.files};
  CHECK_THROWS_NAMING(Error, dataset_from_tables(same), "second table", "window w");
}

TEST_CASE("Windows are named and ordered by their files") {
  CHECK(window_label("a/SIF_MODIS_Integrated_3.5x7km_25_MAY_09_JUNE.csv") == "25_MAY_09_JUNE");
  CHECK(window_label("SIF_MODIS_Integrated_7x14km_10_JUNE_25_JUNE.csv") == "10_JUNE_25_JUNE");
  CHECK(window_label("other.csv") == "other");

  const test::TemporaryDirectory directory;
  CHECK_THROWS_NAMING(Error, find_table_pairs(directory.path()), directory.path().string(), "no tables");
  CHECK_THROWS_NAMING(Error, find_table_pairs(directory / "none"), "not a directory");
  for (const std::string name : {"S_3.5x7km_10_JUNE_25_JUNE.csv", "S_7x14km_10_JUNE_25_JUNE.csv",
                                 "S_7x14km_25_MAY_09_JUNE.csv", "S_3.5x7km_25_MAY_09_JUNE.csv", "notes.txt"})
    test::write_file(directory / name, "");
  const auto pairs = find_table_pairs(directory.path());
  REQUIRE(pairs.size() == 2);
  CHECK(pairs[0].fine.filename() == "S_3.5x7km_25_MAY_09_JUNE.csv");
  CHECK(pairs[0].coarse.filename() == "S_7x14km_25_MAY_09_JUNE.csv");
  CHECK(pairs[1].fine.filename() == "S_3.5x7km_10_JUNE_25_JUNE.csv");
  test::write_file(directory / "S_7x14km_1_JULY_2_JULY.csv", "");
  CHECK_THROWS_NAMING(Error, find_table_pairs(directory.path()), "1_JULY", "3.5x7km");
}

TEST_CASE("Synthetic tables look like the paper's") {
  const test::TemporaryDirectory directory, again;
  data::write_simulated_tables(directory.path());
  data::write_simulated_tables(again.path());
  const auto pairs = find_table_pairs(directory.path());
  REQUIRE(pairs.size() == 2);
  CHECK(test::read_file(pairs[0].fine) == test::read_file(again / pairs[0].fine.filename()));
  const Dataset dataset = dataset_from_tables(pairs);
  CHECK(dataset.shape() == Shape{2, 48, 60, 1});
  const std::vector<std::string> names = {"sif_fine", "sif"};
  const Mask present = dataset.present(names);
  const int64_t cells = std::count(present.begin(), present.end(), 1);
  CHECK(cells > 5400);
  CHECK(cells < 5760);
}
