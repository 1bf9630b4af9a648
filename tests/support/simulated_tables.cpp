#include "simulated_tables.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "kernels/error.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

using Field = std::vector<double>;

// Smooth values of about -1 .. 1: six waves, the shortest some ten cells long.
Field waves(const SimulatedTables& options, Random& random) {
  Field field(size_t(options.rows) * size_t(options.columns), 0);
  for (int wave = 0; wave < 6; ++wave) {
    const double across = random.uniform(-0.3, 0.3), down = random.uniform(-0.6, 0.6), phase = random.uniform(0, 6.28);
    for (int i = 0; i < options.rows; ++i)
      for (int j = 0; j < options.columns; ++j)
        field[size_t(i) * size_t(options.columns) + size_t(j)] += 0.4 * std::sin(across * j + down * i + phase);
  }
  return field;
}

// Each cell and half of what surrounds it: the 2 x 2 cells' extent of a 7 x 14 km cell.
Field coarse(const SimulatedTables& options, const Field& fine) {
  Field result(fine.size());
  for (int i = 0; i < options.rows; ++i)
    for (int j = 0; j < options.columns; ++j) {
      double sum = 0, weights = 0;
      for (int a = std::max(0, i - 1); a <= std::min(options.rows - 1, i + 1); ++a)
        for (int b = std::max(0, j - 1); b <= std::min(options.columns - 1, j + 1); ++b) {
          const double value = fine[size_t(a) * size_t(options.columns) + size_t(b)];
          if (std::isnan(value)) continue;
          const double weight = (a == i ? 1 : 0.5) * (b == j ? 1 : 0.5);
          sum += weight * value;
          weights += weight;
        }
      const size_t cell = size_t(i) * size_t(options.columns) + size_t(j);
      result[cell] = weights > 0 ? sum / weights : std::numeric_limits<double>::quiet_NaN();
    }
  return result;
}

struct Column {
  std::string name;
  Field values;  // as the tables have them: raw integers x 1e4 or x 100 for MODIS
};

std::string number(double value) {
  if (std::isnan(value)) return "";
  std::array<char, 40> text;
  std::snprintf(text.data(), text.size(), "%.10g", value);
  return text.data();
}

// `order` turns the list of columns before the file is written.
void write_table(const std::filesystem::path& file, const SimulatedTables& options, const Field& has_row,
                 std::vector<Column> columns, size_t order, bool extra_columns) {
  std::rotate(columns.begin(), columns.begin() + ptrdiff_t(order % columns.size()), columns.end());
  std::string text = extra_columns ? "fid," : "";
  for (const Column& column : columns) text += column.name + ",";
  text += "longitude,latitude";
  text += extra_columns ? ",VIQ,Window\n" : "\n";
  int id = 0;
  for (int i = options.rows - 1; i >= 0; --i)  // from north to south, as the paper's do
    for (int j = 0; j < options.columns; ++j) {
      const size_t cell = size_t(i) * size_t(options.columns) + size_t(j);
      if (has_row[cell] == 0) continue;
      if (extra_columns) text += std::to_string(++id) + ",";
      for (const Column& column : columns) text += number(column.values[cell]) + ",";
      text += number(-100.9615698253 + 0.0458603 * j) + "," + number(43.7262080129 + 0.0628818 * i);
      text += extra_columns ? ",,a label\n" : "\n";
    }
  std::ofstream out(file, std::ios::binary);
  out << text << std::flush;
  if (!out) throw Error(file.string() + ": cannot be written; is the disk full?");
}

}  // namespace

void write_simulated_tables(const std::filesystem::path& directory, const SimulatedTables& options) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::array<std::string, 2> labels = {"25_MAY_09_JUNE", "10_JUNE_25_JUNE"};
  Random shapes(options.seed);
  const Field greenness = waves(options, shapes), brightness = waves(options, shapes);
  const size_t cells = greenness.size();
  for (size_t window = 0; window < labels.size(); ++window) {
    Random random(options.seed, window + 1);
    const double season = 0.08 * double(window);
    Field has_row(cells, 1), ndvi(cells), evi(cells), nir(cells), red(cells), blue(cells), mir(cells), sza(cells),
        vza(cells), raa(cells), reliability(cells), day(cells), sif743(cells), sif735(cells);
    for (size_t k = 0; k < cells; ++k) {
      ndvi[k] = 0.45 + season + 0.2 * std::tanh(greenness[k]) + 0.02 * random.normal();
      nir[k] = 0.24 + 0.04 * std::tanh(brightness[k]) + 0.005 * random.normal();
      evi[k] = 0.55 * ndvi[k] + 0.01 * random.normal();
      red[k] = nir[k] * (1 - ndvi[k]) / (1 + ndvi[k]);
      blue[k] = 0.5 * red[k];
      mir[k] = 0.15 + 0.3 * red[k];
      sza[k] = 28 + random.uniform(-2, 2);
      vza[k] = random.uniform(1, 50);
      raa[k] = random.uniform(-60, 120);
      reliability[k] = random.below(4) ? nan : random.below(3);
      day[k] = random.below(2) ? nan : double(146 + 16 * window + random.below(15));
      const double nirv = ndvi[k] * nir[k];
      const double yield = 8 + options.yield_range * std::tanh(4 * greenness[k] * brightness[k]);
      sif743[k] = yield * nirv - 0.2 + options.noise * random.normal();
      sif735[k] = 6 * nirv - 0.1 + options.noise * random.normal();
      if (random.uniform() < options.gap_share) has_row[k] = 0;
      if (window == 1 && random.uniform() < 0.01) ndvi[k] = nir[k] = nan;
    }
    for (size_t k = 0; k < cells; ++k)
      if (has_row[k] == 0) sif743[k] = sif735[k] = nan;
    for (const bool fine : {true, false}) {
      const auto band = [&](const std::string& name, const Field& values, double scale) {
        Field raw = fine ? values : coarse(options, values);
        for (double& v : raw) v *= scale;
        return Column{name, raw};
      };
      write_table(
          directory / ("SIF_MODIS_Integrated_" + std::string(fine ? "3.5x7km_" : "7x14km_") + labels[window] + ".csv"),
          options, has_row,
          {band("sif_mean_735", sif735, 1), band("sif_mean_743", sif743, 1), band("B_REFL_mean", blue, 1e4),
           band("EVI_mean", evi, 1e4), band("MIR_REFL_mean", mir, 1e4), band("NDVI_mean", ndvi, 1e4),
           band("NIR_REFL_mean", nir, 1e4), band("PXL_REL_mean", reliability, 1), band("R_REFL_mean", red, 1e4),
           band("RAA_mean", raa, 1e2), band("SZA_mean", sza, 1e2), band("VZA_mean", vza, 1e2),
           band("COMP_mean", day, 1)},
          3 * window + 5 * size_t(fine), fine);
    }
  }
}

}  // namespace unetsr::data
