#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/dataset/dataset_writer.hpp"
#include "kernels/random.hpp"

// Writes a dataset of the whole globe at 1/120 degree, or a strip of it: one window of four bands, smooth but for steps
// and with a third of the cells present, and soundings in clusters. For bench/global_study.py.
//
//   global_dataset OUT.h5 ROWS SOUNDINGS
namespace {

using namespace unetsr;
using data::Layer, data::Part;

constexpr int columns = 43200, all_rows = 21600, factor = 8;
constexpr double step = 1.0 / 120, pi = 3.14159265358979;
const std::vector<std::string> bands = {"nir_denoised", "red_denoised", "blue_denoised", "mir_denoised"};
const std::vector<double> typical = {0.28, 0.08, 0.04, 0.2};

// Around 0, of waves some hundreds of cells long.
double waves(double row, double column) {
  return 0.5 * std::sin(2 * pi * column / 2400) * std::cos(2 * pi * row / 1500) + 0.3 * std::sin((row + column) / 170);
}

bool present(double row, double column) {
  return waves(row, column) > 0.15;
}

float band_at(size_t band, int row, int column) {
  if (!present(row, column)) return std::numeric_limits<float>::quiet_NaN();
  const double sign = bands[band] == "nir_denoised" ? 1 : -1;
  return float(typical[band] * (1 + 0.4 * sign * waves(row / 4 * 4, column / 4 * 4)));
}

data::Dataset description_of(int rows) {
  data::Dataset d;
  d.grid = {rows, columns, -180 + step / 2, step, (rows / 2 - 0.5) * step, -step, "EPSG:4326"};
  d.windows = {"2019-06-10"};
  d.coarse_factor = factor;
  for (const std::string& name : bands) d.layers.push_back({name, "", name, {}});
  d.coarse_layers.push_back({data::coarse_layer, "mW m-2 sr-1 nm-1", "SIF of coarse cells", {}});
  return d;
}

void write_layers(data::DatasetWriter& writer) {
  const data::FileBlocks& blocks = writer.blocks();
  for (int64_t block = 0; block < blocks.count(); ++block) {
    const Part part = blocks.part(block);
    std::vector<Layer> layers;
    for (size_t band = 0; band < bands.size(); ++band) {
      Layer& layer = layers.emplace_back(Layer{bands[band], "", "", {}});
      for (int i = part.row; i < part.row + part.rows; ++i)
        for (int j = part.column; j < part.column + part.columns; ++j) layer.values.push_back(band_at(band, i, j));
    }
    const int down = (part.rows + factor - 1) / factor, across = (part.columns + factor - 1) / factor;
    writer.write_block(0, part, layers,
                       {{data::coarse_layer, "", "", std::vector<float>(size_t(down) * size_t(across), 1.0f)}});
  }
}

// Soundings of 3.5 x 7 km over a place of 1 x 1 degree.
data::Soundings cluster(const data::Grid& grid, Random& random, int64_t count, Part& cells) {
  const int side = 120, margin = 16;
  int row = 0, column = 0;
  do {
    row = margin + int(random.below(uint32_t(grid.rows - side - 2 * margin)));
    column = margin + int(random.below(uint32_t(columns - side - 2 * margin)));
  } while (!present(row + side / 2, column + side / 2));
  cells = {row - margin, column - margin, side + 2 * margin, side + 2 * margin};
  data::Soundings s;
  for (int64_t k = 0; k < count; ++k) {
    const double i = row + side * random.uniform(), j = column + side * random.uniform();
    const double longitude = grid.x_origin + (j - 0.5) * step, latitude = grid.y_origin - (i - 0.5) * step;
    s.sif.push_back(float(1 + 0.5 * waves(i, j) + 0.4 * random.normal())), s.error.push_back(0.4f);
    s.longitude.push_back(longitude), s.latitude.push_back(latitude);
    s.longitudes.push_back({longitude - 0.032, longitude + 0.032, longitude + 0.032, longitude - 0.032});
    s.latitudes.push_back({latitude + 0.016, latitude + 0.016, latitude - 0.016, latitude - 0.016});
    s.time.push_back((data::day_number({2019, 6, 10}) + int(random.below(16))) * 86400.0 + 43200);
    for (std::vector<float>* column_of : {&s.sza, &s.vza, &s.cloud_fraction}) column_of->push_back(0);
  }
  return s;
}

void write_soundings(data::DatasetWriter& writer, const data::Grid& grid, int64_t count) {
  constexpr int64_t each = 1500;
  Random random(1);
  for (int64_t first = 0; first < count; first += each) {
    Part cells;
    const data::Soundings s = cluster(grid, random, std::min(each, count - first), cells);
    writer.append(0, cells, s);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: global_dataset OUT.h5 ROWS SOUNDINGS\n");
    return 2;
  }
  const int rows = std::clamp(std::atoi(argv[2]), 512, all_rows);
  const int64_t soundings = std::atoll(argv[3]);
  const data::Dataset description = description_of(rows);
  data::DatasetWriter writer(argv[1], description, {soundings, {}});
  write_layers(writer);
  write_soundings(writer, description.grid, soundings);
  data::Provenance provenance;
  provenance.command = "global_dataset", provenance.version = "bench", provenance.created = "2026-01-01T00:00:00Z";
  provenance.simulated = true;
  writer.finish(provenance);
  return 0;
}
