#pragma once
#include "kernels/masked_loss.hpp"

// The specification, for any scalar with arithmetic and < (double, float, Dual). S is the scalar of the sum.
namespace unetsr::kernels::reference {

template <class S>
constexpr S loss_of(Loss loss, S error) {
  const S size = error < S(0) ? S(0) - error : error;
  switch (loss.kind) {
    case LossKind::mse:
      return error * error;
    case LossKind::mae:
      return size;
    case LossKind::huber:
      return size <= S(loss.delta) ? error * error / S(2) : S(loss.delta) * (size - S(loss.delta / 2));
  }
  return error;
}

template <class S>
constexpr S loss_gradient(Loss loss, S error) {
  const S sign = error < S(0) ? S(-1) : error > S(0) ? S(1) : error;
  switch (loss.kind) {
    case LossKind::mse:
      return S(2) * error;
    case LossKind::mae:
      return sign;
    case LossKind::huber:
      return error < S(-loss.delta) || error > S(loss.delta) ? S(loss.delta) * sign : error;
  }
  return error;
}

template <class T>
void masked_loss(Loss loss, View<const T> prediction, View<const T> target, LossSum<T>* value, View<T> gradient,
                 Into into) {
  using S = typename LossScalar<T>::type;
  LossSum<T> own;
  for (int n = 0; n < target.n; ++n)
    for (int i = 0; i < target.h; ++i)
      for (int j = 0; j < target.w; ++j)
        for (int c = 0; c < target.c; ++c) {
          const T wanted = target(n, i, j, c);
          if (wanted != wanted) continue;
          own += {loss_of(loss, S(prediction(n, i, j, c)) - S(wanted)), 1};
        }
  for (int n = 0; n < target.n; ++n)
    for (int i = 0; i < target.h; ++i)
      for (int j = 0; j < target.w; ++j)
        for (int c = 0; c < target.c; ++c) {
          const T wanted = target(n, i, j, c);
          gradient(n, i, j, c) =
              wanted != wanted ? T(0)
                               : T(loss_gradient(loss, S(prediction(n, i, j, c)) - S(wanted)) / S(double(own.count)));
        }
  if (into == Into::write) *value = {};
  *value += own;
}

}  // namespace unetsr::kernels::reference
