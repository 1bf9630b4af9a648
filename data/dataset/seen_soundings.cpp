#include "data/dataset/seen_soundings.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace unetsr::data {
namespace {

uint64_t mixed(uint64_t x) {  // splitmix64
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

uint64_t place_hash(const Soundings& s, size_t i) {
  const auto bits = [](double value) { return uint64_t(std::bit_cast<uint32_t>(float(value) + 0.0f)); };  // -0 is 0
  return mixed(bits(s.longitude[i]) << 32 | bits(s.latitude[i]));
}

bool has_pixel(const Soundings& s, size_t i) {
  return i < s.orbit.size() && i < s.scanline.size() && i < s.pixel.size() && s.orbit[i] >= 0 && s.scanline[i] >= 0 &&
         s.pixel[i] >= 0;
}

uint64_t pixel_hash(const Soundings& s, size_t i) {
  return mixed(mixed(uint64_t(uint32_t(s.orbit[i])) << 32 | uint32_t(s.scanline[i])) + uint32_t(s.pixel[i]));
}

}  // namespace

template <class Same>
bool SeenSoundings::find(const Table& table, uint64_t hash, const Same& same) {
  if (table.slots.empty()) return false;
  const size_t mask = table.slots.size() - 1;
  for (size_t slot = hash & mask; table.slots[slot] != free_slot; slot = (slot + 1) & mask)
    if (same(size_t(table.slots[slot]))) return true;
  return false;
}

template <class Hash>
void SeenSoundings::insert(Table& table, uint32_t entry, const Hash& hash) {
  const auto place = [&](std::vector<uint32_t>& slots, uint32_t own) {
    const size_t mask = slots.size() - 1;
    size_t slot = hash(size_t(own)) & mask;
    while (slots[slot] != free_slot) slot = (slot + 1) & mask;
    slots[slot] = own;
  };
  if (2 * (table.used + 1) > table.slots.size()) {
    std::vector<uint32_t> larger(std::max<size_t>(1024, 2 * table.slots.size()), free_slot);
    for (const uint32_t own : table.slots)
      if (own != free_slot) place(larger, own);
    table.slots = std::move(larger);
  }
  place(table.slots, entry);
  ++table.used;
}

bool SeenSoundings::has(const Soundings& other, size_t i) const {
  const auto apart = [&](size_t k) { return std::abs(list_.time[k] - other.time[i]); };
  const bool numbered = has_pixel(other, i);
  if (numbered && find(by_pixel_, pixel_hash(other, i), [&](size_t k) {
        return list_.orbit[k] == other.orbit[i] && list_.scanline[k] == other.scanline[i] &&
               list_.pixel[k] == other.pixel[i] && apart(k) < 0.4;
      }))
    return true;
  return find(by_place_, place_hash(other, i), [&](size_t k) {
    return float(list_.longitude[k]) == float(other.longitude[i]) &&
           float(list_.latitude[k]) == float(other.latitude[i]) &&
           apart(k) < (list_.sif[k] == other.sif[i] && list_.error[k] == other.error[i] ? 600 : 0.4);
  });
}

void SeenSoundings::add(size_t i) {
  insert(by_place_, uint32_t(i), [&](size_t k) { return place_hash(list_, k); });
  if (has_pixel(list_, i)) insert(by_pixel_, uint32_t(i), [&](size_t k) { return pixel_hash(list_, k); });
}

}  // namespace unetsr::data
