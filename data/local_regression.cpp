#include "data/local_regression.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "kernels/error.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

// Around a cell: the weighted sums of the products of 1, its channels and its target.
class Moments {
 public:
  Moments(int rows, int columns, int terms)
      : rows_(rows), columns_(columns), size_(terms * terms), sums_(size_t(rows) * size_t(columns) * size_t(size_)) {}

  double* at(int64_t cell) { return sums_.data() + cell * size_; }
  const double* at(int64_t cell) const { return sums_.data() + cell * size_; }

  Moments smoothed(double bandwidth) const {
    const int reach = int(3 * bandwidth);
    std::vector<double> weights;
    for (int k = 0; k <= reach; ++k) weights.push_back(std::exp(-k * k / (2 * bandwidth * bandwidth)));
    return along(columns_, 1, weights).along(rows_, columns_, weights);
  }

 private:
  // `length` cells lie `step` apart along the axis.
  Moments along(int length, int step, const std::vector<double>& weights) const {
    Moments result = *this;
    const int reach = int(weights.size()) - 1;
    parallel_for(rows_, [&](int64_t row) {
      for (int column = 0; column < columns_; ++column) {
        const int64_t cell = row * columns_ + column;
        const int place = step == 1 ? column : int(row);
        double* sum = result.at(cell);
        std::fill_n(sum, size_, 0.0);
        for (int k = std::max(-reach, -place); k <= std::min(reach, length - 1 - place); ++k) {
          const double weight = weights[size_t(std::abs(k))];
          const double* other = at(cell + int64_t(k) * step);
          for (int m = 0; m < size_; ++m) sum[m] += weight * other[m];
        }
      }
    });
    return result;
  }

  int rows_, columns_, size_;
  std::vector<double> sums_;
};

using Products = Eigen::MatrixXd;  // (terms, terms), the last row and column those of the target

Eigen::VectorXd solve(const Products& sums) {
  const Eigen::Index n = sums.rows() - 1;
  return sums.topLeftCorner(n, n).ldlt().solve(sums.col(n).head(n));
}

// 1, the scaled channels and the target.
Eigen::VectorXd terms_of(const float* pixel, float target, const std::vector<double>& centre,
                         const std::vector<double>& scale) {
  Eigen::VectorXd terms(Eigen::Index(centre.size()) + 2);
  terms[0] = 1;
  for (size_t c = 0; c < centre.size(); ++c) terms[Eigen::Index(c) + 1] = (double(pixel[c]) - centre[c]) / scale[c];
  terms[terms.size() - 1] = double(target);
  return terms;
}

}  // namespace

LocalRegression::LocalRegression(View<const float> channels, std::span<const float> target, int window,
                                 const Mask& near, const Mask& all) {
  const int64_t cells = int64_t(channels.h) * channels.w, first = window * cells;
  const auto pixel = [&](int64_t cell) { return channels.data + cell * channels.pitch; };
  centre_.assign(size_t(channels.c), 0), scale_ = centre_;
  int64_t count = 0;
  for (int64_t i = 0; i < channels.pixels(); ++i)
    if (all[size_t(i)]) {
      ++count;
      for (int c = 0; c < channels.c; ++c) centre_[size_t(c)] += double(pixel(i)[c]);
    }
  if (count <= channels.c)
    throw Error("local regression: " + std::to_string(channels.c + 1) + " coefficients cannot be fitted to " +
                std::to_string(count) + " cells");
  for (double& v : centre_) v /= double(count);
  for (int64_t i = 0; i < channels.pixels(); ++i)
    if (all[size_t(i)])
      for (int c = 0; c < channels.c; ++c) scale_[size_t(c)] += std::pow(double(pixel(i)[c]) - centre_[size_t(c)], 2);
  for (double& v : scale_) v = v > 0 ? std::sqrt(v / double(count)) : 1;

  const Eigen::Index width = channels.c + 2;
  const auto terms = [&](int64_t cell) { return terms_of(pixel(cell), target[size_t(cell)], centre_, scale_); };
  Products everywhere = Products::Zero(width, width);
  for (int64_t i = 0; i < channels.pixels(); ++i)
    if (all[size_t(i)]) everywhere += terms(i) * terms(i).transpose();
  everywhere /= double(count);
  Moments own(channels.h, channels.w, int(width));
  for (int64_t i = 0; i < cells; ++i)
    if (near[size_t(first + i)])
      Eigen::Map<Products>(own.at(i), width, width) = terms(first + i) * terms(first + i).transpose();

  double least = std::numeric_limits<double>::infinity();
  for (const double bandwidth : {2.0, 4.0, 8.0, 16.0, 32.0}) {
    const Moments around = own.smoothed(bandwidth);
    std::vector<std::vector<float>> coefficients(size_t(channels.c) + 1, std::vector<float>(size_t(cells)));
    std::vector<double> errors(size_t(channels.h), 0);
    parallel_for(channels.h, [&](int64_t row) {
      for (int64_t i = row * channels.w; i < (row + 1) * channels.w; ++i) {
        const Products sums = everywhere + Eigen::Map<const Products>(around.at(i), width, width);
        const Eigen::VectorXd solution = solve(sums);
        for (Eigen::Index c = 0; c < solution.size(); ++c) coefficients[size_t(c)][size_t(i)] = float(solution[c]);
        if (!near[size_t(first + i)]) continue;
        const Eigen::VectorXd others = solve(sums - Eigen::Map<const Products>(own.at(i), width, width));
        const Eigen::VectorXd cell = terms(first + i);
        errors[size_t(row)] += std::pow(cell[width - 1] - others.dot(cell.head(width - 1)), 2);
      }
    });
    double error = 0;
    for (const double e : errors) error += e;
    if (error < least) least = error, bandwidth_ = bandwidth, coefficients_ = std::move(coefficients);
  }
}

std::vector<float> LocalRegression::predict(View<const float> channels,
                                            const std::vector<std::vector<float>>& coefficients) const {
  std::vector<float> result(size_t(channels.pixels()));
  parallel_ranges(channels.pixels(), 1024, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const float* pixel = channels.data + i * channels.pitch;
      double value = double(coefficients[0][size_t(i)]);
      for (size_t c = 0; c < centre_.size(); ++c)
        value += double(coefficients[c + 1][size_t(i)]) * (double(pixel[c]) - centre_[c]) / scale_[c];
      result[size_t(i)] = float(value);
    }
  });
  return result;
}

}  // namespace unetsr::data
