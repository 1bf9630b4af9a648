#include "data/correction/reduced_equations.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "data/correction/conjugate_gradients.hpp"
#include "data/correction/sounding_equations.hpp"
#include "data/correction/tiles_and_long.hpp"
#include "many_soundings.hpp"

using namespace unetsr;
using namespace unetsr::data;
using test::ManySoundings;

namespace {

std::vector<float> noise(size_t size, uint64_t seed) {
  std::vector<float> values;
  Random random(seed);
  for (size_t i = 0; i < size; ++i) values.push_back(float(random.normal()));
  return values;
}

double product(const std::vector<float>& a, const std::vector<float>& b) {
  return dot(std::span<const float>(a), std::span<const float>(b));
}

double plane(double row, double column, int window) {
  return 1 + 0.02 * row - 0.01 * column + 0.5 * window;
}

}  // namespace

TEST_CASE("Nodes, near ones and those made of them, see a plane as its cells do") {
  const ManySoundings s(2, 50, 71, 200);
  const NodeProducts near(*s.scaled, 3);
  constexpr int times = 4;
  const NodeGrid far = near.grid().coarser(times);
  CHECK(far.spacing == 12);
  std::vector<double> seen(s.scaled->size());
  for (int window = 0; window < 2; ++window) {
    std::vector<double> image = s.scaled->image();
    for (int i = 0; i < 50; ++i)
      for (int j = 0; j < 71; ++j) image[size_t(i * 71 + j)] = plane(i, j, window);
    s.scaled->scale_by_map(window, image);
    s.scaled->gather(window, image, seen);
  }
  std::vector<float> images = near.images(), y(s.scaled->size(), 1.0f);
  for (int window = 0; window < 2; ++window)
    for (int i = 0; i < near.rows(); ++i)
      for (int j = 0; j < near.columns(); ++j)
        images[size_t(window) * near.nodes() + size_t(i * near.columns() + j)] = float(plane(3 * i, 3 * j, window));
  near.gather(images, 2, y);
  for (size_t i = 0; i < y.size(); ++i) {
    CHECK(double(y[i]) == doctest::Approx(1 + 2 * seen[i]).epsilon(1e-4));
    const NodeProducts::Rectangle r = near.rectangle(i).coarser(times);
    std::vector<float> values(r.size(), 0.0f);
    near.add_coarser(i, times, values.data());
    double of_far = 0;
    for (int row = 0; row < r.rows; ++row)
      for (int k = 0; k < r.columns; ++k)
        of_far += double(values[size_t(row * r.columns + k)]) *
                  plane(far.spacing * (r.row + row), far.spacing * (r.column + k), r.window);
    CHECK(of_far == doctest::Approx(seen[i]).epsilon(1e-4));
    CHECK(r.row + r.rows <= far.rows);
    CHECK(r.column + r.columns <= far.columns);
  }
}

TEST_CASE("What is spread to nodes is the transpose of what is gathered; nodes and those further apart agree") {
  const ManySoundings s(3, 50, 71, 100);
  const NodeProducts b(*s.scaled, 4);
  std::vector<float> z = noise(s.scaled->size(), 1), images = noise(size_t(b.windows()) * b.nodes(), 2), spread;
  images.resize(images.size() + NodeProducts::padding, 0.0f);
  std::vector<float> y(z.size(), 0.0f);
  b.gather(images, 1, y);
  b.spread(z, spread);
  std::fill(spread.end() - NodeProducts::padding, spread.end(), 0.0f);
  CHECK(product(z, y) == doctest::Approx(product(spread, images)).epsilon(1e-4));
  for (const int times : {2, 5}) {
    CAPTURE(times);
    const NodeGrid far = b.grid().coarser(times);
    std::vector<float> of_soundings(size_t(b.windows()) * far.nodes(), 0.0f), of_nodes(of_soundings);
    for (size_t i = 0; i < z.size(); ++i) {
      const NodeProducts::Rectangle r = b.rectangle(i).coarser(times);
      std::vector<float> values(r.size(), 0.0f);
      b.add_coarser(i, times, values.data());
      for (int row = 0; row < r.rows; ++row)
        for (int k = 0; k < r.columns; ++k)
          of_soundings[size_t(r.window) * far.nodes() + size_t((r.row + row) * far.columns + r.column + k)] +=
              z[i] * values[size_t(row * r.columns + k)];
    }
    std::vector<float> coarse = noise(of_nodes.size(), 3), fine(images.size(), 0.0f);
    for (size_t w = 0; w < 3; ++w) {
      add_to_coarser(&spread[w * b.nodes()], b.grid(), times, &of_nodes[w * far.nodes()]);
      add_interpolated(&coarse[w * far.nodes()], b.grid(), times, &fine[w * b.nodes()]);
    }
    for (size_t k = 0; k < of_nodes.size(); ++k)
      CHECK(double(of_nodes[k]) == doctest::Approx(double(of_soundings[k])).epsilon(1e-3));
    CHECK(product(coarse, of_nodes) == doctest::Approx(product(fine, spread)).epsilon(1e-3));
  }
}

TEST_CASE("The equations at nodes are nearly those of the cells") {
  const ManySoundings s(3, 60, 80, 300);
  const MapError error{{{16, 0.02, 0.03}, {64, 0.01, 0.007}}};
  const NodeProducts b(*s.scaled, 2);
  SoundingEquations exact(*s.scaled, error);
  ReducedEquations reduced(b, error);
  const std::vector<float> q = noise(s.scaled->size(), 3);
  const std::vector<double> exact_q(q.begin(), q.end());
  std::vector<double> y(q.size());
  std::vector<float> near(q.size());
  exact.times(exact_q, y);
  reduced.times(q, near);
  double difference = 0, size = 0;
  for (size_t i = 0; i < q.size(); ++i) {
    difference += std::pow(double(near[i]) - y[i], 2), size += std::pow(y[i] - exact_q[i], 2);
  }
  CHECK(std::sqrt(difference / size) < 0.01);
}

TEST_CASE("Tiles and the long part are symmetric, positive, and save most of the steps") {
  for (const MapError& error :
       {MapError{{{8, 0.01, 0.04}, {64, 0.008, 0.007}}}, MapError{{{8, 0.05, 0}, {64, 0.01, 0}}},
        MapError{{{8, 0.01, 0.04}, {64, 0, 0.02}}}, MapError{{{8, 0.02, 0.04}}}}) {
    CAPTURE(error.parts.front().lasting);
    const ManySoundings s(2, 90, 150, 3000);
    const NodeProducts b(*s.scaled, 4);
    ReducedEquations equations(b, error);
    TilesAndLong tiles(*s.scaled, b, error);
    const std::vector<float> u = noise(s.scaled->size(), 4), v = noise(s.scaled->size(), 5);
    std::vector<float> Mu(u.size()), Mv(u.size());
    tiles.apply(u, Mu), tiles.apply(v, Mv);
    CHECK(product(u, Mv) == doctest::Approx(product(v, Mu)).epsilon(1e-4));
    CHECK(product(u, Mu) > 0);
    const auto steps = [&](auto precondition) {
      return conjugate_gradients<float>([&](std::span<const float> x, std::span<float> y) { equations.times(x, y); },
                                        precondition, u, {1e-3, 500})
          .steps;
    };
    const int with = steps([&](std::span<const float> r, std::span<float> y) { tiles.apply(r, y); }),
              without = steps([](auto r, auto y) { std::copy(r.begin(), r.end(), y.begin()); });
    CAPTURE(with);
    CAPTURE(without);
    CHECK((error.parts.size() > 1 ? 3 : 2) * with < without);
  }
}

TEST_CASE("Nodes that no sounding sees change nothing, so that a grid may be much larger than its region") {
  const MapError error{{{8, 0.01, 0.04}, {64, 0.008, 0.007}}};
  const ManySoundings s(2, 50, 52, 1500);  // within the core of one tile
  constexpr int rows = 300, columns = 500;
  test::FootprintScene wide(rows, columns);
  wide.dataset.windows = s.scene.dataset.windows, wide.dataset.soundings = s.scene.dataset.soundings;
  std::vector<float> maps(2 * wide.cells(), 1.0f);
  for (size_t w = 0; w < 2; ++w)
    for (size_t i = 0; i < 50; ++i)
      std::copy_n(s.maps.begin() + std::ptrdiff_t((w * 50 + i) * 52), 52,
                  maps.begin() + std::ptrdiff_t((w * rows + i) * columns));
  const SoundingCells cells(wide.dataset);
  const ScaledSoundings scaled(cells, wide.dataset.grid, maps, {});
  REQUIRE(scaled.size() == s.scaled->size());
  const std::vector<float> r = noise(scaled.size(), 6);
  const auto applied = [&](const ScaledSoundings& of) {
    const NodeProducts products(of, 4);
    TilesAndLong tiles(of, products, error);
    std::vector<float> y(r.size());
    tiles.apply(r, y);
    return y;
  };
  const std::vector<float> own = applied(*s.scaled), beside = applied(scaled);
  double difference = 0;
  for (size_t i = 0; i < r.size(); ++i) difference = std::max(difference, double(std::abs(own[i] - beside[i])));
  CHECK(difference < 1e-3 * std::sqrt(product(own, own) / double(r.size())));
}
