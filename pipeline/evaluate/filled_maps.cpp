#include "pipeline/evaluate/filled_maps.hpp"

#include <cmath>

#include "pipeline/predict/map_filling.hpp"

namespace unetsr::pipeline {
namespace {

MapFilling filled(const FinishedRun& run, const data::DatasetFile& file, const CorrectedMaps& maps) {
  const data::Dataset& header = file.description();
  const size_t cells = size_t(header.grid.cells());
  MapFilling filling(file, run);
  for (size_t w = 0; w < header.windows.size(); ++w)
    filling.keep(
        int(w), whole(header.grid), std::span(maps.maps).subspan(w * cells, cells),
        maps.error_left.empty() ? std::span<const float>() : std::span(maps.error_left).subspan(w * cells, cells));
  filling.fill([](double) {});
  return filling;
}

// In units of their standard deviation.
std::vector<double> relative_errors(const MapFilling& filling, std::span<const FilledCell> cells,
                                    size_t cells_of_window, std::span<const float> truth) {
  std::vector<double> errors;
  std::vector<float> deviation;
  for (size_t i = 0; i < cells.size(); ++i) {
    const WindowCell& at = cells[i].at;
    if (i == 0 || at.window != cells[i - 1].at.window) deviation = filling.deviation(at.window);
    const double error = double(cells[i].sif) - double(truth[size_t(at.window) * cells_of_window + at.cell]);
    errors.push_back(error / double(deviation[at.cell]));
  }
  return errors;
}

}  // namespace

void add_filled(report::EvaluatedRun& shown, const FinishedRun& run, const data::DatasetFile& file,
                const CorrectedMaps& maps, std::span<const float> truth, const data::Mask& cells) {
  const size_t cells_of_window = size_t(file.description().grid.cells());
  const MapFilling filling = filled(run, file, maps);
  std::vector<FilledCell> scored;
  std::vector<float> network, linear, harmonic, ratio, actual;
  for (const FilledCell& c : filling.gaps().cells) {
    const size_t i = size_t(c.at.window) * cells_of_window + c.at.cell;
    if (!cells[i] || std::isnan(truth[i])) continue;
    scored.push_back(c);
    network.push_back(c.sif), linear.push_back(c.linear), harmonic.push_back(c.harmonic), ratio.push_back(c.ratio);
    actual.push_back(truth[i]);
  }
  if (scored.empty()) return;
  shown.filled = {{report::filling_network, data::score(network, actual)}};
  if (file.description().windows.size() == 1)
    shown.filled.push_back({"mean of the window", data::score(linear, actual)});
  else
    for (const auto& [name, values] : {std::pair("mean of other windows x ratio nearby", &ratio),
                                       {"harmonic fit", &harmonic},
                                       {"linear in time", &linear}})
      shown.filled.push_back({name, data::score(*values, actual)});
  if (run.uncertainty)
    shown.coverage.push_back(coverage("truth, filled cells", relative_errors(filling, scored, cells_of_window, truth)));
}

}  // namespace unetsr::pipeline
