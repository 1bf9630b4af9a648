#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/footprints/footprint.hpp"
#include "kernels/enum_names.hpp"
#include "kernels/host_allocator.hpp"

namespace unetsr::data {

// How soundings are averaged into cells.
//   area     mean of all soundings, weighted by the exact area of footprint and cell
//   centre   mean of the soundings whose centre lies in the cell
//   nearest  of the soundings whose footprint touches the cell, that with the centre nearest to the cell's
enum class GriddingMethod { area, centre, nearest };

// An image on the fine grid, by its name.
struct FineBand {
  std::string name;
  std::span<const float> values;
};

// Grids the soundings of one window on the fine cells and on blocks of factor x factor of them. Soundings arrive in
// batches, so that memory does not grow with their number. Sums are taken in the order of the soundings: the result
// does not depend on the number of threads.
class WindowGridder {
 public:
  // `bands`: images whose means over the footprints are gridded on the coarse cells, with the same weights as SIF; they
  // have to outlive the gridder. A sounding with less than half of its area in a band's present cells adds nothing to
  // that band.
  WindowGridder(const Grid& fine, int factor, GriddingMethod, std::vector<FineBand> bands);

  // The `chosen` of the soundings. Returns those that lie on the grid, wholly or in part; counts the others by reason.
  struct Counts {
    int64_t placed = 0, outside = 0, over_pole = 0, off_map = 0;
    int64_t& of(Placement);
  };
  std::vector<size_t> add(const Soundings&, std::span<const size_t> chosen, Counts&);

  // Mean, 1 sigma of the mean (from the errors of the soundings, taken as independent), number of soundings. NaN (and 0
  // soundings) where the footprints, together, cover less than half of a cell's area.
  struct Image {
    std::vector<float> mean, error, count;
  };
  Image fine() const { return image(fine_); }
  Image coarse() const { return image(coarse_); }
  std::vector<float> coarse_band(const std::string& name) const;

 private:
  struct CellSums {
    double weight = 0, value = 0, variance = 0;
    float count = 0;
  };
  struct Sums {
    std::vector<CellSums, kernels::HostAllocator<CellSums>> cells;
    std::vector<double> distance;  // of `nearest`
    void resize(size_t count, bool nearest);
  };
  struct Laid;

  void lay(const Soundings&, size_t i, Laid&) const;
  void add_area(PolygonRows&, Laid&) const;
  void add_band_means(Laid&) const;
  void add_centre(double x, double y, Laid&) const;
  void fetch(const Laid&, size_t k) const;
  void add_laid(const Laid&, const Soundings&, int first_row, int last_row);
  void add_fine(const Laid&, size_t k, double value, double error, int first_row, int last_row);
  void add_coarse(const Laid&, size_t k, double value, double error, int first_row, int last_row);
  // Whether the sounding's value now stands in the cell (always, but for `nearest`).
  bool accumulate(Sums&, size_t cell, double overlap, double value, double error, double distance) const;
  Image image(const Sums&) const;

  FootprintPlacer placer_;
  Grid coarse_grid_;
  int factor_;
  GriddingMethod method_;
  std::vector<FineBand> bands_;
  Sums fine_, coarse_;
  std::vector<std::vector<double>> band_values_, band_weights_;  // band, coarse cell
};

}  // namespace unetsr::data

template <>
struct unetsr::EnumNames<unetsr::data::GriddingMethod> {
  static constexpr const char* what = "gridding";
  static constexpr std::pair<unetsr::data::GriddingMethod, const char*> names[] = {
      {unetsr::data::GriddingMethod::area, "area"},
      {unetsr::data::GriddingMethod::centre, "centre"},
      {unetsr::data::GriddingMethod::nearest, "nearest"}};
};
