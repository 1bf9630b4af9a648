#include <algorithm>
#include <cmath>

#include "pipeline/train/footprint_protocol.hpp"

namespace unetsr::pipeline {

data::UsedCells FootprintProtocol::used_cells(int epoch, int reach, int sif_behind) {
  const nn::Images images = draw_halves(epoch);
  const int factor = dataset_.coarse_factor, rows = dataset_.grid.rows, columns = dataset_.grid.columns;
  const auto coarse = [&](int window, int row, int column) {
    return (size_t(window) * size_t(split_.rows) + size_t(row / factor)) * size_t(split_.columns) +
           size_t(column / factor);
  };
  data::UsedCells used{data::Mask(split_.roles.size(), 0), data::Mask(split_.roles.size(), 0), reach, sif_behind};
  for (const auto& window : order_)
    for (const size_t i : window)
      for (const int32_t cell : soundings_.cells(i))
        used.targets[coarse(soundings_[i].window, cell / columns, cell % columns)] = 1;
  const View<const float> halves(images.inputs.data(), images.shape);
  for (int image = 0; image < halves.n; ++image)
    for (int i = 0; i < rows; ++i)
      for (int j = 0; j < columns; ++j) {
        const float* pixel = halves.pixel(image, i, j);
        if (std::none_of(pixel, pixel + halves.c, [](float v) { return std::isnan(v); }))
          used.inputs[coarse(image % split_.windows, i, j)] = 1;
      }
  return used;
}

int64_t FootprintProtocol::shared_soundings(const data::UsedCells& used) const {
  const data::Mask sif = sif_used(used, {split_.windows, split_.rows, split_.columns, 1});
  return data::common(data::touching(soundings_, sif, dataset_.coarse_factor, split_.rows),
                      chosen_roles(data::Role::test));
}

std::vector<data::LinearFit> FootprintProtocol::linear_fits() const {
  const size_t width = channels_.size(), cells = size_t(dataset_.grid.cells());
  std::vector<float> means(soundings_.size() * width), sif(soundings_.size()), image(cells);
  for (size_t c = 0; c < width; ++c)
    for (int window = 0; window < split_.windows; ++window) {
      for (size_t i = 0; i < cells; ++i) image[i] = all_days_.values[(size_t(window) * cells + i) * width + c];
      for (size_t i = 0; i < soundings_.size(); ++i)
        if (soundings_[i].window == window) means[i * width + c] = soundings_.mean(i, image);
    }
  for (size_t i = 0; i < sif.size(); ++i) sif[i] = soundings_[i].sif;
  constexpr bool neighbourhoods = false;
  return data::linear_fits({means.data(), 1, 1, int(sif.size()), int(width)}, channels_, sif, {}, neighbourhoods);
}

}  // namespace unetsr::pipeline
