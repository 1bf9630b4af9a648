#include "data/splits/split.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

// The columns [first, last) of one window.
Mask choose_columns(const Split& split, int first, int last) {
  Mask chosen(size_t(split.rows) * size_t(split.columns), 0);
  for (int i = 0; i < split.rows; ++i)
    for (int j = first; j < last; ++j) chosen[size_t(i) * size_t(split.columns) + size_t(j)] = 1;
  return chosen;
}

// Gives the chosen training cells of a window a role, and the training cells around them to the buffer.
void assign(Split& split, int window, const Mask& chosen, Role role, int buffer) {
  const Mask near = grown(chosen, {1, split.rows, split.columns, 1}, buffer);
  Role* roles = split.roles.data() + size_t(window) * chosen.size();
  for (size_t i = 0; i < chosen.size(); ++i)
    if (roles[i] == Role::train && near[i]) roles[i] = chosen[i] ? role : Role::buffer;
}

Split all_training(Shape shape, const SplitOptions& options) {
  if (options.buffer < 0 || options.validation_buffer < 0 ||
      !(options.validation_share >= 0 && options.validation_share < 1))
    throw UsageError("a split needs a buffer of 0 or more cells and a validation share of 0 up to 1, got " +
                     std::to_string(options.buffer) + " and " + std::to_string(options.validation_share));
  Split split;
  split.windows = shape.n;
  split.rows = shape.h;
  split.columns = shape.w;
  split.roles.assign(size_t(shape.pixels()), Role::train);
  return split;
}

int validation_buffer(const SplitOptions& options) {
  return std::min(options.buffer, options.validation_buffer);
}

// How many of so many that train validate instead: one at least, where there is one.
int validating(int training, double share) {
  return share > 0 ? std::min(training, std::max(1, int(std::lround(training * share)))) : 0;
}

Split checked(Split split, const SplitOptions& options) {
  for (const Role role : {Role::train, Role::validation, Role::test})
    if (split.count(role) == 0 && (role != Role::validation || options.validation_share > 0))
      throw UsageError("split " + split.description + ": no " + unetsr::to_string(role) + " cells left on " +
                       std::to_string(split.windows) + " windows of " + std::to_string(split.rows) + " x " +
                       std::to_string(split.columns) + " cells with a buffer of " + std::to_string(options.buffer));
  return split;
}

void require_fold(int fold, int folds) {
  if (folds < 2 || fold < 0 || fold >= folds)
    throw UsageError("fold " + std::to_string(fold) + " of " + std::to_string(folds) +
                     ": folds are counted from 0, and there must be two or more");
}

}  // namespace

Mask Split::mask(Role role) const {
  Mask mask(roles.size());
  for (size_t i = 0; i < roles.size(); ++i) mask[i] = roles[i] == role;
  return mask;
}

int64_t Split::count(Role role) const {
  return std::count(roles.begin(), roles.end(), role);
}

Split columns_split(Shape shape, int fold, int folds, const SplitOptions& options) {
  require_fold(fold, folds);
  Split split = all_training(shape, options);
  const int first = int(int64_t(shape.w) * fold / folds), last = int(int64_t(shape.w) * (fold + 1) / folds);
  split.description = "columns " + std::to_string(first) + ".." + std::to_string(last - 1);
  const int left = std::max(0, first - options.buffer), right = std::max(0, shape.w - last - options.buffer);
  const int width = validating(left + right, options.validation_share);
  const int strip = right >= left ? shape.w - width : 0;
  for (int w = 0; w < shape.n; ++w) {
    assign(split, w, choose_columns(split, first, last), Role::test, options.buffer);
    assign(split, w, choose_columns(split, strip, strip + width), Role::validation, validation_buffer(options));
  }
  return checked(std::move(split), options);
}

Split window_split(Shape shape, int window, const SplitOptions& options) {
  if (window < 0 || window >= shape.n || shape.n < 2)
    throw UsageError("window " + std::to_string(window) + " cannot be held out of " + std::to_string(shape.n) +
                     " (windows are counted from 0, and others must be left to train on)");
  Split split = all_training(shape, options);
  split.description = "window " + std::to_string(window);
  const int width = validating(shape.w, options.validation_share);
  for (int w = 0; w < shape.n; ++w) {
    if (w == window)
      assign(split, w, choose_columns(split, 0, shape.w), Role::test, options.buffer);
    else
      assign(split, w, choose_columns(split, shape.w - width, shape.w), Role::validation, validation_buffer(options));
  }
  return checked(std::move(split), options);
}

Split blocks_split(Shape shape, int block, int fold, int folds, const SplitOptions& options) {
  require_fold(fold, folds);
  if (block < 1) throw UsageError("a block needs one cell or more, got " + std::to_string(block));
  Split split = all_training(shape, options);
  split.description = "blocks of " + std::to_string(block) + " cells, fold " + std::to_string(fold) + " of " +
                      std::to_string(folds) + ", seed " + std::to_string(options.seed);
  const auto blocks_in = [&](int cells) { return cells / block + (cells % block != 0); };
  const int down = blocks_in(shape.h), across = blocks_in(shape.w);
  std::vector<int> order(size_t(down) * size_t(across));
  for (size_t i = 0; i < order.size(); ++i) order[i] = int(i);
  Random random(options.seed);
  random.shuffle(order);

  // Every folds-th block of the shuffled order is in the fold.
  std::vector<Role> role(order.size(), Role::train);
  std::vector<int> others;
  for (size_t k = 0; k < order.size(); ++k) {
    if (int(k % size_t(folds)) == fold)
      role[size_t(order[k])] = Role::test;
    else
      others.push_back(order[k]);
  }
  for (int k = 0; k < validating(int(others.size()), options.validation_share); ++k)
    role[size_t(others[size_t(k)])] = Role::validation;

  const auto choose = [&](Role wanted) {
    Mask chosen(size_t(shape.h) * size_t(shape.w), 0);
    for (int i = 0; i < shape.h; ++i)
      for (int j = 0; j < shape.w; ++j)
        chosen[size_t(i) * size_t(shape.w) + size_t(j)] =
            role[size_t(i / block) * size_t(across) + size_t(j / block)] == wanted;
    return chosen;
  };
  for (int w = 0; w < shape.n; ++w) {
    assign(split, w, choose(Role::test), Role::test, options.buffer);
    assign(split, w, choose(Role::validation), Role::validation, validation_buffer(options));
  }
  return checked(std::move(split), options);
}

CropsSplit random_crops_split(Shape shape, uint64_t seed, int patch, int crops_per_window, double train_share) {
  if (patch < 1 || patch > shape.h || patch > shape.w)
    throw UsageError("patches of " + std::to_string(patch) + " cells do not fit windows of " + std::to_string(shape.h) +
                     " x " + std::to_string(shape.w));
  if (crops_per_window < 1 || !(train_share > 0 && train_share < 1))
    throw UsageError("random crops need one or more a window and a training share between 0 and 1, got " +
                     std::to_string(crops_per_window) + " and " + std::to_string(train_share));
  Random random(seed);
  std::vector<kernels::Crop> crops;
  for (int w = 0; w < shape.n; ++w)
    for (int k = 0; k < crops_per_window; ++k) {
      const int row = int(random.below(uint32_t(shape.h - patch + 1)));
      const int column = int(random.below(uint32_t(shape.w - patch + 1)));
      crops.push_back({w, row, column, 0});
    }
  random.shuffle(crops);
  const auto middle = crops.begin() + std::lround(double(crops.size()) * train_share);
  return {{crops.begin(), middle}, {middle, crops.end()}};
}

}  // namespace unetsr::data
