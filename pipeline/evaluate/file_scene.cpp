#include "pipeline/evaluate/file_scene.hpp"

#include <algorithm>

#include "data/dataset/dataset_header.hpp"
#include "data/dataset/land_cover.hpp"
#include "pipeline/evaluate/remeasures.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

std::vector<float> layer_of(const data::DatasetFile& file, int window, const std::string& name) {
  return file.read_block({window, 1}, whole(file.description().grid), {{name}, {}}).layer(name).values;
}

std::shared_ptr<MapStore> read_truth(const FileScene& scene, const std::string& pattern) {
  if (pattern.empty()) return nullptr;
  const std::shared_ptr<MapStore> truth = scene.new_store();
  for (int w = 0; w < scene.windows(); ++w) truth->write(w, truth_layer(pattern, header_of(scene.header(), w)).values);
  return truth;
}

// The coarse SIF of a window on the coarse grid.
std::vector<float> coarse_cells(const FileScene& scene, int window) {
  const data::DatasetFile& file = scene.file;
  const data::Dataset own = file.read_block({window, 1}, whole(file.description().grid), {{}, {data::coarse_layer}});
  return own.coarse().layer(data::coarse_layer).values;
}

}  // namespace

FileScene::FileScene(const data::DatasetFile& dataset, std::filesystem::path scratch, const std::string& pattern,
                     data::ArrayStore arrays)
    : file(dataset),
      folder(std::move(scratch)),
      store(std::move(arrays)),
      granules(data::granule_windows(dataset)),
      soundings(dataset),
      pictures(dataset.description().grid, dataset.description().windows.size()) {
  truth = read_truth(*this, pattern);
}

std::shared_ptr<MapStore> FileScene::new_store() const {
  return std::make_shared<MapStore>(folder, windows(), cells());
}

std::vector<float> FileScene::target(int window) const {
  return truth ? truth->read(window) : layer_of(file, window, data::target_layer);
}

std::vector<float> FileScene::coarse_sif(int window, data::Interpolation kind) const {
  return data::refine(coarse_cells(*this, window), {1, header().grid.rows, header().grid.columns, 1},
                      header().coarse_factor, kind);
}

ScoredScene scored_scene(const FileScene& scene, report::ScoredAgainst against,
                         const data::FootprintEstimate& footprints) {
  ScoredScene scored;
  scored.grid = scene.header().grid;
  scored.windows = scene.header().windows;
  scored.target = [&scene](int window) { return scene.target(window); };
  scored.coarse = [&scene](int window) { return scene.coarse_sif(window, data::Interpolation::bilinear); };
  if (scene.file.has(data::land_cover_layer))
    scored.land_cover = [&scene](int window) { return layer_of(scene.file, window, data::land_cover_layer); };
  scored.coarse_cells = scene.header().coarse_factor;
  scored.coarse_edges = against != report::ScoredAgainst::soundings;
  // Scores on soundings are themselves differences of means over footprints.
  if (against == report::ScoredAgainst::soundings) return scored;
  const bool by_soundings = scene.soundings.any();
  scored.remeasure = [&scene, footprints, by_soundings](int window) {
    if (by_soundings) return against_soundings(scene.soundings, window, footprints);
    const data::Grid& grid = scene.header().grid;
    return against_blocks({1, grid.rows, grid.columns, 1}, scene.header().coarse_factor, coarse_cells(scene, window));
  };
  return scored;
}

void add_scene_pictures(const FileScene& scene, report::EvaluateReport& report) {
  report.windows = scene.header().windows;
  report.grid = report.map_grid = scene.pictures.grid();
  report.picture_cells = scene.pictures.side();
  for (int w = 0; w < scene.windows(); ++w) {
    scene.pictures.append(scene.coarse_sif(w, data::Interpolation::bilinear), report.coarse);
    scene.pictures.append(scene.coarse_sif(w, data::Interpolation::nearest), report.coarse_cells);
    scene.pictures.append(scene.target(w), report.target);
  }
}

}  // namespace unetsr::pipeline
