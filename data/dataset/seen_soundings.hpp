#pragma once
#include <cstdint>
#include <vector>

#include "data/dataset/soundings.hpp"

namespace unetsr::data {

// Finds soundings that a list holds already. Two entries are the same sounding where these agree:
//   by its orbit, scanline and pixel, where both have them, and its time to 0.4 s (scanlines are 0.84 s apart);
//   by its place (the same floats) and its time to 0.4 s, whatever its value: a later processing gives it another;
//   by its place, its value and its time to ten minutes, as one file may give the time of a whole scanline or granule.
//   (The next pass over a place comes an orbit, 101 minutes, later.)
class SeenSoundings {
 public:
  // Of the list, those added count. It may grow, and outlives this.
  explicit SeenSoundings(const Soundings& list) : list_(list) {}

  // Whether sounding i of `other` is among them.
  bool has(const Soundings& other, size_t i) const;
  // Entry i of the list.
  void add(size_t i);

 private:
  // Open addressing: entries of the list by a hash, `free_slot` where there is none.
  struct Table {
    std::vector<uint32_t> slots;
    size_t used = 0;
  };
  static constexpr uint32_t free_slot = 0xffffffff;
  template <class Same>
  static bool find(const Table&, uint64_t hash, const Same&);
  template <class Hash>
  static void insert(Table&, uint32_t entry, const Hash&);

  const Soundings& list_;
  Table by_place_, by_pixel_;
};

}  // namespace unetsr::data
