#pragma once
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace unetsr::data {

// The value with which the library fills a variable of this nc_type where nothing was written; bytes and texts have
// none.
std::optional<double> default_fill(int type);

// Whether values of this nc_type can be read as numbers; texts and types of the user's own cannot.
bool holds_numbers(int type);

// Throws Error where no file of this size can hold so many values, before memory is allocated for them.
void require_possible_size(const std::filesystem::path&, const std::string& variable, const std::vector<size_t>& count);

// A NetCDF file open for reading. Errors name the file and the variable.
class NetcdfFile {
 public:
  explicit NetcdfFile(const std::filesystem::path&);
  NetcdfFile(const NetcdfFile&) = delete;
  ~NetcdfFile();

  // A variable by its path among the groups: "PRODUCT/SUPPORT_DATA/GEOLOCATIONS/latitude_bounds".
  struct Variable {
    std::string path;
    int group = 0, id = 0;
    std::vector<size_t> extent;
    std::vector<std::string> dimensions;  // their names
  };
  bool has(const std::string& path) const;
  Variable variable(const std::string& path) const;  // throws Error where it is not there
  std::vector<std::string> variables() const;        // the paths of all, group by group
  std::optional<std::string> text(const Variable&, const std::string& attribute) const;
  std::optional<std::string> text(const std::string& attribute) const;  // of the file
  std::optional<double> number(const std::string& attribute) const;

  // The block from `start` on, unpacked (scale_factor, add_offset), as double. Missing, and NaN here: _FillValue, each
  // of missing_value, NaN, and |x| >= 1e30; where no _FillValue is declared, also the library's own fill of the type
  // (netcdf.h: NC_FILL_SHORT -32767, NC_FILL_INT -2147483647, ...), which stands where nothing was written. Bytes have
  // none: the NetCDF User's Guide takes all of their values for data.
  std::vector<double> read(const Variable&, const std::vector<size_t>& start, const std::vector<size_t>& count) const;

 private:
  std::optional<std::pair<int, int>> find(const std::string& path) const;
  std::optional<std::string> text(int group, int id, const std::string& attribute) const;
  std::vector<double> numbers(int group, int id, const std::string& attribute) const;
  [[noreturn]] void fail(const std::string& place, int status) const;

  std::filesystem::path path_;
  int file_ = -1;
};

}  // namespace unetsr::data
