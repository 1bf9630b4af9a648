#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "data/baselines/granule_windows.hpp"
#include "data/dataset/dataset_file.hpp"
#include "data/dataset/resample.hpp"
#include "data/splits/split.hpp"
#include "pipeline/evaluate/map_scorer.hpp"
#include "pipeline/evaluate/window_soundings.hpp"
#include "pipeline/maps/map_store.hpp"
#include "pipeline/report/evaluate_report.hpp"
#include "pipeline/report/picture_scale.hpp"

namespace unetsr::pipeline {

// A dataset of granules that is scored on its fine cells, read window by window.
struct FileScene {
  // The file has to outlive this. `folder`: for scratch files. `truth`: see truth_layer(); empty: not known. `store`:
  // for what corrections by soundings make of all windows.
  FileScene(const data::DatasetFile&, std::filesystem::path folder, const std::string& truth,
            data::ArrayStore store = {});

  const data::DatasetFile& file;
  std::filesystem::path folder;
  data::ArrayStore store;
  data::GranuleWindows granules;
  WindowSoundings soundings;
  PictureScale pictures;
  std::shared_ptr<MapStore> truth;

  const data::Dataset& header() const { return file.description(); }
  int windows() const { return int(header().windows.size()); }
  int64_t cells() const { return header().grid.cells(); }
  std::shared_ptr<MapStore> new_store() const;
  // Of a window: the truth where it is known, else the soundings gridded on the fine cells.
  std::vector<float> target(int window) const;
  std::vector<float> coarse_sif(int window, data::Interpolation) const;
};

// What its maps are scored with. Footprints: of the runs. The file scene has to outlive the result.
ScoredScene scored_scene(const FileScene&, report::ScoredAgainst, const data::FootprintEstimate&);

// Fills in what the page draws of the scene itself.
void add_scene_pictures(const FileScene&, report::EvaluateReport&);

}  // namespace unetsr::pipeline
