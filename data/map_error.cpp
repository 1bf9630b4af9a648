#include "data/map_error.hpp"

#include <cmath>

#include "data/scaled_soundings.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

using Vector = ScaledSoundings::Vector;

constexpr int draws = 8;

// K = A C A' without its diagonal.
class Covariance {
 public:
  Covariance(const ScaledSoundings& soundings, double length)
      : soundings_(soundings), length_(length), own_(soundings.variances(length)) {}

  const Vector& times(const Vector& z) {
    soundings_.covary(z, length_, image_, product_);
    for (size_t i = 0; i < z.size(); ++i) product_[i] -= own_[i] * z[i];
    return product_;
  }

 private:
  const ScaledSoundings& soundings_;
  double length_;
  Vector own_, image_, product_;
};

}  // namespace

MapError estimate_map_error(std::span<const float> map, const Grid& grid, int factor, const SoundingCells& cells,
                            int window, double length) {
  const ScaledSoundings soundings(cells, window, grid, map);
  Covariance covariance(soundings, length);
  double product = dot(soundings.residual(), covariance.times(soundings.residual()));
  double squares = 0;  // of all entries of K: the mean of |K z|^2 over vectors z of independent signs (Hutchinson 1990)
  Vector z(soundings.size());
  for (int draw = 0; draw < draws; ++draw) {
    Random random(0, uint64_t(draw));
    for (double& v : z) v = random.below(2) ? 1 : -1;
    const Vector& spread = covariance.times(z);
    squares += dot(spread, spread) / draws;
    for (double& v : z) v = random.normal();
    const Vector noise = soundings.residual_of_noise(z, factor);
    product -= dot(noise, covariance.times(noise)) / draws;
  }
  const double chance = std::sqrt(2 * squares * (1 + 1.0 / draws));
  return {product > 2 * chance ? std::sqrt(product / squares) : 0, length};
}

}  // namespace unetsr::data
