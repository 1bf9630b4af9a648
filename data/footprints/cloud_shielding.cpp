#include "data/footprints/cloud_shielding.hpp"

#include <algorithm>
#include <cmath>

#include "data/footprints/each_sounding.hpp"

namespace unetsr::data {

double fit_cloud_shielding(std::span<const GuessOfSoundings> areas) {
  // Normal equations of sif = a m + b c m.
  double mm = 0, mc = 0, cc = 0, ym = 0, yc = 0;
  for (const GuessOfSoundings& area : areas) {
    MeansOfMaps means(area.soundings, area.guess);
    for_each_sounding(area.soundings, [&](size_t i) {
      const SoundingCells::Sounding& s = area.soundings[i];
      if (!area.chosen[i] || std::isnan(s.cloud_fraction)) return;
      const double m = means.of(i) / double(s.error);
      if (std::isnan(m)) return;
      const double c = double(s.cloud_fraction) * m, y = double(s.sif) / double(s.error);
      mm += m * m, mc += m * c, cc += c * c, ym += y * m, yc += y * c;
    });
  }
  const double determinant = mm * cc - mc * mc;
  if (!(determinant > 1e-9 * mm * cc)) return 0;
  const double a = (ym * cc - yc * mc) / determinant, b = (yc * mm - ym * mc) / determinant;
  return a > 0 ? std::clamp(-b / a, 0.0, 1.0) : 0;
}

double fit_cloud_shielding(const SoundingCells& soundings, StoredSpan<const float> guess,
                           const std::vector<uint8_t>& chosen) {
  const GuessOfSoundings all[] = {{soundings, guess, chosen}};
  return fit_cloud_shielding(all);
}

}  // namespace unetsr::data
