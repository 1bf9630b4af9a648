#include "data/splits/audit.hpp"

#include <algorithm>

#include "data/regression/linear_regression.hpp"
#include "data/scores/metrics.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {

double shared_pixel_share(Shape shape, int patch, std::span<const kernels::Crop> train,
                          std::span<const kernels::Crop> test) {
  Mask seen(size_t(shape.pixels()), 0);
  const auto each_pixel = [&](const kernels::Crop& crop, const auto& visit) {
    if (crop.image < 0 || crop.image >= shape.n || crop.row < 0 || crop.row + patch > shape.h || crop.column < 0 ||
        crop.column + patch > shape.w)
      throw ShapeError("audit: a patch of " + std::to_string(patch) + " cells leaves its image");
    for (int i = crop.row; i < crop.row + patch; ++i)
      for (int j = crop.column; j < crop.column + patch; ++j)
        visit(size_t((int64_t(crop.image) * shape.h + i) * shape.w + j));
  };
  for (const kernels::Crop& crop : train) each_pixel(crop, [&](size_t i) { seen[i] = 1; });
  int64_t shared = 0;
  for (const kernels::Crop& crop : test) each_pixel(crop, [&](size_t i) { shared += seen[i]; });
  return double(shared) / (double(test.size()) * patch * patch);
}

int64_t training_cells_near_test(const Split& split, int distance) {
  const auto role = [&](int w, int i, int j) {
    return split.roles[size_t((int64_t(w) * split.rows + i) * split.columns + j)];
  };
  int64_t near = 0;
  for (int w = 0; w < split.windows; ++w)
    for (int i = 0; i < split.rows; ++i)
      for (int j = 0; j < split.columns; ++j) {
        if (role(w, i, j) != Role::train) continue;
        bool found = false;
        for (int a = std::max(0, i - distance); a < std::min(split.rows, i + distance + 1) && !found; ++a)
          for (int b = std::max(0, j - distance); b < std::min(split.columns, j + distance + 1) && !found; ++b)
            found = role(w, a, b) == Role::test;
        near += found;
      }
  return near;
}

double least_squares_r2(View<const float> channels, std::span<const float> target, const Mask& cells) {
  const LinearRegression regression(channels, target, cells);
  return score(regression.predict(channels), target, cells).r2;
}

}  // namespace unetsr::data
