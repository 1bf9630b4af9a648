#include "data/tables/table.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "files.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

const std::vector<TableColumn> wanted = {{{"sif"}}, {{"NDVI_mean", "NDVI"}}};

struct Written {
  test::TemporaryDirectory directory;
  Table operator()(const std::string& text) {
    test::write_file(directory / "t.csv", text);
    return read_table(directory / "t.csv", wanted);
  }
};

}  // namespace

TEST_CASE("Columns are found by name in any order, case and company") {
  Written read;
  const Table table = read("fid,ndvi_MEAN,Window, SIF \n1,4000,a b,0.25\n2,-5.5e2,,+1e-3\n");
  REQUIRE(table.rows() == 2);
  CHECK(table.columns[0] == std::vector<double>{0.25, 1e-3});
  CHECK(table.columns[1] == std::vector<double>{4000, -550});
  CHECK(table.lines == std::vector<int64_t>{2, 3});
}

TEST_CASE("The first of a column's names wins") {
  Written read;
  CHECK(read("NDVI,NDVI_mean,sif\n1,2,3\n").columns[1] == std::vector<double>{2});
  CHECK(read("NDVI,sif\n1,3\n").columns[1] == std::vector<double>{1});
}

TEST_CASE("Byte order mark, CRLF, quotes, blank lines and a last line without an end are read") {
  Written read;
  const Table table = read("\xef\xbb\xbfsif,\"note\",\"NDVI\"\r\n1,\"a \"\"b\"\", c\nd\",\"2\"\r\n\r\n3,,4");
  CHECK(table.columns[0] == std::vector<double>{1, 3});
  CHECK(table.columns[1] == std::vector<double>{2, 4});
  CHECK(table.lines == std::vector<int64_t>{2, 5});
}

TEST_CASE("An empty field is missing") {
  Written read;
  const Table table = read("sif,NDVI\n,2\n  ,nan\n1,\n");
  CHECK(std::isnan(table.columns[0][0]));
  CHECK(std::isnan(table.columns[0][1]));
  CHECK(std::isnan(table.columns[1][1]));
  CHECK(std::isnan(table.columns[1][2]));
  CHECK(table.columns[0][2] == 1);
}

TEST_CASE("What cannot be read is named with file, line and column") {
  Written read;
  CHECK_THROWS_NAMING(Error, read("sif,NDVI\n1,2\n3,4x\n"), "t.csv", "line 3", "'NDVI'", "'4x'");
  CHECK_THROWS_NAMING(Error, read("sif,NDVI\n1,0x10\n"), "line 2", "'0x10'");
  CHECK_THROWS_NAMING(Error, read("sif,NDVI\n1,1e999\n"), "line 2", "'1e999'");
  CHECK_THROWS_NAMING(Error, read("sif,NDVI\n1,inf\n"), "line 2", "'inf'");
  CHECK_THROWS_NAMING(Error, read("sif,NDVI\n1,1 2\n"), "line 2", "'1 2'");
  CHECK_THROWS_NAMING(Error, read("sif,EVI\n1,2\n"), "t.csv", "'NDVI_mean'", "sif, EVI");
  CHECK_THROWS_NAMING(Error, read("sif,NDVI,Sif\n1,2,3\n"), "'sif'", "twice");
  CHECK_THROWS_NAMING(Error, read("sif,NDVI\n1,2\n3\n"), "line 3", "1 fields", "has 2");
  CHECK_THROWS_NAMING(Error, read("sif,NDVI\n1,2,3\n"), "line 2", "3 fields", "has 2");
  CHECK_THROWS_NAMING(Error, read("sif,NDVI\n1,\"2\n"), "line 2", "quote");
  CHECK_THROWS_NAMING(Error, read("sif,NDVI\n1,\"2\"3\n"), "line 2", "closing quote");
  CHECK_THROWS_NAMING(Error, read(""), "t.csv", "empty");
  CHECK_THROWS_NAMING(Error, read("\n \n"), "t.csv", "empty");
  CHECK_THROWS_NAMING(Error, read("sif,NDVI\n"), "t.csv", "no rows");
  CHECK_THROWS_NAMING(Error, read_table(read.directory / "none.csv", wanted), "none.csv");
  CHECK_THROWS_NAMING(Error, read_table(read.directory.path(), wanted), read.directory.path().string());
}

TEST_CASE("A binary file makes one printable line of error") {
  Written read;
  CHECK_THROWS_NAMING(Error, read(std::string("sif,NDVI\n1,\x01 \x80\n")), "'  ?'");
}

TEST_CASE("A long cell is not shown whole") {
  Written read;
  const std::string cell(10000, '\x1b');
  for (const std::string& text : {"sif,NDVI\n1," + cell + "\n", "sif," + cell + "\n1,2\n"}) {
    const std::string error = test::thrown([&] { read(text); });
    CHECK(error.find("...") != std::string::npos);
    CHECK(error.size() < 400);
    CHECK(error.find('\x1b') == std::string::npos);
  }
}
