#include "data/correction/map_error.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "data/correction/scaled_soundings.hpp"
#include "data/correction/spatial_correlation.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

using Vector = ScaledSoundings::Vector;

constexpr int draws = 4;
constexpr double least_certain = 2;        // standard errors
constexpr double largest_variance = 0.25;  // above it, soundings or maps are at fault

// K = A C A' without its diagonal, for a C of variance 1.
struct Term {
  double length = 0;
  bool lasting = false;
};

class Products {
 public:
  Products(const ScaledSoundings& soundings, const std::vector<double>& lengths)
      : soundings_(soundings), lengths_(lengths) {
    for (const double length : lengths) {
      diagonals_.push_back(soundings.variances(length));
      terms_.push_back({length, false});
      if (soundings.shape().n > 1) terms_.push_back({length, true});
    }
  }

  const std::vector<Term>& terms() const { return terms_; }
  // K z of all terms.
  std::vector<Vector> times(const Vector& z) const {
    std::vector<Vector> products;
    Vector spread;
    soundings_.spread(z, spread);
    for (size_t k = 0; k < diagonals_.size(); ++k) {
      Vector image = spread;
      covary({{{lengths_[k], 1, 0}}}, soundings_.shape(), image);
      const bool lasting = soundings_.shape().n > 1;
      Vector common = lasting ? shared_by_windows(image) : Vector();
      products.push_back(gathered(image, z, diagonals_[k]));
      if (lasting) products.push_back(gathered(common, z, diagonals_[k]));
    }
    return products;
  }

 private:
  // The sum of the windows, in each of them.
  Vector shared_by_windows(const Vector& image) const {
    const size_t cells = image.size() / size_t(soundings_.shape().n);
    Vector common(image.size(), 0.0);
    for (size_t i = 0; i < image.size(); ++i) common[i % cells] += image[i];
    for (size_t i = cells; i < image.size(); ++i) common[i] = common[i % cells];
    return common;
  }
  Vector gathered(Vector& image, const Vector& z, const Vector& diagonal) const {
    Vector product;
    soundings_.gather(image, product);
    for (size_t i = 0; i < z.size(); ++i) product[i] -= diagonal[i] * z[i];
    return product;
  }

  const ScaledSoundings& soundings_;
  std::vector<double> lengths_;
  std::vector<Term> terms_;        // of each length one, or two where there are several windows
  std::vector<Vector> diagonals_;  // of each length
};

// Least squares for the terms of which each is positive and certain, by leaving out the least certain one at a time.
// `normal`: of products between the terms. The products' own variance is about 2.
Eigen::VectorXd certain_amplitudes(const Eigen::MatrixXd& normal, const Eigen::VectorXd& right) {
  std::vector<Eigen::Index> kept;
  for (Eigen::Index t = 0; t < right.size(); ++t)
    if (normal(t, t) > 0) kept.push_back(t);
  Eigen::VectorXd all = Eigen::VectorXd::Zero(right.size());
  while (!kept.empty()) {
    const Eigen::MatrixXd inverse = Eigen::MatrixXd(normal(kept, kept)).inverse();
    const Eigen::VectorXd found = inverse * Eigen::VectorXd(right(kept));
    Eigen::Index least = 0;
    double certainty = std::numeric_limits<double>::infinity();
    for (Eigen::Index k = 0; k < found.size(); ++k) {
      // Collinear terms have no standard error.
      const double variance = 2 * (1 + 1.0 / draws) * inverse(k, k);
      const double own = variance > 0 && std::isfinite(found[k]) ? found[k] / std::sqrt(variance)
                                                                 : -std::numeric_limits<double>::infinity();
      if (own < certainty) certainty = own, least = k;
    }
    if (certainty > least_certain) {
      all(kept) = found;
      break;
    }
    kept.erase(kept.begin() + least);
  }
  return all;
}

}  // namespace

void covary(const MapError& error, Shape s, std::vector<double>& image) {
  const size_t cells = size_t(s.h) * size_t(s.w);
  std::vector<double> sum(image.size(), 0.0), part, common;
  for (const MapError::Part& p : error.parts) {
    if (p.passing == 0 && p.lasting == 0) continue;
    part = image;
    common.assign(cells, 0.0);
    for (int w = 0; w < s.n; ++w) {
      double* own = part.data() + size_t(w) * cells;
      correlate({own, cells}, s.h, s.w, p.length);
      for (size_t i = 0; i < cells; ++i) common[i] += own[i];
    }
    for (size_t i = 0; i < image.size(); ++i) sum[i] += p.passing * part[i] + p.lasting * common[i % cells];
  }
  image.swap(sum);
}

MapError estimate_map_error(std::span<const float> maps, const Grid& grid, const SoundingCells& cells,
                            std::span<const uint8_t> chosen, const MapErrorModel& model, const ShareReached& reached) {
  const ScaledSoundings soundings(cells, grid, maps, chosen);
  if (soundings.size() == 0) return {};
  const Products products(soundings, model.lengths);
  const auto terms = Eigen::Index(products.terms().size());
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(terms, terms);
  Eigen::VectorXd right(terms);
  const auto add = [&](const Vector& residual, double sign) {
    const std::vector<Vector> spread = products.times(residual);
    for (Eigen::Index t = 0; t < terms; ++t) right[t] += sign * dot(residual, spread[size_t(t)]);
  };
  right.setZero();
  add(soundings.residual(), 1);
  Vector z(soundings.size());
  for (int draw = 0; draw < draws; ++draw) {
    reached(double(draw) / draws);
    Random random(0, uint64_t(draw));
    // The sum over all entries of two matrices' products is the mean of (K z)' L z over vectors z of independent signs
    // (Hutchinson 1990).
    for (double& v : z) v = random.below(2) ? 1 : -1;
    const std::vector<Vector> spread = products.times(z);
    for (Eigen::Index t = 0; t < terms; ++t)
      for (Eigen::Index u = 0; u < terms; ++u) normal(t, u) += dot(spread[size_t(t)], spread[size_t(u)]) / draws;
    if (model.coarse_factor == 0) continue;
    for (double& v : z) v = random.normal();
    add(soundings.residual_of_noise(z, model.coarse_factor), -1.0 / draws);
  }
  const Eigen::VectorXd variances = certain_amplitudes(normal, right);
  MapError error;
  for (const double length : model.lengths) error.parts.push_back({length, 0, 0});
  for (Eigen::Index t = 0; t < terms; ++t) {
    const Term& term = products.terms()[size_t(t)];
    for (MapError::Part& part : error.parts)
      if (part.length == term.length)
        (term.lasting ? part.lasting : part.passing) = std::min(variances[t], largest_variance);
  }
  return error;
}

}  // namespace unetsr::data
