#include "data/formats/granule_name.hpp"

#include <algorithm>
#include <sstream>

#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

// The parts between the dots: product, AYYYYDDD, tile, version, time of making, hdf or h5.
std::vector<std::string> parts_of(const std::filesystem::path& file) {
  std::vector<std::string> parts;
  std::istringstream text(file.filename().string());
  for (std::string part; std::getline(text, part, '.');) parts.push_back(part);
  return parts;
}

// Whether `text` looks like `form`, where 0 stands for any digit.
bool looks_like(const std::string& text, const std::string& form) {
  return text.size() == form.size() && std::equal(text.begin(), text.end(), form.begin(), [](char c, char f) {
           return f == '0' ? c >= '0' && c <= '9' : c == f;
         });
}

const GranuleProduct* find(const std::string& name) {
  const auto& all = granule_products();
  const auto found = std::find_if(all.begin(), all.end(), [&](const GranuleProduct& p) { return p.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : " and ") + text;
  return list + (texts.size() == 1 ? " is" : " are");
}

}  // namespace

const std::vector<GranuleProduct>& granule_products() {
  static const std::vector<GranuleProduct> all = [] {
    const std::vector<std::string> modis = {"006", "061"}, viirs = {"002"};
    return std::vector<GranuleProduct>{{"MOD13A2", Sensor::modis, modis, 1200, "1 km 16 days "},
                                       {"MYD13A2", Sensor::modis, modis, 1200, "1 km 16 days "},
                                       {"VNP13A2", Sensor::viirs, viirs, 1200, "1 km 16 days "},
                                       {"VJ113A2", Sensor::viirs, viirs, 1200, "1 km 16 days "},
                                       {"VJ213A2", Sensor::viirs, viirs, 1200, "1 km 16 days "},
                                       {"MOD13A1", Sensor::modis, modis, 2400, "500m 16 days "},
                                       {"MYD13A1", Sensor::modis, modis, 2400, "500m 16 days "},
                                       {"VNP13A1", Sensor::viirs, viirs, 2400, "500 m 16 days "},
                                       {"VJ113A1", Sensor::viirs, viirs, 2400, "500 m 16 days "},
                                       {"VJ213A1", Sensor::viirs, viirs, 2400, "500 m 16 days "}};
  }();
  return all;
}

const GranuleProduct& granule_product(const std::string& name) {
  const GranuleProduct* product = find(name);
  if (!product) throw Error(name + ": not a product of vegetation indices that is read");
  return *product;
}

bool is_granule_name(const std::filesystem::path& file) {
  const std::vector<std::string> parts = parts_of(file);
  if (parts.size() < 5 || !looks_like(parts[1], "A0000000") || !looks_like(parts[2], "h00v00") ||
      !looks_like(parts[3], "000"))
    return false;
  const GranuleProduct* product = find(parts[0]);
  return product && parts.back() == (product->sensor == Sensor::modis ? "hdf" : "h5");
}

GranuleName granule_name(const std::filesystem::path& file) {
  if (!is_granule_name(file))
    throw Error(file.string() +
                ": not a granule's name; MOD13A2.AYYYYDDD.hHHvVV.061.<made>.hdf is wanted, or "
                "VJ113A2.AYYYYDDD.hHHvVV.002.<made>.h5");
  const std::vector<std::string> parts = parts_of(file);
  const std::string& version = parts[3];
  const std::vector<std::string>& known = granule_product(parts[0]).versions;
  if (std::find(known.begin(), known.end(), version) == known.end())
    throw Error(file.string() + ": version " + version + " is not known; " + joined(known));
  const std::string day_text = parts[1].substr(5);
  const int day = std::stoi(day_text), year = std::stoi(parts[1].substr(1, 4));
  if (day < 1 || day > day_of_year({year, 12, 31}))
    throw Error(file.string() + ": the year " + std::to_string(year) + " has no day " + day_text);
  return {parts[0], parts[2], version, date_of(year, day)};
}

const GranuleProduct& product_of(const std::filesystem::path& granule) {
  return granule_product(granule_name(granule).product);
}

Sensor sensor_of(const std::filesystem::path& granule) {
  return product_of(granule).sensor;
}

bool begins_with_terra(Date first) {
  return (day_of_year(first) - 1) % Window::composite_days == 0;
}

std::string viirs_product(const std::filesystem::path& file) {
  const std::vector<std::string> parts = parts_of(file);
  const std::string product = parts.empty() ? "" : parts[0];
  const bool viirs = product.starts_with("VNP") || product.starts_with("VJ1") || product.starts_with("VJ2");
  return viirs && file.extension() == ".h5" ? product : "";
}

}  // namespace unetsr::data
