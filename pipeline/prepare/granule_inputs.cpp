#include "pipeline/prepare/granule_inputs.hpp"

#include <algorithm>

#include "kernels/error.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

bool is_netcdf(const fs::path& file) {
  return file.extension() == ".nc" || file.extension() == ".nc4";
}

}  // namespace

GranuleInputs granule_inputs(const std::vector<fs::path>& given) {
  GranuleInputs inputs;
  const auto take = [&](const fs::path& file, bool asked) {
    if (is_netcdf(file))
      inputs.soundings.push_back(file);
    else if (file.extension() == ".hdf")
      inputs.indices.push_back(file);
    else if (asked)
      throw UsageError(file.string() + ": neither soundings (*.nc) nor an index granule (*.hdf)");
  };
  for (const fs::path& path : given) {
    if (!fs::exists(path)) throw Error(path.string() + ": no such file");
    if (!fs::is_directory(path)) {
      take(path, true);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(path)) take(entry.path(), false);
  }
  if (inputs.indices.empty()) throw UsageError("no index granules (*.hdf) among the inputs: they make the windows");
  if (inputs.soundings.empty()) throw UsageError("no soundings (*.nc) among the inputs");
  std::sort(inputs.soundings.begin(), inputs.soundings.end());
  std::sort(inputs.indices.begin(), inputs.indices.end());
  return inputs;
}

}  // namespace unetsr::pipeline
