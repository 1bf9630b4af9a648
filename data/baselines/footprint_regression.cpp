#include "data/baselines/footprint_regression.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "data/dataset/missing.hpp"
#include "data/features/features.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

constexpr size_t enough_of_a_window = 500;

// Bands of the fine cells, and their means over footprints.
class FootprintTask {
 public:
  FootprintTask(const Dataset& dataset, const std::vector<std::string>& bands, const SoundingCells& soundings,
                std::span<const uint8_t> training)
      : soundings_(soundings), fine_(make_features(dataset, bands)), usable_(training.begin(), training.end()) {
    const size_t cells = size_t(soundings.cells_of_window()), width = bands.size();
    means_.resize(soundings.size() * width);
    std::vector<float> image(cells);
    for (int window = 0; window < fine_.windows; ++window)
      for (size_t band = 0; band < width; ++band) {
        for (size_t i = 0; i < cells; ++i) image[i] = fine_.values[(size_t(window) * cells + i) * width + band];
        parallel_for(int64_t(soundings.size()), [&](int64_t i) {
          if (soundings[size_t(i)].window != window || !usable_[size_t(i)]) return;
          const double mean = soundings.mean(size_t(i), image);
          means_[size_t(i) * width + band] = mean;
          if (std::isnan(mean)) usable_[size_t(i)] = 0;
        });
      }
    for (size_t i = 0; i < usable_.size(); ++i) usable_[i] = usable_[i] && soundings[i].error > 0;
  }

  int windows() const { return fine_.windows; }

  // The soundings of a window; no window: all.
  std::vector<size_t> usable(std::optional<int> window = {}) const {
    std::vector<size_t> chosen;
    for (size_t i = 0; i < usable_.size(); ++i)
      if (usable_[i] && soundings_[i].window == window.value_or(soundings_[i].window)) chosen.push_back(i);
    return chosen;
  }

  // Of the bands, after the intercept where there is one.
  Eigen::VectorXd fit(const std::vector<size_t>& chosen, bool intercept) const {
    const auto width = Eigen::Index(fine_.names.size()), first = Eigen::Index(intercept);
    if (Eigen::Index(chosen.size()) < width + first)
      throw Error("regression on footprints: " + std::to_string(width + first) + " coefficients cannot be fitted to " +
                  std::to_string(chosen.size()) + " soundings");
    Eigen::MatrixXd rows(Eigen::Index(chosen.size()), width + first);
    Eigen::VectorXd sif(rows.rows());
    for (Eigen::Index k = 0; k < rows.rows(); ++k) {
      const size_t i = chosen[size_t(k)];
      const double weight = 1 / double(soundings_[i].error);
      if (intercept) rows(k, 0) = weight;
      for (Eigen::Index band = 0; band < width; ++band)
        rows(k, first + band) = weight * means_[i * size_t(width) + size_t(band)];
      sif[k] = weight * double(soundings_[i].sif);
    }
    return rows.colPivHouseholderQr().solve(sif);
  }

  // Writes one window of a map.
  void apply(const Eigen::VectorXd& coefficients, bool intercept, int window, std::vector<float>& map) const {
    const size_t cells = size_t(soundings_.cells_of_window()), width = fine_.names.size();
    for (size_t i = size_t(window) * cells; i < size_t(window + 1) * cells; ++i) {
      double sif = intercept ? coefficients[0] : 0;
      for (size_t band = 0; band < width; ++band)
        sif += coefficients[Eigen::Index(intercept + band)] * double(fine_.values[i * width + band]);
      map[i] = float(sif);
    }
  }

 private:
  const SoundingCells& soundings_;
  FeatureStack fine_;
  std::vector<uint8_t> usable_;
  std::vector<double> means_;  // (soundings, bands)
};

}  // namespace

std::vector<float> downscale_footprint_regression(const Dataset& dataset, const SoundingCells& soundings,
                                                  std::span<const uint8_t> training) {
  const FootprintTask task(dataset, {"ndvi", "evi", "red", "nir", "nirv"}, soundings, training);
  std::vector<float> map(size_t(dataset.shape().size()), missing);
  std::optional<Eigen::VectorXd> of_all;
  for (int window = 0; window < task.windows(); ++window) {
    const std::vector<size_t> own = task.usable(window);
    if (own.size() < enough_of_a_window && !of_all) of_all = task.fit(task.usable(), true);
    task.apply(own.size() < enough_of_a_window ? *of_all : task.fit(own, true), true, window, map);
  }
  return map;
}

std::vector<float> downscale_scaled_nirv(const Dataset& dataset, const SoundingCells& soundings,
                                         std::span<const uint8_t> training) {
  const FootprintTask task(dataset, {"nirv"}, soundings, training);
  const Eigen::VectorXd unit = task.fit(task.usable(), false);
  std::vector<float> map(size_t(dataset.shape().size()), missing);
  for (int window = 0; window < task.windows(); ++window) task.apply(unit, false, window, map);
  return map;
}

}  // namespace unetsr::data
