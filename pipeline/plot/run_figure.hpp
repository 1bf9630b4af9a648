#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/plot/chart.hpp"
#include "pipeline/plot/map_figure.hpp"

namespace unetsr::pipeline::picture {

// A run: its loss and, where it validated, its validation score by epoch; the standard deviation of its maps where it
// has one; and the map of its training, validation, test and buffer cells, once for each set of windows that differ in
// them. `options` are those of the map, the width that of the whole picture. Throws Error naming a folder that is no
// run, or a run without epochs.
class RunFigure {
 public:
  RunFigure(const std::filesystem::path& run_directory, const MapFigureOptions& options);

  PictureSize size() const { return {width_, int(height_ + 0.5)}; }
  void draw(const Canvas&) const;
  std::string description() const;

 private:
  std::string title_;
  int width_;
  double em_, chart_width_, height_ = 0;
  std::vector<Chart> charts_;
  std::optional<MapFigure> split_;  // none of the paper's protocol
};

}  // namespace unetsr::pipeline::picture
