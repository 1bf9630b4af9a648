#pragma once
#include <span>
#include <vector>

#include "data/mask.hpp"
#include "data/sounding_cells.hpp"

namespace unetsr::data {

// The soundings of one window as observations y = A x of a map x, all in units of the soundings' errors: row i of A is
// the mean over the present cells of footprint i, over its error. Those whose mean is missing (SoundingCells::mean) or
// whose error is not positive are left out. C is what correlate() does.
class ScaledSoundings {
 public:
  using Vector = std::vector<double>;  // a value a sounding; of an image: a value a cell

  // `map` (rows x columns) tells which cells are present. The soundings have to outlive this.
  ScaledSoundings(const SoundingCells&, int window, const Grid&, std::span<const float> map);

  size_t size() const { return chosen_.size(); }
  // y - A map
  const Vector& residual() const { return residual_; }
  // image = C A' z
  void spread(const Vector& z, double length, Vector& image) const;
  // y = A C A' z; `image` is room to work in.
  void covary(const Vector& z, double length, Vector& image, Vector& y) const;
  // The diagonal of A C A'.
  Vector variances(double length) const;
  // What residual() would be if the soundings told nothing but noise z, and the map were the coarse SIF that they make
  // (coarse_sif() with blocks of factor x factor cells), interpolated bilinearly.
  Vector residual_of_noise(const Vector& z, int factor) const;

 private:
  template <class Function>
  void for_present_cells(size_t i, const Function& f) const;
  template <class Number>
  void means(const std::vector<Number>& image, Vector& y) const;  // y = A image

  const SoundingCells& soundings_;
  int rows_, columns_;
  Mask present_;
  std::vector<size_t> chosen_;
  Vector scale_, residual_;  // scale: 1 / (error x present share)
};

// Summed in order.
double dot(const ScaledSoundings::Vector&, const ScaledSoundings::Vector&);

}  // namespace unetsr::data
