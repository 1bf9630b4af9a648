#include "data/correction/posterior_solver.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "kernels/parallel.hpp"
#include "many_soundings.hpp"

using namespace unetsr;
using namespace unetsr::data;
using test::ManySoundings;

namespace {

using Vector = ScaledSoundings::Vector;

std::vector<double> errors(SoundingEquations& equations, const ScaledSoundings& soundings, const Vector& q) {
  std::vector<double> z;
  equations.errors(q, [&](int, const Vector& own) {
    z.insert(z.end(), own.begin(), own.begin() + std::ptrdiff_t(soundings.cells()));
  });
  return z;
}

Solution<double> plain(const ManySoundings& s, const MapError& error, double tolerance) {
  SoundingEquations equations(*s.scaled, error);
  return conjugate_gradients<double>([&](std::span<const double> x, std::span<double> y) { equations.times(x, y); },
                                     [](auto r, auto y) { std::copy(r.begin(), r.end(), y.begin()); },
                                     s.scaled->residual(), {tolerance, 2000});
}

// The largest difference of the corrected maps, as a share of their range.
double difference(const ManySoundings& s, const std::vector<double>& a, const std::vector<double>& b) {
  float least = 1e9f, most = -1e9f;
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(s.maps[i])) continue;
    least = std::min(least, s.maps[i]), most = std::max(most, s.maps[i]);
    largest = std::max(largest, std::abs(a[i] - b[i]) * std::max(0.0, double(s.maps[i])));
  }
  return largest / double(most - least);
}

}  // namespace

TEST_CASE("The equations of one window and of several, whose images are held or not, are the dense ones") {
  const MapError error{{{3, 0.09, 0.02}, {10, 0.01, 0.04}, {5, 0, 0}}};
  for (const auto& [windows, held] : {std::pair(1, size_t(0)), {3, SoundingEquations::held_cells}, {3, size_t(0)}}) {
    CAPTURE(windows);
    CAPTURE(held);
    const ManySoundings s(windows, 12, 34, 16);
    const ScaledSoundings& soundings = *s.scaled;
    SoundingEquations equations(soundings, error, held);
    Random random(4);
    Vector q(soundings.size()), y(q.size());
    for (double& v : q) v = random.normal();
    const size_t cells = soundings.cells();
    std::vector<double> seen(cells * size_t(windows), 0.0);  // A' q
    std::vector<std::vector<double>> rows(soundings.size(), seen);
    for (size_t i = 0; i < soundings.size(); ++i) {
      const size_t first = size_t(soundings.window(i)) * cells;
      soundings.for_runs(i, [&](int row, int column, std::span<const float> weights) {
        for (size_t k = 0; k < weights.size(); ++k) {
          const size_t at = first + size_t(row * 34 + column) + k;
          if (s.maps[at] > 0) rows[i][at] = soundings.scale(i) * double(weights[k]) * double(s.maps[at]);
        }
      });
      for (size_t p = 0; p < seen.size(); ++p) seen[p] += rows[i][p] * q[i];
    }
    std::vector<double> z(seen.size(), 0.0);
    for (size_t p = 0; p < z.size(); ++p)
      for (size_t o = 0; o < z.size(); ++o)
        for (const MapError::Part& part : error.parts)
          z[p] += ((p / cells == o / cells ? part.passing : 0) + part.lasting) * seen[o] *
                  spatial_correlation(double(p % cells / 34) - double(o % cells / 34), part.length) *
                  spatial_correlation(double(p % 34) - double(o % 34), part.length);
    const std::vector<double> found = errors(equations, soundings, q);
    REQUIRE(found.size() == z.size());
    for (size_t p = 0; p < z.size(); ++p) CHECK(found[p] == doctest::Approx(z[p]).epsilon(1e-9));
    equations.times(q, y);
    for (size_t i = 0; i < q.size(); ++i) {
      double sum = q[i];
      for (size_t p = 0; p < z.size(); ++p) sum += rows[i][p] * z[p];
      CHECK(y[i] == doctest::Approx(sum).epsilon(1e-9));
    }
  }
}

TEST_CASE("A few steps over the map find what many plain ones find, whatever the parts of the error") {
  struct Case {
    int windows;
    MapError error;
  };
  for (const Case& c :
       {Case{1, {{{8, 0.02, 0.03}, {64, 0.01, 0.007}}}}, Case{2, {{{8, 0.01, 0.04}, {64, 0.008, 0.007}}}},
        Case{4, {{{8, 0.01, 0.04}, {64, 0.008, 0.007}}}}, Case{2, {{{8, 0.05, 0}, {64, 0.008, 0}}}},
        Case{2, {{{8, 0, 0.05}, {64, 0, 0.01}}}}, Case{2, {{{8, 0, 0}, {64, 0.01, 0.02}}}},
        Case{2, {{{8, 0.03, 0.03}}}}, Case{2, {{{4, 0.03, 0.03}, {9, 0.01, 0.01}, {30, 0.01, 0}}}}}) {
    CAPTURE(c.windows);
    CAPTURE(c.error.parts.front().passing);
    const ManySoundings s(c.windows, 90, 150, 6000 / c.windows);
    PosteriorSolver solver(*s.scaled, c.error);
    double reached = 0;
    const Solution<double> quick = solver.solve(s.scaled->residual(), 1e-5, [&](double share) {
      CHECK(share >= reached);
      CHECK(share <= 1);
      reached = share;
    });
    CHECK(reached > 0.5);
    CHECK(quick.found);
    CHECK(quick.residual < 1e-5);
    CHECK(quick.steps < 12);
    const Solution<double> tight = plain(s, c.error, 1e-8);
    REQUIRE(tight.found);
    CHECK(tight.steps > 3 * quick.steps);
    CHECK(difference(s, errors(solver.equations(), *s.scaled, quick.x),
                     errors(solver.equations(), *s.scaled, tight.x)) < 1e-4);
  }
}

TEST_CASE("The same bits at any number of threads") {
  const ManySoundings s(4, 90, 150, 1500);
  const MapError error{{{8, 0.01, 0.04}, {64, 0.008, 0.007}}};
  std::vector<Vector> found;
  for (const int count : {1, 2, 3}) {
    set_threads(count);
    const ScaledSoundings own(*s.cells, s.scene.dataset.grid, s.maps, {});
    PosteriorSolver solver(own, error);
    found.push_back(solver.solve(own.residual(), 1e-5, [](double) {}).x);
    found.back().push_back(solver.solve_part(0, own.residual(), [](double) {})[7]);
  }
  set_threads(0);
  CHECK(found[0] == found[1]);
  CHECK(found[0] == found[2]);
}

TEST_CASE("Steps that do not suffice leave the best so far") {
  const ManySoundings s(1, 40, 60, 300);
  const MapError error{{{8, 0.03, 0}}};
  SoundingEquations equations(*s.scaled, error);
  double last = 1;
  for (const int steps : {0, 3, 9}) {
    const Solution<double> some = conjugate_gradients<double>(
        [&](std::span<const double> x, std::span<double> y) { equations.times(x, y); },
        [](auto r, auto y) { std::copy(r.begin(), r.end(), y.begin()); }, s.scaled->residual(), {1e-12, steps});
    CHECK(!some.found);
    Vector left(some.x.size());
    equations.times(some.x, left);
    for (size_t i = 0; i < left.size(); ++i) left[i] -= s.scaled->residual()[i];
    const double residual =
        std::sqrt(dot(std::span<const double>(left), std::span<const double>(left)) /
                  dot(std::span<const double>(s.scaled->residual()), std::span<const double>(s.scaled->residual())));
    CHECK(some.residual == doctest::Approx(residual).epsilon(1e-6));
    CHECK((steps == 0 || residual < last));
    last = residual;
  }
}
