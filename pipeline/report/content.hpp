#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/dataset/grid.hpp"
#include "pipeline/train/history.hpp"

// What both pages are made of. Everything may be missing (an empty vector, an empty optional): the page then has a
// sentence instead. SIF and its errors are in mW m-2 sr-1 nm-1; NaN is missing.
namespace unetsr::pipeline::report {

// How one model or baseline did: one value a seed, or a single value where there is nothing random.
// `name` is a model (unet, sifnet, sifnet-small, paper-cnn, ...) or a baseline (coarse, linear, linear-5x5).
struct ScoreRow {
  std::string name;
  bool baseline = false;
  std::vector<double> r2, mae, rmse;
};

// A colour of the page's palette (chart.hpp), and a kind of broken line.
struct LineStyle {
  std::string colour;
  int dashes = 0;
};

// One training run's epochs, as history.jsonl has them.
struct Curve {
  std::string model;
  uint64_t seed = 0;
  std::vector<Epoch> epochs;
  LineStyle style = {};  // without a colour: the model's own
};

// Predicted against actual, cell by cell; pairs with a NaN are left out.
struct PredictionPairs {
  std::string model;
  std::vector<float> actual, predicted;
};

// One window of the grid (rows x columns, row 0 as the grid has it).
struct WindowMaps {
  std::string window;
  std::vector<float> coarse, target;
  struct Prediction {
    std::string model;
    std::vector<float> values;          // NaN where the model gave none
    std::vector<float> deviation = {};  // standard deviation; empty where it is not known
  };
  std::vector<Prediction> predictions;
};

// Everything needed to get the same page again.
struct RunProvenance {
  std::vector<data::Provenance::InputFile> files;
  std::vector<std::pair<std::string, std::string>> options;  // the effective configuration, name and value
  std::vector<uint64_t> seeds;
  std::string command, version, device, created;  // created: ISO 8601, UTC
  bool simulated = false;                         // the inputs are of a simulated scene
  std::string world;                              // of that scene; empty: not known
  int threads = 0;
  struct Stage {
    std::string name;
    double seconds = 0;
  };
  std::vector<Stage> stages;
};

// "U-Net" for unet, "Coarse SIF unchanged" for coarse, ...; an unknown name as it is.
std::string display_name(const std::string& name);

}  // namespace unetsr::pipeline::report
