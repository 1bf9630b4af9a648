#pragma once
#include <cstdint>
#include <type_traits>

namespace unetsr {

struct Shape {
  int n = 0, h = 0, w = 0, c = 0;

  constexpr int64_t size() const { return int64_t(n) * h * w * c; }
  constexpr int64_t pixels() const { return int64_t(n) * h * w; }
  bool operator==(const Shape&) const = default;
};

// An NHWC array that it does not own. `pitch` is the distance between pixels in elements: C, or more where the view is
// some channels of a wider array (a skip inside its concat buffer).
template <class T>
struct View {
  T* data = nullptr;
  int n = 0, h = 0, w = 0, c = 0, pitch = 0;

  constexpr View() = default;
  constexpr View(T* data, int n, int h, int w, int c, int pitch = 0)
      : data(data), n(n), h(h), w(w), c(c), pitch(pitch ? pitch : c) {}
  constexpr View(T* data, Shape s, int pitch = 0) : View(data, s.n, s.h, s.w, s.c, pitch) {}
  template <class U>
  requires std::is_same_v<const U, T>
  constexpr View(const View<U>& o) : View(o.data, o.n, o.h, o.w, o.c, o.pitch) {}

  constexpr Shape shape() const { return {n, h, w, c}; }
  constexpr int64_t size() const { return shape().size(); }
  constexpr int64_t pixels() const { return shape().pixels(); }
  constexpr bool contiguous() const { return pitch == c; }

  constexpr T& operator()(int in, int ih, int iw, int ic) const { return pixel(in, ih, iw)[ic]; }
  constexpr T* pixel(int in, int ih, int iw) const { return data + ((int64_t(in) * h + ih) * w + iw) * pitch; }

  // Channels [first, first + count) of the same memory.
  constexpr View channels(int first, int count) const { return View(data + first, n, h, w, count, pitch); }
};

}  // namespace unetsr
