#include "data/baselines/footprint_regression.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "data/features/features.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

constexpr Eigen::Index enough_of_a_window = 500;

// Rows of a least squares fit: those of the soundings of a window, or as few that stand for many.
struct Rows {
  Eigen::MatrixXd of;  // the last column is the SIF
  Eigen::Index soundings = 0;

  Eigen::VectorXd solve() const {
    const Eigen::Index width = of.cols() - 1;
    if (soundings < width)
      throw Error("regression on footprints: " + std::to_string(width) + " coefficients cannot be fitted to " +
                  std::to_string(soundings) + " soundings");
    return of.leftCols(width).colPivHouseholderQr().solve(of.col(width));
  }

  // Both have the fit of all rows of either.
  void add(const Rows& more) {
    soundings += more.soundings;
    if (of.cols() == 0) of.resize(0, more.of.cols());
    Eigen::MatrixXd both(of.rows() + more.of.rows(), of.cols());
    both.topRows(of.rows()) = of;
    both.bottomRows(more.of.rows()) = more.of;
    if (both.rows() > both.cols()) {
      const Eigen::HouseholderQR<Eigen::MatrixXd> qr(both);
      both = qr.matrixQR().topRows(both.cols()).triangularView<Eigen::Upper>();
    }
    of = std::move(both);
  }
};

// Means of the bands over footprints, and the SIF, each divided by the sounding's error.
Rows rows_of(const BaselineWindow& w, const std::vector<std::string>& bands, bool intercept) {
  const SoundingCells& soundings = *w.soundings;
  const FeatureStack fine = make_features(w.granules, bands);
  const size_t cells = size_t(soundings.cells_of_window()), width = bands.size();
  std::vector<size_t> chosen;
  for (size_t i = 0; i < soundings.size(); ++i)
    if (w.training[i] && soundings[i].error > 0) chosen.push_back(i);
  std::vector<double> means(chosen.size() * width);
  std::vector<float> image(cells);
  for (size_t band = 0; band < width; ++band) {
    for (size_t i = 0; i < cells; ++i) image[i] = fine.values[i * width + band];
    parallel_for(int64_t(chosen.size()),
                 [&](int64_t k) { means[size_t(k) * width + band] = soundings.mean(chosen[size_t(k)], image); });
  }
  const auto first = Eigen::Index(intercept), columns = first + Eigen::Index(width) + 1;
  Rows rows{Eigen::MatrixXd(Eigen::Index(chosen.size()), columns), 0};
  for (size_t k = 0; k < chosen.size(); ++k) {
    const double* own = &means[k * width];
    if (std::any_of(own, own + width, [](double mean) { return std::isnan(mean); })) continue;
    const SoundingCells::Sounding& s = soundings[chosen[k]];
    const double weight = 1 / double(s.error);
    auto row = rows.of.row(rows.soundings++);
    if (intercept) row[0] = weight;
    for (size_t band = 0; band < width; ++band) row[first + Eigen::Index(band)] = weight * own[band];
    row[columns - 1] = weight * double(s.sif);
  }
  rows.of.conservativeResize(rows.soundings, columns);
  return rows;
}

class FootprintRegression : public FittedBaseline {
 public:
  FootprintRegression(std::vector<std::string> bands, bool intercept, bool of_each_window)
      : bands_(std::move(bands)), intercept_(intercept), of_each_window_(of_each_window) {}

  void add(const BaselineWindow& w) override {
    const Rows rows = rows_of(w, bands_, intercept_);
    if (of_each_window_ && rows.soundings >= enough_of_a_window) own_[w.window] = rows.solve();
    all_.add(rows);
  }

  std::vector<float> map(const BaselineWindow& w) const override {
    const auto own = own_.find(w.window);
    const Eigen::VectorXd coefficients = own == own_.end() ? all_.solve() : own->second;
    const FeatureStack fine = make_features(w.granules, bands_);
    const size_t width = bands_.size();
    std::vector<float> map(fine.values.size() / width);
    for (size_t i = 0; i < map.size(); ++i) {
      double sif = intercept_ ? coefficients[0] : 0;
      for (size_t band = 0; band < width; ++band)
        sif += coefficients[Eigen::Index(intercept_ + band)] * double(fine.values[i * width + band]);
      map[i] = float(sif);
    }
    return map;
  }

 private:
  std::vector<std::string> bands_;
  bool intercept_, of_each_window_;
  std::map<int, Eigen::VectorXd> own_;  // of windows with soundings enough
  Rows all_;
};

}  // namespace

std::unique_ptr<FittedBaseline> footprint_regression() {
  return std::make_unique<FootprintRegression>(std::vector<std::string>{"ndvi", "evi", "red", "nir", "nirv"}, true,
                                               true);
}

std::unique_ptr<FittedBaseline> scaled_nirv() {
  return std::make_unique<FootprintRegression>(std::vector<std::string>{"nirv"}, false, false);
}

}  // namespace unetsr::data
