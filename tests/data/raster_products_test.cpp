#include "data/formats/raster_products.hpp"

#include <doctest/doctest.h>

#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

FileAttributes field(const std::string& product, const std::string& name, double scale = 1, double offset = 0) {
  FileAttributes a;
  a.file = product + ".A2019145.h11v04.061.2020001000000.hdf", a.field = name;
  a.hdf4 = true, a.scale = scale, a.offset = offset;
  return a;
}

// The value of a stored number by hand; the ranges are those of the products' guides.
struct Case {
  const char *product, *name;
  double scale, offset;  // as the file gives them
  double stored, value, low, high;
  bool classes;
};

const Case cases[] = {
    {"MOD13A2", "1 km 16 days NDVI", 10000, 0, 8917, 0.8917, -2000, 10000, false},
    {"MYD13Q1", "250m 16 days EVI", 10000, 0, 5000, 0.5, -2000, 10000, false},
    {"MOD13C2", "CMG 0.05 Deg Monthly NDVI", 10000, 0, 5000, 0.5, -2000, 10000, false},
    {"MOD13A2", "1 km 16 days VI Quality", 1, 0, 7, 7, 0, 65534, true},
    {"VNP13A2", "1 km 16 days NDVI", 0.0001, 0, -9000, -0.9, -10000, 10000, false},
    {"MOD09A1", "sur_refl_b02", 0.0001, 0, 4000, 0.4, -100, 16000, false},
    {"MOD09GA", "sur_refl_b01_1", 10000, 0, 4000, 0.4, -100, 16000, false},
    {"MOD11A2", "LST_Day_1km", 0.02, 0, 15000, 300, 7500, 65535, false},
    {"MYD11A1", "Emis_31", 0.002, 0.49, 245, 0.98, 1, 255, false},
    {"MOD11A1", "Day_view_angl", 1, -65, 100, 35, 0, 130, false},
    {"MOD11A1", "Day_view_time", 0.1, 0, 105, 10.5, 0, 240, false},
    {"VNP21A1D", "LST_1KM", 0.02, 0, 15000, 300, 7500, 65535, false},
    {"MCD12Q1", "LC_Type1", 1, 0, 12, 12, 1, 17, true},
    {"MCD12Q1", "LC_Prop1_Assessment", 1, 0, 50, 50, 0, 100, false},
    {"MCD15A2H", "Lai_500m", 0.1, 0, 55, 5.5, 0, 100, false},
    {"VNP15A2H", "Fpar", 0.01, 0, 55, 0.55, 0, 100, false},
    {"MCD15A3H", "FparLai_QC", 1, 0, 8, 8, 0, 254, true},
    {"MOD16A2", "ET_500m", 0.1, 0, 200, 20, -32767, 32700, false},
    {"MOD16A2GF", "LE_500m", 10000, 0, 200, 2e6, -32767, 32700, false},
    {"MOD17A2H", "Gpp_500m", 0.0001, 0, 300, 0.03, 0, 30000, false},
    {"MOD44B", "Percent_Tree_Cover", 1, 0, 80, 80, 0, 100, false},
    {"MCD43A4", "Nadir_Reflectance_Band1", 0.0001, 0, 500, 0.05, 0, 32766, false},
    {"MCD43A3", "Albedo_WSA_shortwave", 0.001, 0, 150, 0.15, 0, 32766, false},
};

}  // namespace

TEST_CASE("Products by name: stored numbers to values, ranges, classes") {
  for (const Case& c : cases) {
    CAPTURE(c.product);
    CAPTURE(c.name);
    FileAttributes a = field(c.product, c.name, c.scale, c.offset);
    if (c.classes) a.low = c.low, a.high = c.high;
    for (const bool by_attribute : {false, true}) {
      if (by_attribute) a.short_name = c.product, a.file = "renamed.hdf";
      const ValueRules rules = value_rules(a);
      CHECK(rules.problem == "");
      CHECK(c.stored * rules.scale + rules.offset == doctest::Approx(c.value).epsilon(1e-9));
      CHECK(rules.low == c.low);
      CHECK(rules.high == c.high);
      CHECK(rules.classes == c.classes);
      CHECK(rules.product.find(c.product) == 0);
    }
  }
}

TEST_CASE("Products as other files carry them") {
  FileAttributes a;
  a.file = "GOSIF_2019145.tif", a.field = "GOSIF_2019145";
  CHECK(value_rules(a).scale == 1e-4);
  CHECK(value_rules(a).high == 32765);
  a.file = "GOSIF_GPP_2019145_Mean.tif";
  CHECK(value_rules(a).scale == 1e-3);
  a.file = "GOSIF_GPP_2019.M05_Mean.tif";
  CHECK(value_rules(a).scale == 1e-2);
  a.file = "ESACCI-LC-L4-LCCS-Map-300m-P1Y-2015-v2.0.7.tif", a.field = "ESACCI-LC-L4-LCCS-Map-300m-P1Y-2015-v2";
  CHECK(value_rules(a).classes);
  a.file = "MOD13A2.061__1_km_16_days_NDVI_doy2019145_aid0001.tif";
  a.field = "MOD13A2.061__1_km_16_days_NDVI_doy2019145_aid0001";
  CHECK(value_rules(a).scale == 1e-4);
  // By the data set's name alone; floats have their values already.
  a.file = "subset.nc", a.field = "_1_km_16_days_EVI", a.scale = 10000;
  CHECK(value_rules(a).scale == 1e-4);
  a.file = "MOD11A1.061.nc4", a.field = "LST_Day_1km", a.integer = false, a.scale.reset();
  CHECK(value_rules(a).scale == 1);
  // A converter's Band1.
  a = {}, a.file = "t.nc", a.field = "Band1", a.long_name = "1 km 16 days NDVI", a.scale = 10000;
  CHECK(value_rules(a).scale == 1e-4);
  a = {}, a.file = "dem.tif", a.field = "dem";
  CHECK(value_rules(a).product == "");
  CHECK(value_rules(a).scale == 1);
}

TEST_CASE("What is not certain is a problem, unless it is stated") {
  CHECK(value_rules(field("MOD13A2", "1 km 16 days NDVI", 100)).problem != "");
  CHECK(value_rules(field("MOD08_D3", "Cloud_Fraction_Mean", 10000)).problem != "");
  CHECK(value_rules(field("MOD07", "Surface_Temperature", 0.01, -15000)).problem != "");
  CHECK(value_rules(field("MOD99", "something", 0.01)).problem == "");
  FileAttributes lost;
  lost.file = "lost.tif", lost.field = "Band1", lost.scale = 10000;
  CHECK(value_rules(lost).problem.find("divides") != std::string::npos);
  lost.integer = false;
  CHECK(value_rules(lost).problem == "");
  StatedRules stated;
  stated.scale = 1e-4;
  const ValueRules rules = value_rules(field("MOD08_D3", "Cloud_Fraction_Mean", 10000), stated);
  CHECK(rules.problem == "");
  CHECK(rules.scale == 1e-4);
  CHECK(rules.offset == 0);
}

TEST_CASE("Numbers in texts") {
  CHECK(numbers_in("0, 100") == std::vector<double>{0, 100});
  CHECK(numbers_in("-15000 -13000") == std::vector<double>{-15000, -13000});
  CHECK(numbers_in("{1e-4,2.5}") == std::vector<double>{1e-4, 2.5});
  CHECK(numbers_in("none").empty());
}
