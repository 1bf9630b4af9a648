#pragma once
#include <cstdint>
#include <vector>

#include "data/dataset/mask.hpp"

namespace unetsr::data {

// Permutes the chosen cells of (windows, rows, columns, 1) in square blocks of `side` cells, so that neighbours stay
// together. Returns for each chosen cell, by its number, the chosen cell of another block of its window whose place it
// takes; for others the cell itself. Every block moves, but for a window's only one. Where two blocks have all their
// cells, cells keep their place in the block; else the k-th chosen cell of the one goes to the k-th of the other, from
// the first on again where there are fewer. The same seed gives the same permutation. `first`: the number of the first
// window among all that are permuted, perhaps one by one.
std::vector<int64_t> permute_blocks(const Mask& chosen, Shape, int side, uint64_t seed, int first = 0);

// Of how many blocks of one window, of so many rows and columns, cells are chosen.
int64_t chosen_blocks(const Mask& chosen, int rows, int columns, int side);

}  // namespace unetsr::data
