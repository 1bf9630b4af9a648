#include "data/footprints/cloud_shielding.hpp"

#include <algorithm>
#include <cmath>

namespace unetsr::data {

double fit_cloud_shielding(std::span<const GuessOfSoundings> areas) {
  // Normal equations of sif = a m + b c m.
  double mm = 0, mc = 0, cc = 0, ym = 0, yc = 0;
  for (const auto& [soundings, guess, chosen] : areas) {
    const size_t cells = size_t(soundings.cells_of_window());
    for (size_t i = 0; i < soundings.size(); ++i) {
      const SoundingCells::Sounding& s = soundings[i];
      if (!chosen[i] || std::isnan(s.cloud_fraction)) continue;
      const double m = soundings.mean(i, guess.subspan(size_t(s.window) * cells, cells)) / double(s.error);
      if (std::isnan(m)) continue;
      const double c = double(s.cloud_fraction) * m, y = double(s.sif) / double(s.error);
      mm += m * m, mc += m * c, cc += c * c, ym += y * m, yc += y * c;
    }
  }
  const double determinant = mm * cc - mc * mc;
  if (!(determinant > 1e-9 * mm * cc)) return 0;
  const double a = (ym * cc - yc * mc) / determinant, b = (yc * mm - ym * mc) / determinant;
  return a > 0 ? std::clamp(-b / a, 0.0, 1.0) : 0;
}

double fit_cloud_shielding(const SoundingCells& soundings, std::span<const float> guess,
                           const std::vector<uint8_t>& chosen) {
  const GuessOfSoundings all[] = {{soundings, guess, chosen}};
  return fit_cloud_shielding(all);
}

}  // namespace unetsr::data
