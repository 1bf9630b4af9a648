#pragma once
#include <filesystem>
#include <string>

namespace unetsr::data {

// A NetCDF-4 file while it is written by calls of netCDF; closed, incomplete, where it goes before close(). Everything
// throws Error naming the file.
class NewNetcdfFile {
 public:
  // Replaces what is there.
  explicit NewNetcdfFile(std::filesystem::path);
  ~NewNetcdfFile();
  NewNetcdfFile(const NewNetcdfFile&) = delete;
  NewNetcdfFile& operator=(const NewNetcdfFile&) = delete;

  int id() const { return id_; }  // of the root group
  // Throws for a status of netCDF other than NC_NOERR.
  void check(int status) const;
  int group(int parent, const std::string& name) const;
  // An attribute of a group's variable, or NC_GLOBAL: the group's own; none for an empty value.
  void text(int group, int variable, const std::string& name, const std::string& value) const;
  void close();

 private:
  std::filesystem::path path_;
  int id_ = -1;
};

}  // namespace unetsr::data
