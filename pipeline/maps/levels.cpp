#include "pipeline/maps/levels.hpp"

#include <cmath>

#include "data/footprints/each_sounding.hpp"

namespace unetsr::pipeline {
namespace {

// Sums of a least squares fit of one factor.
struct Fit {
  double products = 0, squares = 0;

  void add(const Fit& other) { products += other.products, squares += other.squares; }
  double factor() const { return products / squares; }
  bool determined() const {
    constexpr double most = 0.05;  // standard error over the factor
    return squares > 0 && products > 0 && std::sqrt(squares) / products < most;
  }
};

}  // namespace

std::optional<std::vector<double>> fit_levels(data::StoredSpan<const float> maps, const data::SoundingCells& clear,
                                              std::span<const uint8_t> chosen, size_t windows) {
  std::vector<Fit> of_window(windows);
  data::MeansOfMaps means(clear, maps);
  data::for_each_sounding(clear, [&](size_t i) {
    if (!chosen[i]) return;
    const data::SoundingCells::Sounding& s = clear[i];
    const double mean = means.of(i) / double(s.error);
    if (!std::isnan(mean)) of_window[size_t(s.window)].add({double(s.sif) / double(s.error) * mean, mean * mean});
  });
  Fit all;
  for (const Fit& fit : of_window) all.add(fit);
  if (!all.determined()) return std::nullopt;
  std::vector<double> levels;
  for (const Fit& fit : of_window) levels.push_back((fit.determined() ? fit : all).factor());
  return levels;
}

void set_levels(data::StoredSpan<float> maps, std::span<const double> levels) {
  const size_t cells = maps.size() / levels.size();
  for (size_t w = 0; w < levels.size(); ++w) {
    for (float& sif : maps.subspan(w * cells, cells)) sif *= float(levels[w]);
    maps.release(w * cells, cells);
  }
}

}  // namespace unetsr::pipeline
