#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/scene/scene_region.hpp"
#include "data/scene/surface_cells.hpp"

// The maps of a scene's truth, written block by block.
namespace unetsr::pipeline {

// The land, its shares of covers (FOLDER/landcover.tif) and the IGBP class of the largest (FOLDER/igbp.tif). Leaves the
// shares in the cells. `reached` is given the share that is done, and may throw to stop.
void write_land(const std::filesystem::path& folder, const data::SceneRegion&, uint64_t seed, data::Land,
                data::SurfaceCells&, const std::function<void(double share)>& reached);

// The true SIF of a window on that land (FOLDER/truth_{window}.tif). Leaves SIF and reflectances in the cells.
void write_truth(const std::filesystem::path& folder, const data::SceneRegion&, const data::Window&, uint64_t seed,
                 const data::World&, data::SurfaceCells&, const std::function<void(double share)>& reached);

// The SIF that the cells hold, as that of a window with this label (FOLDER/truth_{label}.tif).
void write_truth_as(const std::string& label, const std::filesystem::path& folder, const data::SceneRegion&,
                    const data::World&, const data::SurfaceCells&);

// Some cells more on each side, as far as the grid goes.
data::Part widened(const data::Part&, int cells, const data::Grid&);

}  // namespace unetsr::pipeline
