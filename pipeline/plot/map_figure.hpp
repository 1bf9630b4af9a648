#pragma once
#include <optional>
#include <string>
#include <vector>

#include "pipeline/plot/canvas.hpp"
#include "pipeline/plot/colour_bar.hpp"
#include "pipeline/plot/layers.hpp"
#include "pipeline/plot/map_view.hpp"
#include "pipeline/plot/picture_file.hpp"
#include "pipeline/report/numbers.hpp"

namespace unetsr::pipeline::picture {

struct MapFigureOptions {
  int width = 1600;  // of the picture
  double em = 20;    // of its texts, in pixels
  std::optional<data::BoundingBox> bbox;
  std::string crs;                     // as of MapView
  std::optional<report::Range> range;  // of the first panel's colours
  double resolution = 1;               // pixels of a map for one of the picture
};

// Maps in rows and columns, all of one place: titles above, one colour bar for each quantity below. Colours reach from
// the 1st to the 99th percentile of what is shown (numbers of soundings: from 0). Throws UsageError where nothing that
// is shown has a value.
class MapFigure {
 public:
  MapFigure(std::vector<std::vector<MapLayer>> rows, const MapFigureOptions&);

  PictureSize size() const { return {int(options_.width), int(height_ + 0.5)}; }
  void draw(const Canvas&) const;
  std::string description() const;  // in words

 private:
  struct Panel {
    MapLayer layer;
    int row = 0, column = 0;
    size_t scale = 0;
    Shown shown;
    Box box;
  };
  struct Bar {
    ColourBar bar;
    double x = 0, width = 0;
  };

  void place_panels(int rows);
  void require_values() const;
  void choose_scales();
  void place_bars();
  bool lowest(const Panel&) const;
  void draw_title(const Canvas&, const Panel&) const;
  void draw_footer(const Canvas&) const;

  MapFigureOptions options_;
  std::vector<Panel> panels_;
  int columns_ = 0;
  std::optional<MapView> view_;
  double height_ = 0, bars_top_ = 0, footer_top_ = 0;
  std::vector<Bar> bars_;
  bool missing_ = false;  // some cells that are shown
};

// One row after the other, filled with as many panels as fit.
std::vector<std::vector<MapLayer>> in_rows(std::vector<MapLayer>);

}  // namespace unetsr::pipeline::picture
