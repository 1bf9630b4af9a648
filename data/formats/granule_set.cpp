#include "data/formats/granule_set.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

namespace fs = std::filesystem;

constexpr int phase = 8;  // days between composites of both phases

struct Granule {
  fs::path file;
  GranuleName name;
};

// Of the first granule of each product.
using Products = std::map<std::string, Granule>;

void require_product(const Granule& granule, const Products& products, bool mix_sensors) {
  const auto known = products.find(granule.name.product);
  if (known != products.end()) {
    if (known->second.name.version != granule.name.version)
      throw Error(granule.file.string() + " is of version " + granule.name.version + ", but " +
                  known->second.file.string() + " of " + known->second.name.version + "; download all in one version");
    return;
  }
  if (products.empty()) return;
  const Granule& first = products.begin()->second;
  if (granule_product(first.name.product).tile_cells != granule_product(granule.name.product).tile_cells)
    throw Error(granule.file.string() + " is " + granule.name.product + ", but " + first.file.string() + " is " +
                first.name.product + ": their pixels have other sizes; prepare a dataset of each");
  if (!mix_sensors)
    throw Error(granule.file.string() + " is " + granule.name.product + ", but " + first.file.string() + " is " +
                first.name.product +
                ": other sensors measure other values; prepare a dataset of each, or ask for both: --mix-sensors");
}

// The first composite that begins less than 16 days after another of its year.
bool has_both_phases(const std::map<Date, std::vector<Granule>>& composites) {
  std::optional<Date> before;
  for (const auto& [first, granules] : composites) {
    if (before && before->year == first.year && day_number(first) - day_number(*before) < Window::composite_days)
      return true;
    before = first;
  }
  return false;
}

bool is_chosen(Date first, WindowChoice choice) {
  if (choice == WindowChoice::terra) return begins_with_terra(first);
  if (choice == WindowChoice::aqua) return !begins_with_terra(first);
  return true;
}

}  // namespace

Window middle_of_composite(Date first) {
  return {date_of(day_number(first) + phase / 2), phase};
}

GranuleSet group_granules(const std::vector<fs::path>& files, const GroupingOptions& options) {
  Products products;
  std::map<Date, std::vector<Granule>> composites;
  for (const fs::path& file : files) {
    Granule granule{file, granule_name(file)};
    require_product(granule, products, options.mix_sensors);
    products.emplace(granule.name.product, granule);
    std::vector<Granule>& own = composites[granule.name.date];
    for (const Granule& other : own)
      if (other.name.tile == granule.name.tile && other.name.product == granule.name.product)
        throw Error(file.string() + " and " + other.file.string() + " are the same tile of the same window; keep one");
    own.push_back(std::move(granule));
  }
  GranuleSet set;
  for (const auto& [name, first] : products) {
    set.product += (set.product.empty() ? "" : " and ") + name;
    if (set.version.find(first.name.version) == std::string::npos)
      set.version += (set.version.empty() ? "" : " and ") + first.name.version;
  }
  const WindowChoice choice =
      options.windows.value_or(has_both_phases(composites) ? WindowChoice::eight_day : WindowChoice::viirs_16);
  for (auto& [first, granules] : composites) {
    if (!is_chosen(first, choice)) {
      set.omitted += granules.size();
      continue;
    }
    set.windows.push_back(choice == WindowChoice::eight_day ? middle_of_composite(first) : Window{first});
    std::sort(granules.begin(), granules.end(), [](const Granule& a, const Granule& b) {
      return std::pair(a.name.tile, a.name.product) < std::pair(b.name.tile, b.name.product);
    });
    auto& own = set.files.emplace_back();
    for (const Granule& granule : granules) own.push_back(granule.file);
  }
  if (!files.empty() && set.windows.empty())
    throw UsageError("--windows " + unetsr::to_string(choice) + ": no composite of the granules begins on day " +
                     (choice == WindowChoice::terra ? "1, 17, ..." : "9, 25, ...") + " of a year");
  return set;
}

}  // namespace unetsr::data
