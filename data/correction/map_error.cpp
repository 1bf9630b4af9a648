#include "data/correction/map_error.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "data/correction/scaled_soundings.hpp"
#include "data/correction/spatial_correlation.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

using Vector = ScaledSoundings::Vector;
using Stored = StoredArray<double>;
using Image = std::vector<float>;  // an estimate by a few draws needs no more digits
using Correlation = SpatialCorrelation<float>;

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
  Products(const ScaledSoundings& soundings, const std::vector<double>& lengths, const ArrayStore& store)
      : soundings_(soundings),
        store_(store),
        lengths_(lengths),
        diagonals_(soundings.variances(lengths, store)),
        correlation_(soundings.shape().h, soundings.shape().w, lengths) {
    for (const double length : lengths) {
      terms_.push_back({length, false});
      if (soundings.shape().n > 1) terms_.push_back({length, true});
    }
  }

  const std::vector<Term>& terms() const { return terms_; }
  // K z of all terms.
  std::vector<Stored> times(std::span<const double> z) {
    const int windows = soundings_.shape().n;
    const size_t lengths = lengths_.size();
    std::vector<Stored> passing(lengths, zeros()), lasting(windows > 1 ? lengths : 0, zeros()), products;
    Image image = soundings_.image<float>(), common = image;
    std::vector<Image> images(lengths, image);
    for (int window = 0; window < windows; ++window) {
      soundings_.spread(window, z, image);
      if (windows > 1) add_image(image, common);
      correlate_all(window, image, images);
      gather(window, images, passing);
    }
    for (int window = 0; window < windows && windows > 1; ++window) {
      correlate_all(window, common, images, window == 0);
      gather(window, images, lasting);
    }
    for (size_t k = 0; k < lengths; ++k) {
      products.push_back(without_diagonal(std::move(passing[k]), z, diagonals_[k]));
      if (windows > 1) products.push_back(without_diagonal(std::move(lasting[k]), z, diagonals_[k]));
    }
    return products;
  }

 private:
  Stored zeros() const {
    Stored array(store_);
    array.assign_zeros(soundings_.size());
    return array;
  }
  void gather(int window, const std::vector<Image>& images, std::vector<Stored>& products) const {
    for (size_t k = 0; k < lengths_.size(); ++k) {
      soundings_.gather(window, images[k], products[k].span());
      products[k].release();
    }
  }
  // The sums of each length, times the window's map. `anew`: of an image that differs from the last one's.
  void correlate_all(int window, const Image& image, std::vector<Image>& images, bool anew = true) {
    if (anew) correlation_.along_rows(image.data());
    std::vector<Correlation::Sum> sums;
    for (size_t k = 0; k < lengths_.size(); ++k) {
      std::vector<double> weights(lengths_.size(), 0.0);
      weights[k] = 1;
      sums.push_back({weights, images[k].data(), nullptr, soundings_.map(window).data()});
    }
    correlation_.along_columns(sums);
  }
  static Stored without_diagonal(Stored product, std::span<const double> z, const Stored& diagonal) {
    for (size_t i = 0; i < z.size(); ++i) product[i] -= diagonal[i] * z[i];
    product.release(), diagonal.release();
    return product;
  }

  const ScaledSoundings& soundings_;
  ArrayStore store_;
  std::vector<double> lengths_;
  std::vector<Term> terms_;        // of each length one, or two where there are several windows
  std::vector<Stored> diagonals_;  // of each length
  Correlation correlation_;
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

double product_of(std::span<const double> a, const Stored& b) {
  const double sum = dot(a, b.span());
  b.release();
  return sum;
}

// The sums behind the least squares of one area; without terms where it has no sounding.
struct AreaSums {
  std::vector<Term> terms;
  Eigen::MatrixXd normal;
  Eigen::VectorXd right;
};

AreaSums sums_of(const MapsOfSoundings& area, const MapErrorModel& model, uint64_t stream, const ShareReached& reached,
                 const ArrayStore& store) {
  const ScaledSoundings soundings(area.soundings, area.grid, area.maps, area.chosen);
  if (soundings.size() == 0) return {};
  Products products(soundings, model.lengths, store);
  const auto terms = Eigen::Index(products.terms().size());
  AreaSums sums{products.terms(), Eigen::MatrixXd::Zero(terms, terms), Eigen::VectorXd::Zero(terms)};
  const auto add = [&](const Vector& residual, double sign) {
    const std::vector<Stored> spread = products.times(residual);
    for (Eigen::Index t = 0; t < terms; ++t) sums.right[t] += sign * product_of(residual, spread[size_t(t)]);
  };
  add(soundings.residual(), 1);
  Vector z(soundings.size());
  for (int draw = 0; draw < draws; ++draw) {
    reached(double(draw) / draws);
    Random random(0, stream + uint64_t(draw));
    // The sum over all entries of two matrices' products is the mean of (K z)' L z over vectors z of independent signs
    // (Hutchinson 1990).
    for (double& v : z) v = random.below(2) ? 1 : -1;
    {
      const std::vector<Stored> spread = products.times(z);
      for (Eigen::Index t = 0; t < terms; ++t)
        for (Eigen::Index u = 0; u < terms; ++u)
          sums.normal(t, u) += product_of(spread[size_t(t)].span(), spread[size_t(u)]) / draws;
    }
    if (model.coarse_factor == 0) continue;
    for (double& v : z) v = random.normal();
    add(soundings.residual_of_noise(z, model.coarse_factor), -1.0 / draws);
  }
  return sums;
}

MapError error_of(const AreaSums& sums, const MapErrorModel& model) {
  if (sums.terms.empty()) return {};
  const Eigen::VectorXd variances = certain_amplitudes(sums.normal, sums.right);
  MapError error;
  for (const double length : model.lengths) error.parts.push_back({length, 0, 0});
  for (size_t t = 0; t < sums.terms.size(); ++t) {
    const Term& term = sums.terms[t];
    for (MapError::Part& part : error.parts)
      if (part.length == term.length)
        (term.lasting ? part.lasting : part.passing) = std::min(variances[Eigen::Index(t)], largest_variance);
  }
  return error;
}

}  // namespace

MapError estimate_map_error(StoredSpan<const float> maps, const Grid& grid, const SoundingCells& cells,
                            std::span<const uint8_t> chosen, const MapErrorModel& model, const ShareReached& reached,
                            const ArrayStore& store) {
  return error_of(sums_of({maps, grid, cells, chosen}, model, 0, reached, store), model);
}

MapError estimate_map_error(std::span<const MapsOfSoundings> areas, const MapErrorModel& model) {
  if (areas.size() == 1)
    return estimate_map_error(areas[0].maps, areas[0].grid, areas[0].soundings, areas[0].chosen, model);
  std::vector<AreaSums> sums(areas.size());
  parallel_for(int64_t(areas.size()), [&](int64_t a) {
    sums[size_t(a)] = sums_of(areas[size_t(a)], model, uint64_t(a) << 32, [](double) {}, {});
  });
  AreaSums all;
  for (AreaSums& own : sums) {
    if (own.terms.empty()) continue;
    if (all.terms.empty())
      all = std::move(own);
    else
      all.normal += own.normal, all.right += own.right;
  }
  return error_of(all, model);
}

}  // namespace unetsr::data
