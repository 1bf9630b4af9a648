#include <algorithm>
#include <cmath>

#include "pipeline/train/footprint_protocol.hpp"

namespace unetsr::pipeline {

data::UsedCells FootprintProtocol::used_cells(int epoch, int radius, int sif_behind) {
  const nn::Images images = draw_halves(epoch);
  const int factor = comparison_.dataset().coarse_factor, rows = comparison_.dataset().grid.rows,
            columns = comparison_.dataset().grid.columns;
  const auto coarse = [&](int window, int row, int column) {
    return (size_t(window) * size_t(split().rows) + size_t(row / factor)) * size_t(split().columns) +
           size_t(column / factor);
  };
  data::UsedCells used{data::Mask(split().roles.size(), 0), data::Mask(split().roles.size(), 0), radius, sif_behind,
                       data::hold_sif_of_other_windows(channels_)};
  for (const auto& window : order_)
    for (const size_t i : window)
      for (const int32_t cell : comparison_.soundings().cells(i))
        used.targets[coarse(comparison_.soundings()[i].window, cell / columns, cell % columns)] = 1;
  const View<const float> halves(images.inputs.data(), images.shape);
  for (int image = 0; image < halves.n; ++image)
    for (int i = 0; i < rows; ++i)
      for (int j = 0; j < columns; ++j) {
        const float* pixel = halves.pixel(image, i, j);
        if (std::none_of(pixel, pixel + halves.c, [](float v) { return std::isnan(v); }))
          used.inputs[coarse(image % split().windows, i, j)] = 1;
      }
  return used;
}

int64_t FootprintProtocol::shared_soundings(const data::UsedCells& used) const {
  const data::Mask sif = sif_used(used, {split().windows, split().rows, split().columns, 1});
  return data::common(data::touching(comparison_.soundings(), sif, comparison_.dataset().coarse_factor, split().rows),
                      comparison_.chosen(data::Role::test));
}

std::vector<data::LinearFit> FootprintProtocol::linear_fits() const {
  const size_t width = channels_.size(), cells = size_t(comparison_.dataset().grid.cells());
  std::vector<float> means(comparison_.soundings().size() * width), sif(comparison_.soundings().size()), image(cells);
  for (size_t c = 0; c < width; ++c)
    for (int window = 0; window < split().windows; ++window) {
      for (size_t i = 0; i < cells; ++i) image[i] = all_days_.values[(size_t(window) * cells + i) * width + c];
      for (size_t i = 0; i < comparison_.soundings().size(); ++i)
        if (comparison_.soundings()[i].window == window) means[i * width + c] = comparison_.soundings().mean(i, image);
    }
  for (size_t i = 0; i < sif.size(); ++i) sif[i] = comparison_.soundings()[i].sif;
  constexpr bool neighbourhoods = false;
  return data::linear_fits({means.data(), 1, 1, int(sif.size()), int(width)}, channels_, sif, {}, neighbourhoods);
}

}  // namespace unetsr::pipeline
