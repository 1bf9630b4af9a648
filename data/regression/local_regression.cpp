#include "data/regression/local_regression.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <string>

#include "data/regression/golden_section.hpp"
#include "kernels/cpu/clones.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

constexpr double drawn_to_all = 0.01;
constexpr int64_t most_predicted = 1000;
constexpr double tolerance = 0.05;  // of the logarithm of K
constexpr int wanted_margin = 8;    // cells around those with channels that get coefficients of their own

using Products = Eigen::MatrixXd;  // (terms, terms): of 1, the scaled channels and the target, which is the last

Eigen::VectorXd solve(const Products& sums) {
  const Eigen::Index n = sums.rows() - 1;
  return sums.topLeftCorner(n, n).ldlt().solve(sums.col(n).head(n));
}

constexpr int lanes = 8;

// sums[t] += the sum of (1 - distance^2 / b^2)^2 times plane t over columns first .. last of a row whose square of the
// distance from the centre's row is `down`. Planes are `size` apart.
UNETSR_CLONES void add_weighted(const double* planes, size_t size, int count, int column, int first, int last,
                                double down, double per_square, double* sums) {
  constexpr int at_once = 8;  // planes
  for (int begin = 0; begin < count; begin += at_once) {
    const int some = std::min(at_once, count - begin);
    double all[at_once][lanes] = {};
    for (int c = first; c <= last; c += lanes) {
      double weights[lanes];
      for (int k = 0; k < lanes; ++k) {
        const double across = c + k - column, root = 1 - (down + across * across) * per_square;
        weights[k] = c + k <= last ? root * root : 0;
      }
      for (int t = 0; t < some; ++t) {
        const double* own = planes + size_t(begin + t) * size + c;
        for (int k = 0; k < lanes; ++k) all[t][k] += weights[k] * own[k];
      }
    }
    for (int t = 0; t < some; ++t)
      for (const double lane : all[t]) sums[begin + t] += lane;
  }
}

// The cells of one window that regressions are made of, and the terms of each.
class Cells {
 public:
  Cells(int rows, int columns, int terms)
      : rows_(rows),
        columns_(columns),
        size_(size_t(rows) * size_t(columns)),
        present_(size_t(rows) * size_t(columns + 1), 0),
        products_(size_t(terms * (terms + 1) / 2) * size_ + lanes, 0.0) {
    terms_.resize(terms, 0);
  }

  void reserve(int64_t count) { terms_.resize(terms_.rows(), count); }
  // By rising places.
  void add(int64_t place, const Eigen::VectorXd& terms) {
    terms_.col(Eigen::Index(places_.size())) = terms;
    places_.push_back(place);
    size_t plane = 0;
    for (Eigen::Index i = 0; i < terms.size(); ++i)
      for (Eigen::Index j = 0; j <= i; ++j) products_[plane++ * size_ + size_t(place)] = terms[i] * terms[j];
  }
  void finish() {
    for (const int64_t place : places_) present_before(int(place / columns_), int(place % columns_) + 1) = 1;
    for (int row = 0; row < rows_; ++row)
      for (int column = 0; column < columns_; ++column) present_before(row, column + 1) += present_before(row, column);
  }
  int64_t count() const { return int64_t(places_.size()); }
  int64_t place(int64_t cell) const { return places_[size_t(cell)]; }
  auto terms(int64_t cell) const { return terms_.col(cell); }

  // The weighted mean of the products of the terms of the `least` nearest cells that are more than `apart` rows or
  // columns away, and of all that are as far as the last of them.
  Products around(int64_t place, int least, int apart) const {
    const int row = int(place / columns_), column = int(place % columns_);
    const auto cells_within = [&](int64_t squared) {
      int64_t cells = 0;
      for_runs(row, column, squared, apart,
               [&](int r, int first, int last) { cells += present_before(r, last + 1) - present_before(r, first); });
      return cells;
    };
    int64_t near = -1, far = int64_t(rows_) * rows_ + int64_t(columns_) * columns_;
    const int64_t wanted = std::min<int64_t>(least, cells_within(far));
    while (far - near > 1) {
      const int64_t middle = near + (far - near) / 2;
      (cells_within(middle) >= wanted ? far : near) = middle;
    }
    const double bandwidth = wanted == 0 ? 1 : std::sqrt(double(far)) + 1, per_square = 1 / (bandwidth * bandwidth);
    const int width = int(terms_.rows()), planes = width * (width + 1) / 2;
    std::vector<double> sums(static_cast<size_t>(planes), 0.0);
    for_runs(row, column, far, apart, [&](int r, int first, int last) {
      add_weighted(&products_[size_t(r) * size_t(columns_)], size_, planes, column, first, last,
                   double(r - row) * (r - row), per_square, sums.data());
    });
    // The first of the terms is 1, so that its square's sum is that of the weights.
    Products products(width, width);
    for (int i = 0, plane = 0; i < width; ++i)
      for (int j = 0; j <= i; ++j, ++plane)
        products(i, j) = products(j, i) = sums[size_t(plane)] / std::max(sums[0], 1e-300);
    return products;
  }

 private:
  // f(row, first column, last column) of the cells within the square of a distance and more than `apart` away.
  template <class Function>
  void for_runs(int row, int column, int64_t squared, int apart, const Function& f) const {
    const int reach = int(std::sqrt(double(squared)));
    for (int r = std::max(0, row - reach); r <= std::min(rows_ - 1, row + reach); ++r) {
      const int64_t down = int64_t(r - row) * (r - row);
      const int wide = int(std::sqrt(double(squared - down)));
      const int first = std::max(0, column - wide), last = std::min(columns_ - 1, column + wide);
      if (std::abs(r - row) > apart) {
        f(r, first, last);
        continue;
      }
      if (column - apart - 1 >= first) f(r, first, column - apart - 1);
      if (column + apart + 1 <= last) f(r, column + apart + 1, last);
    }
  }
  // How many cells of a row lie before a column.
  int& present_before(int row, int column) { return present_[size_t(row) * size_t(columns_ + 1) + size_t(column)]; }
  int present_before(int row, int column) const {
    return present_[size_t(row) * size_t(columns_ + 1) + size_t(column)];
  }

  int rows_, columns_;
  size_t size_;
  std::vector<int> present_;
  std::vector<double> products_;  // of two terms each (products, rows, columns); 0 where there is no cell
  std::vector<int64_t> places_;
  Eigen::MatrixXd terms_;
};

// The mean squared error of cells predicted from their `neighbours` nearest.
double error_of(const Cells& cells, const Products& everywhere, int neighbours) {
  const int64_t count = std::min(cells.count(), most_predicted);
  const Eigen::Index last = everywhere.rows() - 1;
  std::vector<double> errors(static_cast<size_t>(count));
  parallel_for(count, [&](int64_t k) {
    const int64_t cell = k * cells.count() / count;
    const Eigen::VectorXd law =
        solve(cells.around(cells.place(cell), neighbours, LocalRegression::apart) + drawn_to_all * everywhere);
    errors[size_t(k)] = std::pow(cells.terms(cell)[last] - law.dot(cells.terms(cell).head(last)), 2);
  });
  double sum = 0;
  for (const double e : errors) sum += e;
  return sum / double(count);
}

// Points along one axis, about `step` cells apart, the first and the last at its ends; the same from either end.
class Points {
 public:
  Points(int size, int step) {
    int count = (size - 1 + step - 1) / step + 1;
    if (count % 2 == 1 && size % 2 == 0) ++count;  // no cell is in the middle of an even number
    for (int k = 0; k < count / 2; ++k) cells_.push_back(k * (size - 1) / (count - 1));
    if (count % 2 == 1) cells_.push_back((size - 1) / 2);
    for (int k = count / 2 - 1; k >= 0; --k) cells_.push_back(size - 1 - cells_[size_t(k)]);
  }

  int count() const { return int(cells_.size()); }
  int operator[](int point) const { return cells_[size_t(point)]; }
  // The point at or before a cell, and what share of the way to the next it lies.
  std::pair<int, double> before(int cell) const {
    const int point = int(std::upper_bound(cells_.begin(), cells_.end(), cell) - cells_.begin()) - 1;
    if (point + 1 == count()) return {point, 0.0};
    const int from = (*this)[point];
    return {point, double(cell - from) / ((*this)[point + 1] - from)};
  }

 private:
  std::vector<int> cells_;
};

// Values at the places of a lattice, brought to all cells.
class Lattice {
 public:
  Lattice(int rows, int columns, int step)
      : rows_(rows), columns_(columns), down_(rows, step), across_(columns, step) {}

  int64_t count() const { return int64_t(down_.count()) * across_.count(); }
  int64_t place(int64_t point) const {
    return int64_t(down_[int(point / across_.count())]) * columns_ + across_[int(point % across_.count())];
  }
  // Marks the points that the marked cells, and those up to a margin beside them, lie between.
  std::vector<uint8_t> points_for(const std::vector<uint8_t>& cells, int margin) const {
    std::vector<uint8_t> points(size_t(count()), 0);
    for (int i = 0; i < rows_; ++i)
      for (int j = 0; j < columns_; ++j) {
        if (!cells[size_t(i) * size_t(columns_) + size_t(j)]) continue;
        const int top = down_.before(std::max(0, i - margin)).first,
                  left = across_.before(std::max(0, j - margin)).first;
        const int bottom = std::min(down_.count() - 1, down_.before(std::min(rows_ - 1, i + margin)).first + 1),
                  right = std::min(across_.count() - 1, across_.before(std::min(columns_ - 1, j + margin)).first + 1);
        for (int a = top; a <= bottom; ++a)
          std::fill(points.begin() + int64_t(a) * across_.count() + left,
                    points.begin() + int64_t(a) * across_.count() + right + 1, uint8_t(1));
      }
    return points;
  }
  std::vector<float> on_cells(const std::vector<double>& points) const {
    std::vector<float> cells;
    cells.reserve(size_t(rows_) * size_t(columns_));
    for (int i = 0; i < rows_; ++i)
      for (int j = 0; j < columns_; ++j) {
        const auto [a, down] = down_.before(i);
        const auto [b, right] = across_.before(j);
        const double* corner = &points[size_t(a) * size_t(across_.count()) + size_t(b)];
        const double* below = corner + (down > 0 ? across_.count() : 0);
        const int next = right > 0 ? 1 : 0;
        cells.push_back(float((1 - down) * ((1 - right) * corner[0] + right * corner[next]) +
                              down * ((1 - right) * below[0] + right * below[next])));
      }
    return cells;
  }

 private:
  int rows_, columns_;
  Points down_, across_;
};

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
  const auto terms = [&](int64_t cell) {
    Eigen::VectorXd of_cell(width);
    of_cell[0] = 1;
    for (int c = 0; c < channels.c; ++c)
      of_cell[c + 1] = (double(pixel(cell)[c]) - centre_[size_t(c)]) / scale_[size_t(c)];
    of_cell[width - 1] = double(target[size_t(cell)]);
    return of_cell;
  };
  Products everywhere = Products::Zero(width, width);
  for (int64_t i = 0; i < channels.pixels(); ++i)
    if (all[size_t(i)]) everywhere += terms(i) * terms(i).transpose();
  everywhere /= double(count);

  const auto own = std::span(near).subspan(size_t(first), size_t(cells));
  const int most = int(std::count(own.begin(), own.end(), 1)), least = least_neighbours(channels.c);
  if (most <= least) {
    const Eigen::VectorXd law = solve(everywhere);
    for (const double c : law) coefficients_.emplace_back(size_t(cells), float(c));
    return;
  }
  Cells known(channels.h, channels.w, int(width));
  known.reserve(most);
  for (int64_t i = 0; i < cells; ++i)
    if (own[size_t(i)]) known.add(i, terms(first + i));
  known.finish();
  const double chosen = golden_section(std::log(double(least)), std::log(double(most)), tolerance, [&](double k) {
    return error_of(known, everywhere, int(std::lround(std::exp(k))));
  });
  neighbours_ = int(std::lround(std::exp(chosen)));

  constexpr double steps_in_bandwidth = 8;
  const Lattice lattice(channels.h, channels.w,
                        std::max(1, int(std::sqrt(neighbours_ / std::numbers::pi) / steps_in_bandwidth)));
  std::vector<uint8_t> present(size_t(cells), 1);
  for (int64_t i = 0; i < cells; ++i)
    for (int c = 0; c < channels.c; ++c)
      if (std::isnan(pixel(first + i)[c])) present[size_t(i)] = 0;
  // Far from all channels, where the nearest cells are the most to look through, the regression of all cells holds.
  const std::vector<uint8_t> wanted = lattice.points_for(present, wanted_margin);
  const Eigen::VectorXd of_all = solve(everywhere);
  std::vector<std::vector<double>> points(size_t(channels.c) + 1, std::vector<double>(size_t(lattice.count())));
  parallel_for(lattice.count(), [&](int64_t point) {
    const Eigen::VectorXd law =
        wanted[size_t(point)] ? solve(known.around(lattice.place(point), neighbours_, -1) + drawn_to_all * everywhere)
                              : of_all;
    for (size_t c = 0; c < points.size(); ++c) points[c][size_t(point)] = law[Eigen::Index(c)];
  });
  for (const std::vector<double>& coefficient : points) coefficients_.push_back(lattice.on_cells(coefficient));
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
