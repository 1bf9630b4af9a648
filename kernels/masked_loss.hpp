#pragma once
#include <cstdint>

#include "kernels/enum_names.hpp"
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Mean loss over the cells that have a target. A NaN target is missing: it is not counted and its gradient is 0.
//
//   prediction, target, gradient   (N, H, W, C)
//   value                          one, in the queue's memory
//
//   error     = prediction - target
//   mse       error^2
//   mae       |error|                                       (gradient 0 at error 0)
//   huber     error^2 / 2 where |error| <= delta, else delta (|error| - delta / 2)
//   value     = sum of the loss over the cells that have a target, and their number   (writes or adds)
//   gradient  = d (sum / number) / d prediction, by this call's number (writes; all 0 where it is 0)
//
// The sum is taken in double, in an order that depends on the shape alone; cells without a target that follow the
// others do not change its bits. Throws ShapeError.
namespace unetsr::kernels {

enum class LossKind { mse, mae, huber };

struct Loss {
  LossKind kind = LossKind::mse;
  double delta = 1;  // huber's, in the target's units
};

template <class T>
struct LossValue {
  T sum{};
  int64_t count = 0;

  constexpr LossValue& operator+=(const LossValue& o) {
    sum = sum + o.sum;
    count += o.count;
    return *this;
  }
};

// Sums of float losses are kept in double.
template <class T>
struct LossScalar {
  using type = T;
};
template <>
struct LossScalar<float> {
  using type = double;
};
template <class T>
using LossSum = LossValue<typename LossScalar<T>::type>;

template <class T>
void masked_loss(Queue&, Loss, View<const T> prediction, View<const T> target, LossSum<T>* value, View<T> gradient,
                 Into = Into::write);

}  // namespace unetsr::kernels

template <>
struct unetsr::EnumNames<unetsr::kernels::LossKind> {
  static constexpr const char* what = "loss";
  static constexpr std::pair<unetsr::kernels::LossKind, const char*> names[] = {
      {unetsr::kernels::LossKind::mse, "mse"},
      {unetsr::kernels::LossKind::mae, "mae"},
      {unetsr::kernels::LossKind::huber, "huber"}};
};
