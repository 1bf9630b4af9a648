#pragma once
#include <optional>
#include <string>

namespace unetsr::data {

// A grid as the text StructMetadata.0 of an HDF-EOS file describes it.
struct EosGrid {
  int rows = 0, columns = 0;
  double left = 0, top = 0, right = 0, bottom = 0;  // outer edges, metres
  std::string projection;                           // "HE5_GCTP_SNSOID"
  double radius = 0;                                // of the sphere, metres: the first of ProjParams
};

// The grid of this name; none where the text has none, or not all of its numbers.
std::optional<EosGrid> eos_grid(const std::string& structure, const std::string& grid_name);

}  // namespace unetsr::data
