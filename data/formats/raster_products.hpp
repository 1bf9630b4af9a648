#pragma once
#include <optional>
#include <string>
#include <vector>

namespace unetsr::data {

// The meaning of the numbers that a raster stores: value = stored x scale + offset where the number is valid.
struct ValueRules {
  double scale = 1, offset = 0;
  std::optional<double> low, high;  // the valid range, of stored numbers
  std::vector<double> fills;        // stored numbers that are no values
  bool classes = false;             // numbers of classes, or bit fields: their mean has no meaning
  std::string product;              // as named in the table: "MOD13A2 NDVI"; empty where it is not listed
  std::string problem;              // why scale and offset are not certain; empty where they are
};

// Rules that the caller states instead, e.g. "valid=0:100&scale=0.1&offset=0&nodata=255,254&classes=no".
struct StatedRules {
  std::optional<double> scale, offset, low, high;
  std::vector<double> fills;
  std::optional<bool> classes;
  bool operator==(const StatedRules&) const = default;
};
// Throws UsageError naming `option` for an unknown key, a number that is none, a range upside down.
StatedRules parse_stated_rules(const std::string& text, const std::string& option);

// The attributes of a data set in its file.
struct FileAttributes {
  std::string file;        // its name without the folder
  std::string short_name;  // of the product, if it gives it: MCD15A2H
  std::string field;       // the data set's name
  std::string long_name;   // looked up too: converters rename data sets and keep this
  bool integer = true;     // how it is stored
  bool hdf4 = false;       // comes from HDF4, where scale_factor has no fixed meaning
  std::optional<double> scale, offset, low, high;
  std::vector<double> fills;
  bool flags = false;  // flag_values, a colour table, names of categories
};

// Rules from the file's attributes, a table of products (MOD09, MOD11, MOD13, MCD12Q1, MCD15, MOD16, MOD17, MOD21,
// MOD44B, MCD43, their Aqua and VIIRS twins, GOSIF, ESA CCI and C3S land cover, WorldCover), and the caller, who
// overrules both: what is stated replaces its item; a stated scale or offset replaces both. The table is for numbers
// stored as integers; it settles whether a MODIS scale_factor multiplies or divides.
ValueRules value_rules(const FileAttributes&, const StatedRules& = {});

// The numbers in "0, 100" or "-15000 -13000".
std::vector<double> numbers_in(const std::string& text);

}  // namespace unetsr::data
