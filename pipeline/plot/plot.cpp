#include "pipeline/plot/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "kernels/error.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/output_lock.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/plot/layers.hpp"
#include "pipeline/plot/map_figure.hpp"
#include "pipeline/plot/picture_file.hpp"
#include "pipeline/plot/run_figure.hpp"

namespace unetsr::pipeline {
namespace {

using namespace picture;
namespace fs = std::filesystem;

report::Range parse_range(const std::string& text) {
  report::Range range;
  int end = 0;
  if (std::sscanf(text.c_str(), "%lf,%lf%n", &range.low, &range.high, &end) != 2 || end != int(text.size()) ||
      !(range.low < range.high && std::isfinite(range.high - range.low)))
    throw UsageError("--range " + text + ": two numbers are wanted, LOW,HIGH, the lower one first");
  return range;
}

LayerTable layers_of(const Source& source, const WindowChoice& choice) {
  if (fs::is_directory(source.path))
    throw UsageError(source.text + ": a run is drawn by itself; give it alone, or maps and datasets together");
  return is_dataset(source) ? dataset_layers(source, choice) : raster_layers(source, choice);
}

// Of one input: all of its panels.
std::vector<std::vector<MapLayer>> panels_of(const Source& source, const PlotOptions& o, const Output& output) {
  LayerTable table = layers_of(source, {.labels = o.windows});
  if (table.rows.size() < table.windows && o.windows.empty())
    output.line(fmt::format("{}: draws the first {} of {}; --window LABEL,LABEL draws others", source.text,
                            table.rows.size(), table.windows));
  return std::move(table.rows);
}

// Of several: a column each, and a row for each window.
std::vector<std::vector<MapLayer>> columns_of(const std::vector<Source>& sources, const PlotOptions& o) {
  std::vector<std::vector<MapLayer>> rows;
  for (const Source& source : sources) {
    LayerTable table = layers_of(source, {.labels = o.windows, .at_most = 1});
    if (rows.size() < table.rows.size()) rows.resize(table.rows.size());
    for (size_t i = 0; i < table.rows.size(); ++i) {
      rows[i].push_back(std::move(table.rows[i].front()));
      rows[i].back().title = source.title();
    }
  }
  return rows;
}

void set_titles(std::vector<std::vector<MapLayer>>& rows, const std::vector<std::string>& titles) {
  if (titles.empty()) return;
  for (std::vector<MapLayer>& row : rows) {
    if (row.size() != titles.size())
      throw UsageError(fmt::format("--title: {} titles for {} columns of maps", titles.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) row[i].title = titles[i];
  }
}

// Rows of one panel each are drawn side by side.
std::vector<std::vector<MapLayer>> laid_out(std::vector<std::vector<MapLayer>> rows) {
  if (std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.size() != 1; })) return rows;
  std::vector<MapLayer> all;
  for (std::vector<MapLayer>& row : rows) all.push_back(std::move(row.front()));
  return in_rows(std::move(all));
}

int width_for(const PlotOptions& o, size_t columns) {
  return o.width.value_or(columns == 1 ? 900 : columns == 2 ? 1200 : 1600);
}

MapFigureOptions figure_options(const PlotOptions& o, PictureFormat format, size_t columns) {
  MapFigureOptions figure;
  figure.width = width_for(o, columns);
  figure.em = 8 + 0.0075 * figure.width;
  if (!o.bbox.empty()) figure.bbox = data::parse_bbox(o.bbox);
  figure.crs = o.crs;
  if (!o.range.empty()) figure.range = parse_range(o.range);
  figure.resolution = format == PictureFormat::svg ? 2 : 1;
  return figure;
}

template <class Figure>
void write(const Figure& figure, PictureFormat format, const PlotOptions& o, const Output& output) {
  const std::string bytes = encode_picture(format, figure.size(), figure.description(),
                                           [&](cairo_t* context) { figure.draw(Canvas(context)); });
  write_text_atomically(o.out, bytes);
  output.line(fmt::format("{}: {} x {} pixels. {}", o.out.string(), figure.size().width, figure.size().height,
                          figure.description()));
}

}  // namespace

void plot(const PlotOptions& o, const Output& output) {
  require_in_range("width", o.width, width_range);
  const PictureFormat format = picture_format_of(o.out);
  const auto options = [&](size_t columns) { return figure_options(o, format, columns); };
  const MapFigureOptions of_run = options(3);  // wrong options are found before any file is read
  std::vector<Source> sources;
  std::vector<fs::path> files;
  for (const std::string& input : o.inputs) {
    sources.push_back(source_of(input));
    files.push_back(sources.back().path);
  }
  refuse_outputs({o.out}, files, o.overwrite);
  const OutputLock lock = OutputLock::of_file(o.out);
  if (sources.size() == 1 && fs::is_directory(sources[0].path))
    return write(RunFigure(sources[0].path, of_run), format, o, output);
  auto rows = sources.size() == 1 ? panels_of(sources[0], o, output) : columns_of(sources, o);
  set_titles(rows, o.titles);
  rows = laid_out(std::move(rows));
  const size_t columns = rows.front().size();
  write(MapFigure(std::move(rows), options(columns)), format, o, output);
}

}  // namespace unetsr::pipeline
