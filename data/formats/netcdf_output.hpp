#pragma once
#include <netcdf.h>

#include <filesystem>
#include <string>
#include <vector>

#include "data/formats/new_netcdf_file.hpp"

namespace unetsr::data {

// A NetCDF-4 file that is being written. Everything throws Error naming the file.
class NetcdfOutput {
 public:
  // Replaces what is there.
  explicit NetcdfOutput(std::filesystem::path);

  int dimension(const std::string& name, size_t length) const;  // NC_UNLIMITED: grows
  int variable(const std::string& name, nc_type, const std::vector<int>& dimensions) const;
  // In deflated chunks, of cells that have `fill` until they are written.
  int raster(const std::string& name, nc_type, const std::vector<int>& dimensions, const std::vector<size_t>& chunk,
             int deflate_level, const void* fill) const;

  void text(int variable, const std::string& name, const std::string& value) const;  // NC_GLOBAL: of the file
  void number(int variable, const std::string& name, double value) const;
  void numbers(int variable, const std::string& name, const std::vector<double>&) const;
  void numbers(int variable, const std::string& name, const std::vector<float>&) const;

  using Places = std::vector<size_t>;
  void write(int variable, const Places& start, const Places& count, const float* values) const;
  void write(int variable, const Places& start, const Places& count, const double* values) const;
  void write(int variable, const Places& start, const Places& count, const std::vector<std::string>& texts) const;

  void close() { file_.close(); }

 private:
  NewNetcdfFile file_;
};

}  // namespace unetsr::data
