#pragma once
#include <span>
#include <vector>

#include "data/footprints/sounding_cells.hpp"
#include "kernels/view.hpp"

namespace unetsr::data {

// The linear model y = A (1 + z) of soundings y and maps' relative errors z (windows, rows, columns), all in units of
// the soundings' errors: row i of A is the map over the present cells of footprint i, weighted as its mean is, over its
// error; cells where the map is not above 0 have weight 0. Soundings whose mean is missing (SoundingCells::mean) or
// whose error is not positive are omitted.
class ScaledSoundings {
 public:
  using Vector = std::vector<double>;  // a value a sounding; of an image: a value a cell

  // `maps`: (windows, rows, columns), NaN is missing. `chosen`: marks soundings; empty: all. All have to outlive this.
  ScaledSoundings(const SoundingCells&, const Grid&, std::span<const float> maps, std::span<const uint8_t> chosen);

  size_t size() const { return used_.size(); }
  Shape shape() const { return {windows_, rows_, columns_, 1}; }
  // The soundings minus the means of the maps.
  const Vector& residual() const { return residual_; }
  // image = A' z
  void spread(const Vector& z, Vector& image) const;
  // y = A image. The image is multiplied by the maps.
  void gather(Vector& image, Vector& y) const;
  // The mean over soundings of an image's mean over the present cells of each.
  double mean_under(std::span<const float> image) const;
  // The diagonal of A C A', where C is the matrix of correlate().
  Vector variances(double length) const;
  // residual() if the soundings were nothing but noise z, and the maps the coarse SIF gridded from them (coarse_sif()
  // with blocks of factor x factor cells), interpolated bilinearly.
  Vector residual_of_noise(const Vector& z, int factor) const;

 private:
  template <class Function>
  void for_cells(size_t i, const Function& f) const;
  template <class Function>
  void for_present_cells(size_t i, const Function& f) const;
  void scale_by_maps(Vector& image) const;

  const SoundingCells& soundings_;
  std::span<const float> maps_;
  int windows_, rows_, columns_;
  std::vector<size_t> used_;
  Vector scale_, residual_;  // scale: 1 / (error x present share)
};

// Summed in order.
double dot(const ScaledSoundings::Vector&, const ScaledSoundings::Vector&);

}  // namespace unetsr::data
