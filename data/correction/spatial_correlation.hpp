#pragma once
#include <span>

namespace unetsr::data {

// Replaces an image (rows x columns, no NaN) by its sums over all cells, each weighted by its correlation with the one
// at hand: m(i) m(j) for cells i rows and j columns apart, m(n) = (1 + n / s) exp(-n / s), Matern's of smoothness 3/2
// along each axis (Rasmussen and Williams 2006, eq. 4.17). `length` > 0, in cells, is where m has fallen to 1/e: 2.146
// s. As a matrix this is symmetric and positive definite. By recursion along rows and columns: exact, at the borders
// too, in a time that does not depend on the length.
void correlate(std::span<double> image, int rows, int columns, double length);

}  // namespace unetsr::data
