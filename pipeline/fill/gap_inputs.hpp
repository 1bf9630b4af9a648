#pragma once
#include <memory>
#include <span>
#include <vector>

#include "pipeline/fill/map_stack.hpp"

// What is known of a cell in a window where its own value is missing.
namespace unetsr::pipeline {

// Estimates without a network, mW m-2 sr-1 nm-1.
struct SimpleEstimates {
  float linear = 0;  // linear in time
  float ratio = 0;   // the mean of the cell's other windows, times the ratio of the window to its own such means nearby
  float neighbours = 0;  // linear in time, plus what nearby cells of similar values in other windows differ from theirs
};

struct GapInputs {
  int width = 0;              // inputs of the network for each cell
  std::vector<float> values;  // (cells, width), in units of `spread` where they are of SIF; none is NaN
  std::vector<SimpleEstimates> estimates;
};

// Of cells, none of whose own values in `sif` (windows, rows, columns; the stack's without planted gaps) is looked
// at. Beside those of SIF: the places of the windows in the year and the series, and the land cover's class.
// The inputs are: the estimates, the values of the nearest windows before and after with their distance in days, the
// mean of the cell's other windows, and over three distances the mean difference of the neighbours from their own
// interpolation in time (Knutsson and Westin 1993: normalised convolution), with the share of them that have one; the
// same of the coarse SIF. `spread`: standard deviation of the maps. Images of one window are held, some 110 bytes a
// cell; what is read of arrays that lie in files is released.
class GapSurroundings {
 public:
  // All have to outlive this.
  GapSurroundings(const MapStack&, const data::StoredArray<float>& sif, double spread);
  ~GapSurroundings();

  // To be called before inputs of a window's cells are asked for.
  void set_window(int window);
  // Of cells of that window.
  GapInputs inputs(std::span<const WindowCell>) const;

 private:
  class Maker;
  std::unique_ptr<Maker> maker_;
};

// The same of cells of any windows, in their order.
GapInputs gap_inputs(const MapStack&, const data::StoredArray<float>& sif, std::span<const WindowCell>, double spread);

}  // namespace unetsr::pipeline
