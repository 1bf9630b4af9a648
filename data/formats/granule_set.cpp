#include "data/formats/granule_set.hpp"

#include <map>

#include "kernels/error.hpp"

namespace unetsr::data {

GranuleSet group_granules(const std::vector<std::filesystem::path>& files) {
  GranuleSet set;
  std::map<Date, std::map<std::string, std::filesystem::path>> by_date;
  for (const auto& file : files) {
    const GranuleName name = granule_name(file);
    if (set.product.empty()) set.product = name.product, set.version = name.version;
    if (name.product != set.product)
      throw Error(file.string() + " is " + name.product + ", but " + files[0].string() + " is " + set.product +
                  ": their windows differ; prepare a dataset of each");
    if (name.version != set.version)
      throw Error(file.string() + " is of version " + name.version + ", but " + files[0].string() + " of " +
                  set.version + "; download all in one version");
    const auto [there, fresh] = by_date[name.date].emplace(name.tile, file);
    if (!fresh)
      throw Error(file.string() + " and " + there->second.string() + " are the same tile of the same window; keep one");
  }
  for (const auto& [date, tiles] : by_date) {
    set.windows.push_back({date});
    auto& own = set.files.emplace_back();
    for (const auto& [tile, file] : tiles) own.push_back(file);
  }
  return set;
}

}  // namespace unetsr::data
