#pragma once
#include <span>
#include <utility>
#include <vector>

#include "data/correction/ordered_bands.hpp"
#include "data/dataset/stored_array.hpp"
#include "data/footprints/sounding_cells.hpp"
#include "kernels/parallel.hpp"
#include "kernels/view.hpp"

namespace unetsr::data {

// The linear model y = A (1 + z) of soundings y and maps' relative errors z (windows, rows, columns), all in units of
// the soundings' errors: row i of A is the map over the present cells of footprint i, weighted as its mean is, over its
// error; cells where the map is not above 0 have weight 0. Soundings whose mean is missing (SoundingCells::mean) or
// whose error is not positive are omitted. Images are of one window: a value a cell, and `padding` values more, which
// are read and may be written, but change nothing.
class ScaledSoundings {
 public:
  using Vector = std::vector<double>;  // a value a sounding

  // `maps`: (windows, rows, columns), NaN is missing. `chosen`: marks soundings; empty: all. All have to outlive this.
  // What is read of soundings and maps is released window by window.
  ScaledSoundings(const SoundingCells&, const Grid&, StoredSpan<const float> maps, std::span<const uint8_t> chosen);

  size_t size() const { return used_.size(); }
  Shape shape() const { return {windows_, rows_, columns_, 1}; }
  size_t cells() const { return size_t(rows_) * size_t(columns_); }  // of a window
  static constexpr size_t padding = 8;
  template <class Number = double>
  std::vector<Number> image() const {
    return std::vector<Number>(cells() + padding, Number(0));
  }
  std::span<const float> map(int window) const { return maps_.subspan(size_t(window) * cells(), cells()); }
  void release_map(int window) const { maps_.release(size_t(window) * cells(), cells()); }
  // Soundings first .. last - 1, with the maps of their windows.
  void release(size_t first, size_t last) const;
  int window(size_t i) const { return soundings_[used_[i]].window; }
  std::span<const uint32_t> of_window(int window) const { return of_window_[size_t(window)]; }

  // The soundings minus the means of the maps.
  const Vector& residual() const { return residual_; }
  Vector take_residual() { return std::move(residual_); }
  // image = A' z of a window; or added to it. Number: double, or float where seven digits suffice.
  template <class Number>
  void spread(int window, std::span<const double> z, std::vector<Number>& image, bool add = false) const;
  // y = A image of the window's soundings, where the image is multiplied by the map already.
  template <class Number>
  void gather(int window, const std::vector<Number>& image_times_map, std::span<double> y) const;
  // image x map; 0 where the map is not above 0.
  void scale_by_map(int window, Vector& image) const;
  // f(row, column, weights) of A for each run of cells of sounding i, before they are multiplied by the map; scale(i)
  // is what they share.
  template <class Function>
  void for_runs(size_t i, const Function& f) const {
    soundings_.for_runs(used_[i], f);
  }
  double scale(size_t i) const { return scale_[i]; }
  const SoundingCells::Sounding& sounding(size_t i) const { return soundings_[used_[i]]; }

  // The mean over soundings of an image's (windows, rows, columns) mean over the present cells of each.
  double mean_under(StoredSpan<const float> images) const;
  // The diagonal of A C A' for each length, where C is the matrix of SpatialCorrelation.
  std::vector<StoredArray<double>> variances(const std::vector<double>& lengths, const ArrayStore& = {}) const;
  // residual() if the soundings were nothing but noise z, and the maps the coarse SIF gridded from them (coarse_sif()
  // with blocks of factor x factor cells), interpolated bilinearly.
  Vector residual_of_noise(std::span<const double> z, int factor) const;

 private:
  template <class Function>
  void for_present_cells(size_t i, const Function& f) const;
  double mean_of_present(size_t i, StoredSpan<const float> images) const;
  void choose(std::span<const uint8_t> chosen);
  void release_known(size_t first, size_t last) const;  // of SoundingCells
  void release_window(int window) const;

  const SoundingCells& soundings_;
  StoredSpan<const float> maps_;
  int windows_, rows_, columns_;
  std::vector<uint32_t> used_;
  std::vector<std::vector<uint32_t>> of_window_;  // in their order
  OrderedBands bands_;
  Vector scale_, residual_;  // scale: 1 / (error x present share)
};

// sum += image
template <class Number>
void add_image(const std::vector<Number>& image, std::vector<Number>& sum) {
  parallel_ranges(int64_t(sum.size()), 1 << 15, [&](int64_t first, int64_t last) {
    for (size_t i = size_t(first); i < size_t(last); ++i) sum[i] += image[i];
  });
}

// Summed in an order that does not depend on the threads.
double dot(std::span<const double>, std::span<const double>);
double dot(std::span<const float>, std::span<const float>);

}  // namespace unetsr::data
