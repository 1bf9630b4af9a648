#include "data/dataset/soundings.hpp"

#include "data/dataset/sounding_columns.hpp"

namespace unetsr::data {
namespace {

// Of columns that may be empty; `size` is that with the new entry.
void append_index(std::vector<int32_t>& column, const std::vector<int32_t>& other, size_t i, size_t size) {
  if (column.empty() && other.empty()) return;
  column.resize(size - 1, -1);
  column.push_back(other.empty() ? -1 : other[i]);
}

}  // namespace

void Soundings::append(const Soundings& other, size_t i) {
  sif.push_back(other.sif[i]);
  error.push_back(other.error[i]);
  longitude.push_back(other.longitude[i]);
  latitude.push_back(other.latitude[i]);
  longitudes.push_back(other.longitudes[i]);
  latitudes.push_back(other.latitudes[i]);
  time.push_back(other.time[i]);
  sza.push_back(other.sza[i]);
  vza.push_back(other.vza[i]);
  cloud_fraction.push_back(other.cloud_fraction[i]);
  append_index(file, other.file, i, size());
  append_index(orbit, other.orbit, i, size());
  append_index(scanline, other.scanline, i, size());
  append_index(pixel, other.pixel, i, size());
  append_index(window, other.window, i, size());
}

Soundings Soundings::slice(size_t first, size_t count) const {
  Soundings part;
  const auto copy = [&](const char*, auto member) {
    const auto& from = this->*member;
    if (from.size() == size())
      (part.*member).assign(from.begin() + std::ptrdiff_t(first), from.begin() + std::ptrdiff_t(first + count));
  };
  visit_column_members(copy);
  visit_optional_members(copy);
  return part;
}

}  // namespace unetsr::data
