#include <doctest/doctest.h>

#include "adjoint.hpp"
#include "op_table.hpp"

// Wrong gradients that the adjoint check must reject.
using namespace unetsr;
using namespace unetsr::test;

namespace {

const OpCase conv = conv2d_case({2, 4, 5, 3}, {3, 3}, 4);
const OpCase transposed = conv_transpose2x2_case({2, 3, 4, 3}, 4);
const OpCase pool = max_pool2d_case({2, 4, 6, 3});

// The pass, with its arguments or its outputs spoilt in double.
template <class Spoil>
Pass mutant(const Pass& pass, Spoil spoil) {
  Pass wrong = pass;
  wrong.run = [=]<class T>(Queue& queue, const Arguments<T>& a, const Outputs<T>& out, Into into) {
    if constexpr (std::is_same_v<T, double>)
      spoil(queue, a, out, into);
    else
      pass.run(queue, a, out, into);
  };
  return wrong;
}

// The pass with a copy of its second input, the weights, that `change` alters.
template <class Change>
Pass with_weights(const OpCase& op, const Pass& pass, Change change) {
  return mutant(pass, [=](Queue& queue, const Arguments<double>& a, const Outputs<double>& out, Into into) {
    Array<double> weights({op.inputs[1].shape});
    change(a.x[1], weights.view());
    Arguments<double> changed = a;
    changed.x[1] = weights.view();
    pass.run(queue, changed, out, into);
  });
}

template <class Change>
Pass with_output(const Pass& pass, Change change) {
  return mutant(pass, [=](Queue& queue, const Arguments<double>& a, const Outputs<double>& out, Into into) {
    pass.run(queue, a, out, into);
    change(out[0]);
  });
}

void check_rejected(const OpCase& op, const Pass& wrong) {
  CHECK(adjoint_mismatch(op, wrong, Into::write) > 1e-4);
  CHECK(difference_mismatch(op, wrong) > 1);
}

}  // namespace

TEST_CASE("the originals pass") {
  for (const OpCase& op : {conv, transposed, pool})
    for (const Pass& pass : op.gradients) CHECK(adjoint_mismatch(op, pass, Into::write) <= 1e-13);
}

TEST_CASE("a kernel that is not flipped") {
  const auto flip = [](View<const double> w, View<double> flipped) {
    for (int r = 0; r < w.n; ++r)
      for (int s = 0; s < w.h; ++s)
        for (int c = 0; c < w.w; ++c)
          for (int k = 0; k < w.c; ++k) flipped(r, s, c, k) = w(w.n - 1 - r, w.h - 1 - s, c, k);
  };
  check_rejected(conv, with_weights(conv, conv.gradients[0], flip));
  check_rejected(transposed, with_weights(transposed, transposed.gradients[0], flip));
}

TEST_CASE("swapped channels") {
  const auto swap_outputs = [](View<const double> w, View<double> swapped) {
    for (int r = 0; r < w.n; ++r)
      for (int s = 0; s < w.h; ++s)
        for (int c = 0; c < w.w; ++c)
          for (int k = 0; k < w.c; ++k) swapped(r, s, c, k) = w(r, s, c, k < 2 ? 1 - k : k);
  };
  check_rejected(conv, with_weights(conv, conv.gradients[0], swap_outputs));
  const auto swap_channels = [](View<double> gradient) {
    for (int64_t pixel = 0; pixel < gradient.pixels(); ++pixel)
      std::swap(gradient.data[pixel * gradient.pitch], gradient.data[pixel * gradient.pitch + 1]);
  };
  for (const OpCase& op : {conv, transposed, pool})
    for (const Pass& pass : op.gradients) check_rejected(op, with_output(pass, swap_channels));
}

TEST_CASE("a dropped border pixel") {
  const auto drop = [](View<double> gradient) {
    for (int c = 0; c < gradient.c; ++c) gradient(0, gradient.h - 1, gradient.w - 1, c) = 0;
  };
  check_rejected(conv, with_output(conv.gradients[0], drop));
  check_rejected(transposed, with_output(transposed.gradients[0], drop));
}

TEST_CASE("missing accumulation over the batch") {
  for (const OpCase& op : {conv, transposed})
    check_rejected(op, mutant(op.gradients[1], [=](Queue& queue, const Arguments<double>& a, const Outputs<double>& out,
                                                   Into into) {
                     Arguments<double> last = a;
                     last.x[0] = View<const double>(a.x[0].pixel(a.x[0].n - 1, 0, 0), 1, a.x[0].h, a.x[0].w, a.x[0].c);
                     last.dy = View<const double>(a.dy.pixel(a.dy.n - 1, 0, 0), 1, a.dy.h, a.dy.w, a.dy.c);
                     op.gradients[1].run(queue, last, out, into);
                   }));
}

TEST_CASE("a gradient that writes where it should add") {
  for (const OpCase& op : {conv, transposed, pool}) {
    const Pass& pass = op.gradients[0];
    const Pass writes = mutant(pass, [=](Queue& queue, const Arguments<double>& a, const Outputs<double>& out, Into) {
      pass.run(queue, a, out, Into::write);
    });
    CHECK(adjoint_mismatch(op, writes, Into::add) > 1e-4);
  }
}

TEST_CASE("a pool whose gradient goes to every pixel of the window") {
  check_rejected(pool,
                 mutant(pool.gradients[0], [](Queue&, const Arguments<double>& a, const Outputs<double>& out, Into) {
                   for (int n = 0; n < out[0].n; ++n)
                     for (int i = 0; i < out[0].h; ++i)
                       for (int j = 0; j < out[0].w; ++j)
                         for (int c = 0; c < out[0].c; ++c) out[0](n, i, j, c) = a.dy(n, i / 2, j / 2, c);
                 }));
}
