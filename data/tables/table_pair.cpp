#include "data/tables/table_pair.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "data/tables/table.hpp"
#include "data/tables/table_bands.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

const std::vector<TableColumn>& table_columns() {
  static const std::vector<TableColumn> columns = [] {
    std::vector<TableColumn> result = {{{"longitude", "lon"}}, {{"latitude", "lat"}}};
    for (const Band& band : table_bands()) result.push_back({band.columns});
    return result;
  }();
  return columns;
}

constexpr size_t longitude = 0, latitude = 1, first_band = 2;

std::string coordinates(double x, double y) {
  return "(" + std::to_string(x) + ", " + std::to_string(y) + ")";
}

std::string line_of(const Table& table, size_t row) {
  return table.file.string() + ", line " + std::to_string(table.lines[row]);
}

void require_centres(const Table& table) {
  for (size_t i = 0; i < table.lines.size(); ++i)
    if (std::isnan(table.columns[longitude][i]) || std::isnan(table.columns[latitude][i]))
      throw Error(line_of(table, i) + ": the row has no longitude or latitude");
  for (size_t i = 0; i < table.lines.size(); ++i) {
    const double x = table.columns[longitude][i], y = table.columns[latitude][i];
    if (std::abs(x) > 360 || std::abs(y) > 90)
      throw Error(line_of(table, i) + ": " + coordinates(x, y) + " is no longitude and latitude" +
                  (std::abs(x) <= 90 && std::abs(y) <= 360 ? ": they are swapped" : ""));
  }
}

void require_same_centres(const Table& fine, const Table& coarse) {
  const size_t rows = std::min(fine.lines.size(), coarse.lines.size());
  for (size_t i = 0; i < rows; ++i) {
    const double x = fine.columns[longitude][i], y = fine.columns[latitude][i];
    const double other_x = coarse.columns[longitude][i], other_y = coarse.columns[latitude][i];
    if (std::abs(x - other_x) > centre_tolerance_degrees || std::abs(y - other_y) > centre_tolerance_degrees)
      throw Error(line_of(fine, i) + ": cell " + coordinates(x, y) + ", but " + line_of(coarse, i) + " has " +
                  coordinates(other_x, other_y) + ": the two tables must list the same cells in the same order");
  }
  if (fine.lines.size() == coarse.lines.size()) return;
  const Table& longer = fine.lines.size() > rows ? fine : coarse;
  throw Error(fine.file.string() + " has " + std::to_string(fine.lines.size()) + " rows, but " + coarse.file.string() +
              " has " + std::to_string(coarse.lines.size()) + ": the first one without its twin is line " +
              std::to_string(longer.lines[rows]) + " of " + longer.file.string());
}

// The cell of each row.
std::vector<size_t> cells_of(const Table& table, const Grid& grid) {
  std::vector<size_t> cells;
  std::vector<size_t> row_on(size_t(grid.cells()), std::numeric_limits<size_t>::max());
  for (size_t i = 0; i < table.lines.size(); ++i) {
    const double x = table.columns[longitude][i], y = table.columns[latitude][i];
    const std::optional<Cell> cell = grid.cell_at(x, y, centre_tolerance_degrees);
    if (!cell)
      throw Error(line_of(table, i) + ": cell " + coordinates(x, y) + " is off the grid of " +
                  std::to_string(grid.rows) + " x " + std::to_string(grid.columns) + " cells that starts at " +
                  coordinates(grid.x_origin, grid.y_origin) + " with steps of " +
                  coordinates(grid.x_step, grid.y_step));
    const size_t index = size_t(cell->row) * size_t(grid.columns) + size_t(cell->column);
    if (row_on[index] != std::numeric_limits<size_t>::max())
      throw Error(line_of(table, i) + ": cell " + coordinates(x, y) + " stands there twice, first on line " +
                  std::to_string(table.lines[row_on[index]]));
    row_on[index] = i;
    cells.push_back(index);
  }
  return cells;
}

std::string layer_name(const Band& band, bool fine) {
  const bool is_sif = band.layer.starts_with("sif");
  return band.layer + (is_sif == fine ? is_sif ? "_fine" : "_coarse" : "");
}

// Scatters one band of one table into the layer's window.
LayerReport scatter(const Band& band, const std::vector<double>& raw, const std::vector<size_t>& cells,
                    std::span<float> window) {
  LayerReport report;
  for (size_t i = 0; i < raw.size(); ++i) {
    const double value = raw[i] * band.scale;
    window[cells[i]] = float(value);
    ++(std::isnan(value) ? report.empty : report.present);
    report.outside_valid_range += value < band.valid[0] || value > band.valid[1];
  }
  return report;
}

}  // namespace

Dataset dataset_from_tables(std::span<const TablePair> pairs, std::vector<LayerReport>* report) {
  if (pairs.empty()) throw UsageError("a dataset needs at least one pair of tables");
  std::vector<Table> fine, coarse;
  std::vector<double> x, y;
  Dataset dataset;
  for (const TablePair& pair : pairs) {
    for (const auto& [file, tables] : {std::pair{&pair.fine, &fine}, std::pair{&pair.coarse, &coarse}}) {
      const Table& table = tables->emplace_back(read_table(*file, table_columns()));
      require_centres(table);
      for (size_t b = 0; b < table_bands().size(); ++b)
        require_units(table, table_bands()[b], table.columns[first_band + b]);
      dataset.provenance.inputs.push_back(input_file(*file));
    }
    require_same_centres(fine.back(), coarse.back());
    x.insert(x.end(), fine.back().columns[longitude].begin(), fine.back().columns[longitude].end());
    y.insert(y.end(), fine.back().columns[latitude].begin(), fine.back().columns[latitude].end());
    const std::string label = window_label(pair.fine);
    if (std::find(dataset.windows.begin(), dataset.windows.end(), label) != dataset.windows.end())
      throw Error(pair.fine.string() + ": a second table of the window " + label);
    dataset.windows.push_back(label);
  }
  dataset.grid = grid_of_centres(x, y);

  const size_t cells = size_t(dataset.grid.cells());
  for (const bool is_fine : {true, false}) {
    const std::vector<Table>& tables = is_fine ? fine : coarse;
    std::vector<std::vector<size_t>> cells_of_rows;
    for (const Table& table : tables) cells_of_rows.push_back(cells_of(table, dataset.grid));
    for (size_t b = 0; b < table_bands().size(); ++b) {
      const Band& band = table_bands()[b];
      Layer layer{layer_name(band, is_fine), band.units, band.long_name + (is_fine ? ", 3.5 x 7 km" : ", 7 x 14 km"),
                  std::vector<float>(size_t(dataset.shape().size()), std::numeric_limits<float>::quiet_NaN())};
      for (size_t w = 0; w < tables.size(); ++w) {
        LayerReport counts = scatter(band, tables[w].columns[first_band + b], cells_of_rows[w],
                                     std::span(layer.values).subspan(w * cells, cells));
        counts.layer = layer.name;
        counts.window = dataset.windows[w];
        if (report) report->push_back(std::move(counts));
      }
      dataset.add(std::move(layer));
    }
  }
  return dataset;
}

}  // namespace unetsr::data
