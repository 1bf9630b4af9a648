#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace unetsr::data {

// Sums of an image (rows x columns, no NaN) over all cells, each weighted by its correlation with the one at hand:
// m(i) m(j) for cells i rows and j columns apart, m(n) = (1 + n / s) exp(-n / s), Matern's of smoothness 3/2 along each
// axis (Rasmussen and Williams 2006, eq. 4.17). A length > 0, in cells, is where m has fallen to 1/e: 2.146 s. As a
// matrix this is symmetric and positive definite. By recursion along rows and columns: exact, at the borders too, in a
// time that does not depend on the length. Several lengths share the passes over the image. Number: float or double.
template <class Number>
class SpatialCorrelation {
 public:
  SpatialCorrelation(int rows, int columns, std::vector<double> lengths);

  // Sums along the rows of an image, for each length.
  void along_rows(const Number* image);

  // image = scale x (before + sum over the lengths of weight x sums); without `scale` 1, without `before` 0. A scale of
  // no more than 0, or NaN, makes 0. `before` may be the image itself.
  struct Sum {
    std::vector<double> weights;  // of each length
    Number* image = nullptr;
    const Number* before = nullptr;
    const float* scale = nullptr;
  };
  // Sums along the columns of what along_rows() left.
  void along_columns(std::span<const Sum> sums) const;

  size_t lengths() const { return lengths_.size(); }

 private:
  int rows_, columns_;
  std::vector<double> lengths_;
  std::vector<std::vector<Number>> along_rows_;  // of each length
};

extern template class SpatialCorrelation<float>;
extern template class SpatialCorrelation<double>;

// m(n)
double spatial_correlation(double cells, double length);

// Replaces an image by its sums for one length.
void correlate(std::span<double> image, int rows, int columns, double length);

}  // namespace unetsr::data
