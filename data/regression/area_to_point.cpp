#include "data/regression/area_to_point.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <string>

#include "data/dataset/missing.hpp"
#include "data/dataset/resample.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

constexpr int farthest = 6, reach = 2, side = 2 * reach + 1;
constexpr double shortest = 0.125, growth = 1.5;  // ranges tried, in blocks: from the shortest on, each x growth
constexpr int ranges = 16;

// exp(-h / range) averaged over pairs of cells.
class UnitCovariance {
 public:
  UnitCovariance(double range, int factor) : range_(range), factor_(factor) {}

  // Of two blocks that lie this many blocks apart.
  double blocks(int down, int across) const {
    double sum = 0;
    for (int a = 1 - factor_; a < factor_; ++a)
      for (int b = 1 - factor_; b < factor_; ++b)
        sum += (factor_ - std::abs(a)) * (factor_ - std::abs(b)) * at(down * factor_ + a, across * factor_ + b);
    return sum / std::pow(factor_, 4);
  }

  // Of a cell and the block whose first cell lies this many cells from it.
  double cell_and_block(int down, int across) const {
    double sum = 0;
    for (int a = 0; a < factor_; ++a)
      for (int b = 0; b < factor_; ++b) sum += at(down + a, across + b);
    return sum / (factor_ * factor_);
  }

 private:
  double at(int down, int across) const { return std::exp(-std::hypot(down, across) / range_); }

  double range_;
  int factor_;
};

// Half the mean squared difference of the pairs of blocks that lie `down` and `across` apart.
struct Lag {
  int down = 0, across = 0;
  double half_square = 0, pairs = 0;
};

std::vector<Lag> lags_of(std::span<const float> blocks, int rows, int columns) {
  std::vector<Lag> lags;
  for (int down = 0; down <= farthest; ++down)
    for (int across = down == 0 ? 1 : -farthest; across <= farthest; ++across)
      if (down * down + across * across <= farthest * farthest) lags.push_back({down, across});
  parallel_for(int64_t(lags.size()), [&](int64_t k) {
    Lag& lag = lags[size_t(k)];
    for (int i = 0; i + lag.down < rows; ++i)
      for (int j = std::max(0, -lag.across); j + std::max(0, lag.across) < columns; ++j) {
        const size_t cell = size_t(i) * size_t(columns) + size_t(j);
        const double difference =
            double(blocks[cell]) - double(blocks[size_t(int64_t(cell) + int64_t(lag.down) * columns + lag.across)]);
        if (std::isnan(difference)) continue;
        lag.half_square += difference * difference / 2, ++lag.pairs;
      }
    if (lag.pairs > 0) lag.half_square /= lag.pairs;
  });
  return lags;
}

// Weights of the 5 x 5 blocks for each cell of the one in their middle, for any choice of blocks that are there.
class Kriging {
 public:
  Kriging(double range, int factor)
      : factor_(factor), between_(side * side, side * side), to_(side * side, factor * factor) {
    const UnitCovariance unit(range, factor);
    for (int k = 0; k < side * side; ++k) {
      const int row = k / side, column = k % side;
      for (int l = 0; l <= k; ++l) between_(k, l) = between_(l, k) = unit.blocks(row - l / side, column - l % side);
      for (int cell = 0; cell < factor * factor; ++cell)
        to_(k, cell) =
            unit.cell_and_block((row - reach) * factor - cell / factor, (column - reach) * factor - cell % factor);
    }
  }

  // there: which of the 25 blocks. Returns (blocks that are there, cells).
  Eigen::MatrixXd weights(const std::vector<int>& there) const {
    const auto n = Eigen::Index(there.size());
    Eigen::MatrixXd a = Eigen::MatrixXd::Ones(n + 1, n + 1), b = Eigen::MatrixXd::Ones(n + 1, to_.cols());
    a(n, n) = 0;
    a.topLeftCorner(n, n) = between_(there, there);
    b.topRows(n) = to_(there, Eigen::all);
    return a.partialPivLu().solve(b).topRows(n);
  }

  int factor() const { return factor_; }

 private:
  int factor_;
  Eigen::MatrixXd between_, to_;
};

void krige_row(const Kriging& kriging, std::span<const float> blocks, Shape coarse, Shape fine, int row, float* image) {
  const int factor = kriging.factor();
  std::vector<int> there, last;
  Eigen::MatrixXd weights;
  for (int column = 0; column < coarse.w; ++column) {
    if (std::isnan(blocks[size_t(row * coarse.w + column)])) continue;
    there.clear();
    std::vector<double> values;
    for (int k = 0; k < side * side; ++k) {
      const int i = row + k / side - reach, j = column + k % side - reach;
      if (i < 0 || i >= coarse.h || j < 0 || j >= coarse.w) continue;
      const float value = blocks[size_t(i * coarse.w + j)];
      if (std::isnan(value)) continue;
      there.push_back(k), values.push_back(double(value));
    }
    if (there != last) weights = kriging.weights(there), last = there;
    const Eigen::Map<const Eigen::RowVectorXd> data(values.data(), Eigen::Index(values.size()));
    const Eigen::RowVectorXd cells = data * weights;
    for (int i = row * factor; i < std::min(fine.h, (row + 1) * factor); ++i)
      for (int j = column * factor; j < std::min(fine.w, (column + 1) * factor); ++j)
        image[i * fine.w + j] = float(cells[(i - row * factor) * factor + j - column * factor]);
  }
}

}  // namespace

CellVariogram deconvolve_variogram(std::span<const float> blocks, int rows, int columns, int factor) {
  const std::vector<Lag> lags = lags_of(blocks, rows, columns);
  CellVariogram best;
  double least = std::numeric_limits<double>::infinity();
  for (int trial = 0; trial < ranges; ++trial) {
    const double range = shortest * std::pow(growth, trial) * factor;
    const UnitCovariance unit(range, factor);
    const double own = unit.blocks(0, 0);
    std::vector<double> shape;
    double product = 0, square = 0, error = 0;
    for (const Lag& lag : lags) {
      shape.push_back(own - unit.blocks(lag.down, lag.across));
      product += lag.pairs * lag.half_square * shape.back(), square += lag.pairs * shape.back() * shape.back();
    }
    if (!(square > 0)) break;  // no pairs
    const double sill = product / square;
    for (size_t k = 0; k < lags.size(); ++k)
      error += lags[k].pairs * std::pow(lags[k].half_square - sill * shape[k], 2);
    if (error < least) least = error, best = {sill, range};
  }
  return best;
}

std::vector<float> area_to_point(std::span<const float> blocks, Shape fine, int factor) {
  const Shape coarse = block_shape(fine, factor);
  if (int64_t(blocks.size()) != coarse.size() || fine.c != 1)
    throw ShapeError("area-to-point kriging: " + std::to_string(blocks.size()) + " blocks for " +
                     std::to_string(coarse.n) + " windows of " + std::to_string(coarse.h) + " x " +
                     std::to_string(coarse.w));
  std::vector<float> values(size_t(fine.size()), missing);
  for (int window = 0; window < fine.n; ++window) {
    const std::span<const float> own =
        blocks.subspan(size_t(window * coarse.h * coarse.w), size_t(coarse.h * coarse.w));
    const Kriging kriging(deconvolve_variogram(own, coarse.h, coarse.w, factor).range, factor);
    float* image = values.data() + int64_t(window) * fine.h * fine.w;
    parallel_for(coarse.h, [&](int64_t row) { krige_row(kriging, own, coarse, fine, int(row), image); });
  }
  return values;
}

}  // namespace unetsr::data
