#pragma once
#include <cstdint>
#include <vector>

#include "data/dataset/soundings.hpp"

namespace unetsr::data {

// Which soundings a list holds already. One is itself by its orbit, scanline and pixel where both have them, else by
// its place (the same floats), and by its time to 0.4 s, which is half of what lies between two scanlines. Its value
// does not count: a later processing gives the same sounding another one.
class SeenSoundings {
 public:
  // Of the list, those added count. It may grow, and outlives this.
  explicit SeenSoundings(const Soundings& list) : list_(list) {}

  // Whether sounding i of `other` is among them.
  bool has(const Soundings& other, size_t i) const;
  // Entry i of the list.
  void add(size_t i);

 private:
  // Open addressing: entries of the list by a hash, -1 where free.
  struct Table {
    std::vector<int64_t> slots;
    size_t used = 0;
  };
  template <class Same>
  static bool find(const Table&, uint64_t hash, const Same&);
  template <class Hash>
  static void insert(Table&, int64_t entry, const Hash&);

  const Soundings& list_;
  Table by_place_, by_pixel_;
};

}  // namespace unetsr::data
