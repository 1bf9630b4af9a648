#include "data/footprints/cloud_shielding.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "data/dataset/calendar.hpp"

using namespace unetsr::data;

namespace {

// One sounding on each cell of 1 x `cells`, whose SIF is 2 and of which clouds of cloud(k) hide 30 %.
template <class Cloud>
Dataset dataset(int cells, Cloud cloud) {
  Dataset d;
  d.grid = {1, cells, 0.5, 1, 0, -1, "EPSG:4326"};
  d.windows = {"2019-05-25"};
  d.coarse_factor = 1;
  Soundings& s = d.soundings;
  for (int k = 0; k < cells; ++k) {
    s.sif.push_back(float(2 * (1 - 0.3 * cloud(k)))), s.error.push_back(0.4f);
    s.longitude.push_back(k + 0.5), s.latitude.push_back(0);
    s.longitudes.push_back({k + 0.1, k + 0.9, k + 0.9, k + 0.1}), s.latitudes.push_back({0.4, 0.4, -0.4, -0.4});
    s.time.push_back(day_number({2019, 5, 26}) * 86400.0);
    s.sza.push_back(0), s.vza.push_back(0), s.cloud_fraction.push_back(float(cloud(k)));
  }
  return d;
}

double fit(const Dataset& d, double guess) {
  const SoundingCells cells(d);
  return fit_cloud_shielding(cells, std::vector<float>(size_t(d.grid.cells()), float(guess)),
                             std::vector<uint8_t>(cells.size(), 1));
}

}  // namespace

TEST_CASE("The share that clouds hide, whatever the guess's own scale") {
  const Dataset d = dataset(10, [](int k) { return 0.05 * k; });
  CHECK(fit(d, 2) == doctest::Approx(0.3));
  CHECK(fit(d, 1.5) == doctest::Approx(0.3));
}

TEST_CASE("Where nothing tells it, nothing is hidden") {
  CHECK(fit(dataset(10, [](int) { return 0.2; }), 2) == 0);
  CHECK(fit(dataset(10, [](int) { return std::numeric_limits<double>::quiet_NaN(); }), 2) == 0);
}

TEST_CASE("Soundings of several areas are fitted together") {
  const Dataset little = dataset(10, [](int k) { return 0.01 * k; }),
                more = dataset(10, [](int k) { return 0.05 * k; });
  const SoundingCells a(little), b(more);
  const std::vector<float> guess(size_t(little.grid.cells()), 2.0f);
  const std::vector<uint8_t> all_a(a.size(), 1), all_b(b.size(), 1), none(b.size(), 0);
  const GuessOfSoundings both[] = {{a, guess, all_a}, {b, guess, all_b}}, one[] = {{a, guess, all_a}, {b, guess, none}};
  CHECK(fit_cloud_shielding(both) == doctest::Approx(0.3));
  CHECK(fit_cloud_shielding(one) == doctest::Approx(fit(little, 2)));
}
