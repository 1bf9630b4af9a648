#include "data/regression/linear_regression.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <string>

#include "data/dataset/missing.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

bool complete(const float* pixel, int channels) {
  for (int c = 0; c < channels; ++c)
    if (std::isnan(pixel[c])) return false;
  return true;
}

// 1 and the channels of the neighbours of one cell, in the order of the coefficients.
template <class Row>
void fill_row(View<const float> channels, int n, int i, int j, int neighbourhood, Row&& row) {
  Eigen::Index k = 0;
  row[k++] = 1;
  const int reach = neighbourhood / 2;
  const float* centre = channels.pixel(n, i, j);
  for (int a = i - reach; a <= i + reach; ++a)
    for (int b = j - reach; b <= j + reach; ++b) {
      const bool inside = a >= 0 && a < channels.h && b >= 0 && b < channels.w;
      const float* pixel = inside ? channels.pixel(n, a, b) : centre;
      for (int c = 0; c < channels.c; ++c) row[k++] = double(std::isnan(pixel[c]) ? centre[c] : pixel[c]);
    }
}

// Least squares over any number of rows in bounded memory: each batch of rows is folded into the triangle R of the QR
// decomposition of [A b] so far.
class StackedQr {
 public:
  explicit StackedQr(int columns)
      : width_(columns + 1), rows_(std::max(4096, 4 * width_) + width_, width_), used_(width_) {
    rows_.topRows(width_).setZero();
  }

  auto next_row() {
    if (used_ == rows_.rows()) fold();
    return rows_.row(used_++);
  }

  void finish() { fold(); }

  // The last column of R: what each column adds to the target's square, the first (ones) its mean, the last the rest.
  double r2() const {
    const auto shares = rows_.col(width_ - 1).head(width_);
    const double about_mean = shares.tail(width_ - 1).squaredNorm();
    return about_mean > 1e-12 * shares.squaredNorm() ? 1 - shares[width_ - 1] * shares[width_ - 1] / about_mean
                                                     : std::numeric_limits<double>::quiet_NaN();
  }

  Eigen::VectorXd solve() const {
    const int n = width_ - 1;
    return rows_.topLeftCorner(width_, n).colPivHouseholderQr().solve(rows_.col(n).head(width_));
  }

 private:
  void fold() {
    const Eigen::MatrixXd used = rows_.topRows(used_);
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(used);
    rows_.topRows(width_) = qr.matrixQR().topRows(width_).template triangularView<Eigen::Upper>();
    used_ = width_;
  }

  int width_;
  Eigen::MatrixXd rows_;
  Eigen::Index used_;
};

}  // namespace

LinearRegression::LinearRegression(View<const float> channels, std::span<const float> target, const Mask& cells,
                                   int neighbourhood)
    : channels_(channels.c), neighbourhood_(neighbourhood) {
  if (neighbourhood < 1 || neighbourhood % 2 == 0)
    throw UsageError("linear regression: the neighbourhood must be odd, got " + std::to_string(neighbourhood));
  if (int64_t(target.size()) != channels.pixels() || (!cells.empty() && cells.size() != target.size()))
    throw ShapeError("linear regression: " + std::to_string(channels.pixels()) + " cells with channels, " +
                     std::to_string(target.size()) + " targets and a mask of " + std::to_string(cells.size()));
  const int columns = 1 + neighbourhood * neighbourhood * channels_;
  StackedQr qr(columns);
  int64_t used = 0, cell = 0;
  for (int n = 0; n < channels.n; ++n)
    for (int i = 0; i < channels.h; ++i)
      for (int j = 0; j < channels.w; ++j, ++cell) {
        if (!(cells.empty() || cells[size_t(cell)]) || std::isnan(target[size_t(cell)]) ||
            !complete(channels.pixel(n, i, j), channels_))
          continue;
        auto row = qr.next_row();
        fill_row(channels, n, i, j, neighbourhood, row);
        row[columns] = double(target[size_t(cell)]);
        ++used;
      }
  if (used < columns)
    throw Error("linear regression: " + std::to_string(columns) + " coefficients cannot be fitted to " +
                std::to_string(used) + " cells");
  qr.finish();
  r2_ = qr.r2();
  const Eigen::VectorXd solution = qr.solve();
  coefficients_.assign(solution.begin(), solution.end());
}

std::vector<float> LinearRegression::predict(View<const float> channels) const {
  if (channels.c != channels_)
    throw ShapeError("linear regression: fitted to " + std::to_string(channels_) + " channels, got " +
                     std::to_string(channels.c));
  std::vector<float> result(size_t(channels.pixels()), missing);
  const Eigen::Map<const Eigen::VectorXd> coefficients(coefficients_.data(), Eigen::Index(coefficients_.size()));
  parallel_for(int64_t(channels.n) * channels.h, [&](int64_t k) {
    const int n = int(k / channels.h), i = int(k % channels.h);
    Eigen::VectorXd row(coefficients.size());
    for (int j = 0; j < channels.w; ++j) {
      if (!complete(channels.pixel(n, i, j), channels_)) continue;
      fill_row(channels, n, i, j, neighbourhood_, row);
      result[size_t(k * channels.w + j)] = float(coefficients.dot(row));
    }
  });
  return result;
}

}  // namespace unetsr::data
