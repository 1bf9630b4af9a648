#include "data/footprints/footprint_cover.hpp"

#include <algorithm>

namespace unetsr::data {

FootprintCover cover_of(const FootprintPlacer& placer, GriddingMethod method, const FileBlocks& blocks,
                        const Soundings& s, size_t i) {
  const Grid& grid = placer.grid();
  FootprintCover cover;
  std::vector<Outline> outlines;
  std::vector<CellShare> shares;
  cover.placement = placer.place(s, i, outlines);
  if (cover.placement != Placement::inside) return cover;
  for (const Outline& outline : outlines) overlaps(outline, grid.rows, grid.columns, shares);
  int top = grid.rows, bottom = -1, left = grid.columns, right = -1;
  for (const CellShare& share : shares) {
    const int row = int(share.cell / grid.columns), column = int(share.cell % grid.columns);
    top = std::min(top, row), bottom = std::max(bottom, row);
    left = std::min(left, column), right = std::max(right, column);
    if (const int64_t block = blocks.at(row, column); cover.blocks.empty() || cover.blocks.back() != block)
      cover.blocks.push_back(block);
  }
  std::sort(cover.blocks.begin(), cover.blocks.end());
  cover.blocks.erase(std::unique(cover.blocks.begin(), cover.blocks.end()), cover.blocks.end());
  if (method == GriddingMethod::centre) {
    double x = 0, y = 0;
    const bool placed = placer.centre(s, i, x, y) && x >= 0 && x < grid.columns && y >= 0 && y < grid.rows;
    cover.blocks.clear();
    if (placed) {
      cover.blocks.push_back(blocks.at(int(y), int(x)));
      top = std::min(top, int(y)), bottom = std::max(bottom, int(y));
      left = std::min(left, int(x)), right = std::max(right, int(x));
    }
  }
  if (cover.blocks.empty())
    cover.placement = Placement::outside;
  else
    cover.cells = {top, left, bottom - top + 1, right - left + 1};
  return cover;
}

}  // namespace unetsr::data
